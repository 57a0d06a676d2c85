// The ways to free what a graph has allocated and not freed.
#include "tests/graph_memory/memory.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Keeping, "GMN-02/free: cuMemFree frees a graph's allocation, and the graph can run again",
                 "[graph_memory]") {
    const Exec exec = instantiate(graph());
    run_keeping(exec);
    CHECK(holds(address(), size, value));
    CHECK(cuMemFree(address()) == CUDA_SUCCESS);
    freed();
    CHECK(cuMemFree(address()) != CUDA_SUCCESS); // it is gone
    run_keeping(exec);
    CHECK(holds(address(), size, value));
}

TEST_CASE_METHOD(Keeping,
                 "GMN-02/free-async: cuMemFreeAsync frees a graph's allocation, and the graph can run again",
                 "[graph_memory]") {
    const Stream stream = create_stream();
    const Exec exec = instantiate(graph());
    run_keeping(exec, stream);
    CHECK(holds(address(), size, value));
    CHECK(cuMemFreeAsync(address(), stream) == CUDA_SUCCESS);
    freed();
    REQUIRE(cuStreamSynchronize(stream) == CUDA_SUCCESS);
    run_keeping(exec, stream);
    CHECK(holds(address(), size, value));
}

TEST_CASE_METHOD(Keeping, "GMN-02/later-work: later work of the stream uses the allocation until it is freed",
                 "[graph_memory]") {
    const DeviceMemory result = allocate_device(size);
    const Stream stream = create_stream();
    const Exec exec = instantiate(graph());
    for (uint32_t round = 1; round <= 4; ++round) {
        REQUIRE(cuGraphLaunch(exec, stream) == CUDA_SUCCESS);
        launch(multiply_add_call(address(), size, 3, round), stream);
        launch(copy_call(device_address(result), address(), size), stream);
        REQUIRE(cuMemFreeAsync(address(), stream) == CUDA_SUCCESS);
        REQUIRE(cuStreamSynchronize(stream) == CUDA_SUCCESS);
        CHECK(holds(device_address(result), size, value * 3 + round));
    }
}

TEST_CASE_METHOD(Keeping, "GMN-02/other-graph: a free node of another graph frees a graph's allocation",
                 "[graph_memory]") {
    const DeviceMemory result = allocate_device(size);
    const Graph other = create_graph();
    const auto copied = add_kernel(other, copy_call(device_address(result), address(), size));
    const CUgraphNode free_node = add_free(other, address(), {copied});
    void* told = nullptr;
    REQUIRE(cudaGraphMemFreeNodeGetParams(free_node, &told) == cudaSuccess);
    CHECK(device_address(told) == address());
    const Exec allocating = instantiate(graph());
    const Exec freeing = instantiate(other);
    for (int round = 0; round < 3; ++round) {
        fill(device_address(result), size, 0);
        run_keeping(allocating);
        run(freeing);
        freed();
        CHECK(holds(device_address(result), size, value));
    }
}

TEST_CASE_METHOD(Keeping,
                 "GMN-02/auto-free: an executable graph made with auto free frees before each launch",
                 "[graph_memory]") {
    const Exec exec = instantiate(graph(), cudaGraphInstantiateFlagAutoFreeOnLaunch);
    for (int round = 0; round < 4; ++round) {
        run_keeping(exec);
        CHECK(holds(address(), size, value));
        fill(address(), size, 0);
    }
}

TEST_CASE_METHOD(Keeping, "GMN-03/refused: a launch is refused while an allocation of the last one is live",
                 "[graph_memory]") {
    const Exec exec = instantiate(graph());
    run_keeping(exec);
    fill(address(), size, 1);

    CHECK(cuGraphLaunch(exec, nullptr) == CUDA_ERROR_INVALID_VALUE);

    synchronize();
    CHECK(holds(address(), size, 1)); // the refused launch did nothing
    REQUIRE(cuMemFree(address()) == CUDA_SUCCESS);
    freed();
    CHECK(cuGraphLaunch(exec, nullptr) == CUDA_SUCCESS);
    synchronize();
    allocated();
    CHECK(holds(address(), size, value));
}

TEST_CASE_METHOD(Pools, "GMN-03/one-of-two: one live allocation of two is enough to refuse a launch",
                 "[graph_memory]") {
    const Graph graph = create_graph();
    const AllocationNode first = add_allocation(graph, device(), size);
    const AllocationNode second = add_allocation(graph, device(), size, {first.node});
    add_kernel(graph, fill_call(first.address, size, 1), {second.node});
    const Exec exec = instantiate(graph);
    run(exec);
    REQUIRE(cuMemFree(first.address) == CUDA_SUCCESS);
    CHECK(cuGraphLaunch(exec, nullptr) == CUDA_ERROR_INVALID_VALUE);
    REQUIRE(cuMemFree(second.address) == CUDA_SUCCESS);
    CHECK(cuGraphLaunch(exec, nullptr) == CUDA_SUCCESS);
    synchronize();
    CHECK(holds(first.address, size, 1));
    CHECK(cuMemFree(first.address) == CUDA_SUCCESS);
    CHECK(cuMemFree(second.address) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Keeping, "GMN-02/runtime: cudaFree and cudaFreeAsync free a graph's allocation, too",
                 "[graph_memory]") {
    const Stream stream = create_stream();
    const Exec exec = instantiate(graph());
    run_keeping(exec, stream);
    CHECK(cudaFree(pointer(address())) == cudaSuccess);
    freed();
    CHECK(cuGraphLaunch(exec, stream) == CUDA_SUCCESS); // refused while the allocation is live
    allocated();
    REQUIRE(cuStreamSynchronize(stream) == CUDA_SUCCESS);
    CHECK(holds(address(), size, value));
    CHECK(cudaFreeAsync(pointer(address()), stream) == cudaSuccess);
    freed();
    REQUIRE(cudaStreamSynchronize(stream) == cudaSuccess);
    CHECK(cuGraphLaunch(exec, stream) == CUDA_SUCCESS);
    allocated();
    REQUIRE(cuStreamSynchronize(stream) == CUDA_SUCCESS);
    CHECK(holds(address(), size, value));
}

TEST_CASE_METHOD(Pools,
                 "GMN-02/auto-free-several: auto free frees every allocation that the last launch left",
                 "[graph_memory]") {
    const Graph graph = create_graph();
    const AllocationNode first = add_allocation(graph, device(), size);
    const AllocationNode second = add_allocation(graph, device(), size, {first.node});
    const auto one = add_kernel(graph, fill_call(first.address, size, 1), {second.node});
    add_kernel(graph, fill_call(second.address, size, 2), {one});
    const Exec exec = instantiate(graph, cudaGraphInstantiateFlagAutoFreeOnLaunch);
    for (int round = 0; round < 3; ++round) {
        REQUIRE(cuGraphLaunch(exec, nullptr) == CUDA_SUCCESS);
        synchronize();
        CHECK(holds(first.address, size, 1));
        CHECK(holds(second.address, size, 2));
        fill(first.address, size, 0);
        fill(second.address, size, 0);
    }
    CHECK(cuMemFree(first.address) == CUDA_SUCCESS);
    CHECK(cuMemFree(second.address) == CUDA_SUCCESS);
}

} // namespace cts
