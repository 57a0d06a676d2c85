// Driver API, cuGraphUpload: uploads without executing, behind earlier work of the stream and earlier
// launches.
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Mapped, "INS-07/effect: uploading an executable graph executes none of its nodes",
                 "[instantiate]") {
    const Stream stream = create_stream();
    const Graph graph = create_graph();
    const auto first = add_kernel(graph, multiply_add_call(address(), bytes(), 3, 5));
    add_memset(graph, memset_words(at(1) - granularity() / 2, granularity() / 2, 9), {first});
    fill(address(), bytes(), 1);
    const Exec exec = instantiate(graph);

    REQUIRE(cuGraphUpload(exec, stream) == CUDA_SUCCESS);
    REQUIRE(cuGraphUpload(exec, stream) == CUDA_SUCCESS);
    REQUIRE(cuStreamSynchronize(stream) == CUDA_SUCCESS);
    CHECK(holds(address(), bytes(), 1));

    run(exec, stream);
    CHECK(holds(address(), bytes() / 2, 8));
    CHECK(holds(at(1) - granularity() / 2, granularity() / 2, 9));
}

TEST_CASE_METHOD(Mapped,
                 "INS-07/between: uploads between launches, in other streams too, do not disturb them",
                 "[instantiate]") {
    constexpr size_t size = size_t{64} << 10;
    const Stream stream = create_stream();
    const Stream other = create_stream();
    const Graph graph = create_graph();
    const auto first = add_kernel(graph, multiply_add_call(address(), size, 3, 5));
    add_kernel(graph, multiply_add_call(address(), size, 7, 1), {first});
    const Exec exec = instantiate(graph);
    fill(address(), size, 1);
    uint32_t expected = 1;
    for (int round = 0; round < 16; ++round) {
        REQUIRE(cuGraphUpload(exec, round % 2 == 0 ? stream : other) == CUDA_SUCCESS);
        REQUIRE(cuGraphLaunch(exec, stream) == CUDA_SUCCESS);
        REQUIRE(cuGraphUpload(exec, other) == CUDA_SUCCESS);
        expected = (expected * 3 + 5) * 7 + 1;
    }
    REQUIRE(cuStreamSynchronize(stream) == CUDA_SUCCESS);
    REQUIRE(cuStreamSynchronize(other) == CUDA_SUCCESS);
    CHECK(holds(address(), size, expected));
}

TEST_CASE_METHOD(Mapped, "INS-07/kept: uploading an executable graph keeps what it was updated and set to",
                 "[instantiate]") {
    const Stream stream = create_stream();
    const Graph graph = create_graph(), changed = create_graph();
    const auto node = add_kernel(graph, fill_call(address(), bytes(), 1));
    add_kernel(changed, fill_call(address(), bytes(), 2));
    const Exec exec = instantiate(graph);
    REQUIRE(update(exec, changed).error == cudaSuccess);
    REQUIRE(cuGraphUpload(exec, stream) == CUDA_SUCCESS);
    run(exec, stream);
    CHECK(holds(address(), bytes(), 2));
    auto call = fill_call(address(), bytes(), 3);
    const cudaKernelNodeParams wanted = call.node();
    must(cudaGraphExecKernelNodeSetParams(exec, node, &wanted), "cudaGraphExecKernelNodeSetParams");
    REQUIRE(cuGraphUpload(exec, stream) == CUDA_SUCCESS);
    run(exec, stream);
    CHECK(holds(address(), bytes(), 3));
}

} // namespace cts
