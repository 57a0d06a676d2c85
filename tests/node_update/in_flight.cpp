#include "tests/graph_update/in_flight.hpp"

#include "tests/node_update/node_changes.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "SET-19/set: setting a node does not reach the launch that runs",
                 "[node_update]") {
    need_asynchrony();
    const Stream stream = create_stream();
    Gate gate;
    const OneNode work = gated_fill(gate, first(0), 1);
    const Exec exec = instantiate(work.graph);
    must(cudaGraphUpload(exec, stream), "cudaGraphUpload");
    board.restore();
    must(cudaGraphLaunch(exec, stream), "cudaGraphLaunch");

    CHECK(set_kernel(exec, work.node, fill_cell(second(0), 2))() == cudaSuccess);
    CHECK(cudaStreamQuery(stream) == cudaErrorNotReady);
    gate.open();
    must(cudaStreamSynchronize(stream), "cudaStreamSynchronize");

    CHECK(cell_holds(first(0), 1));
    CHECK(cell_holds_image_of(second(0), second(0)));
    launch_on_image(exec);
    CHECK(cell_holds(second(0), 2));
}

// Says something on every device, also on one that has done a launch before the call comes back.
TEST_CASE_METHOD(UpdateRung, "SET-19/submitted: setting a node does not reach the launches submitted before",
                 "[node_update]") {
    const Stream stream = create_stream();
    const OneNode work = one_kernel(step(first(0), 3, 1));
    const Exec exec = instantiate(work.graph);
    board.restore();
    must(cudaGraphLaunch(exec, stream), "cudaGraphLaunch");
    REQUIRE(set_kernel(exec, work.node, step(first(0), 5, 3))() == cudaSuccess);
    must(cudaGraphLaunch(exec, stream), "cudaGraphLaunch");
    REQUIRE(cudaGraphNodeSetEnabled(exec, work.node, 0) == cudaSuccess);
    must(cudaGraphLaunch(exec, stream), "cudaGraphLaunch");
    must(cudaStreamSynchronize(stream), "cudaStreamSynchronize");

    CHECK(word_at(first(0)) == (board.image_at(first(0)) * 3 + 1) * 5 + 3);
}

TEST_CASE_METHOD(UpdateRung, "SET-19/disable: disabling a node does not reach the launch that runs",
                 "[node_update]") {
    need_asynchrony();
    const Stream stream = create_stream();
    Gate gate;
    const OneNode work = gated_fill(gate, first(0), 1);
    const Exec exec = instantiate(work.graph);
    must(cudaGraphUpload(exec, stream), "cudaGraphUpload");
    board.restore();
    must(cudaGraphLaunch(exec, stream), "cudaGraphLaunch");

    CHECK(cudaGraphNodeSetEnabled(exec, work.node, 0) == cudaSuccess);
    CHECK(cudaStreamQuery(stream) == cudaErrorNotReady);
    gate.open();
    must(cudaStreamSynchronize(stream), "cudaStreamSynchronize");

    CHECK(cell_holds(first(0), 1));
    launch_on_image(exec);
    CHECK(cell_holds_image_of(first(0), first(0)));
}

} // namespace cts
