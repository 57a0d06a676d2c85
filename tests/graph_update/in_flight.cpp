#include "tests/graph_update/in_flight.hpp"

#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "UPD-34/running: an update does not reach the launch that runs",
                 "[graph_update]") {
    need_asynchrony();
    const Stream stream = create_stream();
    Gate gate;
    const OneNode old_work = gated_fill(gate, first(0), 1);
    const OneNode new_work = gated_fill(gate, second(0), 2);
    const Exec exec = instantiate(old_work.graph);
    must(cudaGraphUpload(exec, stream), "cudaGraphUpload");
    board.restore();
    must(cudaGraphLaunch(exec, stream), "cudaGraphLaunch");

    cudaGraphExecUpdateResultInfo info{};
    CHECK(cudaGraphExecUpdate(exec, new_work.graph, &info) == cudaSuccess);
    CHECK(cudaStreamQuery(stream) == cudaErrorNotReady); // it was still running when the update came back
    gate.open();
    must(cudaStreamSynchronize(stream), "cudaStreamSynchronize");

    CHECK(cell_holds(first(0), 1));
    CHECK(cell_holds_image_of(second(0), second(0)));
    launch_on_image(exec);
    CHECK(cell_holds_image_of(first(0), first(0)));
    CHECK(cell_holds(second(0), 2));
}

// Says something on every device, also on one that has done a launch before the call comes back.
TEST_CASE_METHOD(UpdateRung, "UPD-34/submitted: an update does not reach the launches submitted before it",
                 "[graph_update]") {
    const Stream stream = create_stream();
    const OneNode old_work = one_kernel(step(first(0), 3, 1));
    const OneNode new_work = one_kernel(step(first(0), 5, 3));
    const Exec exec = instantiate(old_work.graph);
    board.restore();
    uint32_t expected = board.image_at(first(0));
    for (int round = 0; round < 8; ++round) {
        const bool old = round % 2 == 0;
        REQUIRE(update(exec, old ? old_work.graph : new_work.graph).error == cudaSuccess);
        must(cudaGraphLaunch(exec, stream), "cudaGraphLaunch");
        expected = old ? expected * 3 + 1 : expected * 5 + 3;
    }
    must(cudaStreamSynchronize(stream), "cudaStreamSynchronize");

    CHECK(word_at(first(0)) == expected);
}

TEST_CASE_METHOD(UpdateRung, "UPD-34/enqueued: an update does not reach launches that wait in a stream",
                 "[graph_update]") {
    need_asynchrony();
    const Stream stream = create_stream();
    Gate gate;
    const OneNode old_work = one_kernel(step(first(0), 3, 1));
    const OneNode new_work = one_kernel(step(first(0), 5, 3));
    const Exec exec = instantiate(old_work.graph);
    board.restore();
    launch(gate.wait_call(), stream);
    must(cudaGraphLaunch(exec, stream), "cudaGraphLaunch");
    must(cudaGraphLaunch(exec, stream), "cudaGraphLaunch");

    cudaGraphExecUpdateResultInfo info{};
    CHECK(cudaGraphExecUpdate(exec, new_work.graph, &info) == cudaSuccess);
    CHECK(cudaStreamQuery(stream) == cudaErrorNotReady);
    must(cudaGraphLaunch(exec, stream), "cudaGraphLaunch");
    gate.open();
    must(cudaStreamSynchronize(stream), "cudaStreamSynchronize");

    const uint32_t image = board.image_at(first(0));
    CHECK(word_at(first(0)) == ((image * 3 + 1) * 3 + 1) * 5 + 3);
}

} // namespace cts
