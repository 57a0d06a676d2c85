// An exec that nobody updates keeps the addresses that it was made with.
#include "tests/graph_update/update_rung.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "UPD-40: an exec that is not updated reads and writes the old addresses",
                 "[graph_update]") {
    const OneNode work = one_kernel(copy_call(first(0), first(1), cell_bytes));
    const OneNode moved = one_kernel(copy_call(second(0), second(1), cell_bytes));
    const Exec exec = instantiate(work.graph);
    board.restore();
    fill(second(1), cell_bytes, 8); // where the data has moved to, and has changed since

    run(exec);

    CHECK(cell_holds_image_of(first(0), first(1)));
    CHECK(cell_holds_image_of(second(0), second(0)));
    CHECK(accepted(attempt(exec, work.graph, moved.graph)));
    CHECK(cell_holds_image_of(second(0), second(1)));
}

namespace {

CHILD(launch_after_the_data_moved_away) {
    const Granule rung;
    const Reservation range = rung.reserve(2);
    const size_t bytes = rung.granularity();
    const Allocation old_memory = rung.allocate();
    const Allocation new_memory = rung.allocate();
    Mapping old_place = rung.map(range.address(), old_memory);
    const Mapping new_place = rung.map(range.address(bytes), new_memory);
    const Graph graph = create_graph();
    add_kernel(graph, fill_call(range.address(), bytes, 5));
    const Exec exec = instantiate(graph);
    run(exec);
    parent.report("before", holds(range.address(), bytes, 5) ? 1 : 0);
    old_place.unmap();

    const cudaError_t launched = cudaGraphLaunch(exec, nullptr);
    parent.report("launched", launched);
    parent.report("end", launched == cudaSuccess ? cudaDeviceSynchronize() : launched);
    parent.report("later", cudaDeviceSynchronize());
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "UPD-41: an exec that is not updated faults once its old range is unmapped",
                 "[graph_update][sacrifices]") {
    const OneNode work = one_kernel(fill_cell(first(0), 1));
    const Exec exec = instantiate(work.graph);
    Child child(launch_after_the_data_moved_away);
    const ChildReport& report = child.wait();

    CHECK(report.number("before") == 1);
    CHECK(report.result("end") == cudaErrorIllegalAddress);
    CHECK(report.result("later") == cudaErrorIllegalAddress);
    observe("UPD-41/launch", report.result("launched"));

    CHECK(cudaDeviceSynchronize() == cudaSuccess);
    launch_on_image(exec);
    CHECK(cell_holds(first(0), 1));
}

} // namespace cts
