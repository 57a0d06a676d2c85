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
