// Driver API, cuGraphExecDestroy: an executable graph in flight is not terminated but freed on completion.
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Mapped,
                 "INS-06/at-once: destroying an executable graph right after its launch loses no work",
                 "[instantiate]") {
    constexpr size_t size = size_t{64} << 10;
    const Stream stream = create_stream();
    const Graph graph = create_graph();
    const auto first = add_kernel(graph, multiply_add_call(address(), size, 3, 5));
    add_kernel(graph, multiply_add_call(address(), size, 7, 1), {first});
    fill(address(), size, 1);
    uint32_t expected = 1;
    for (int round = 0; round < 32; ++round) {
        Exec exec = instantiate(graph);
        REQUIRE(cuGraphLaunch(exec, stream) == CUDA_SUCCESS);
        REQUIRE(cuGraphExecDestroy(exec.release()) == CUDA_SUCCESS);
        expected = (expected * 3 + 5) * 7 + 1;
    }
    REQUIRE(cuStreamSynchronize(stream) == CUDA_SUCCESS);
    CHECK(holds(address(), size, expected));
}

TEST_CASE_METHOD(Mapped,
                 "INS-06/queued: an executable graph that is destroyed while its launch is queued still runs",
                 "[instantiate]") {
    need_asynchrony();
    constexpr uint64_t limit_ns = 5'000'000'000;
    const PinnedMemory flag = allocate_pinned(sizeof(uint32_t));
    auto* const raised = static_cast<volatile uint32_t*>(flag.get());
    *raised = 0;
    fill(address(), bytes(), 1);
    Graph graph = create_graph();
    add_kernel(graph, fill_call(address(), bytes(), 2));
    Exec exec = instantiate(graph);
    const Stream stream = create_stream();
    launch(call_once(kernels::wait_for_flag, raised, limit_ns), stream);
    REQUIRE(cuGraphLaunch(exec, stream) == CUDA_SUCCESS);

    CHECK(cuGraphExecDestroy(exec.release()) == CUDA_SUCCESS);
    CHECK(cuGraphDestroy(graph.release()) == CUDA_SUCCESS);
    CHECK(cuStreamQuery(stream) == CUDA_ERROR_NOT_READY); // destroyed without waiting
    *raised = 1;
    REQUIRE(cuStreamSynchronize(stream) == CUDA_SUCCESS);
    CHECK(holds(address(), bytes(), 2));
}

} // namespace cts
