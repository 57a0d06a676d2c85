#include "tests/graph_update/allocators.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "UPD-03/range: a kernel's pointer may move to another range of virtual memory",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_kernel(fill_cell(second(3), 1));
    const Exec exec = instantiate(old_work.graph);
    launch_on_image(exec);
    CHECK(cell_holds(first(0), 1));
    CHECK_FALSE(cell_holds(second(3), 1));

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));

    CHECK(kernel_sees(second(3), cell_bytes, 1));
    CHECK(cell_holds_image_of(first(0), first(0)));
    CHECK(accepted(attempt(exec, new_work.graph, old_work.graph)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-03/arguments: every argument of a kernel may change at once",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(copy_call(first(0), first(1), cell_bytes));
    const OneNode new_work = one_kernel(copy_call(second(4), second(2), cell_bytes / 2));
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));

    CHECK(holds_ramp(second(4), cell_bytes / 2, board.image_at(second(2))));
    CHECK(holds_ramp(second(4) + cell_bytes / 2, cell_bytes / 2, board.image_at(second(4) + cell_bytes / 2)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-03/allocator: a kernel's pointer may move between allocators",
                 "[graph_update]") {
    const Allocators memory(*this);
    for (const auto& from : memory.places()) {
        const OneNode old_work = one_kernel(fill_cell(from.one, 1));
        for (const auto& to : memory.places()) {
            CAPTURE(from.allocator, to.allocator);
            const OneNode new_work = one_kernel(fill_cell(to.other, 1));
            const Exec exec = instantiate(old_work.graph);

            CHECK(accepted({memory.board(), exec, old_work.graph, new_work.graph}));
            CHECK(cell_holds(to.other, 1));
        }
    }
}

TEST_CASE_METHOD(UpdateRung, "UPD-03/unmapped: a kernel's pointer may move to a range that is not mapped yet",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const Exec exec = instantiate(old_work.graph);
    const Reservation later = reserve(1);
    const OneNode new_work = one_kernel(fill_cell(later.address(), 9));

    cudaGraphExecUpdateResultInfo info{};
    REQUIRE(cudaGraphExecUpdate(exec, new_work.graph, &info) == cudaSuccess);
    CHECK(info.result == cudaGraphExecUpdateSuccess);

    const Allocation memory = allocate();
    const Mapping mapped = map(later.address(), memory);
    fill(later.address(), cell_bytes, 3);
    launch_on_image(exec);
    CHECK(cell_holds(later.address(), 9));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-03/nodes: an update reaches every one of many kernels", "[graph_update]") {
    constexpr uint32_t count = 300;
    // No step commutes with the next, so that each of them shows in what the last one leaves.
    const auto steps = [](CUdeviceptr cell, uint32_t addend) {
        OneNode made{create_graph()};
        std::vector<cudaGraphNode_t> last;
        for (uint32_t i = 0; i < count; ++i) {
            last = {add_kernel(made.graph, multiply_add_call(cell, 256, 3, addend + i), last)};
        }
        return made;
    };
    const OneNode old_work = steps(first(0), 1);
    const OneNode new_work = steps(second(0), 1000);
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));
}

} // namespace cts
