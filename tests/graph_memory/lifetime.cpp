// Allocations outlive the graph and the executable graph that made them (Programming Guide, graph memory
// nodes; rocm-systems#7092, warp#1429).
#include "tests/graph_memory/memory.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Keeping, "GMN-08/destroy: a live allocation survives its executable graph and its graph",
                 "[graph_memory]") {
    Exec exec = instantiate(graph());
    run_keeping(exec);
    REQUIRE(cuGraphExecDestroy(exec.release()) == CUDA_SUCCESS);
    CHECK(holds(address(), size, value));
    REQUIRE(cuGraphDestroy(graph().release()) == CUDA_SUCCESS);

    CHECK(holds(address(), size, value));
    CHECK(kernel_sees(address(), size, value));
    fill(address(), size, 1);
    // Nobody else is given the memory behind it.
    const DeviceMemory other = allocate_device(size);
    const DeviceMemory pooled = allocate_from_pool(size);
    fill(device_address(other), size, 2);
    fill(device_address(pooled), size, 3);
    CHECK(holds(address(), size, 1));
    CHECK(cuMemFree(address()) == CUDA_SUCCESS);
    freed();
}

TEST_CASE_METHOD(Keeping, "GMN-08/trim: trimming the graph memory leaves a live allocation alone",
                 "[graph_memory]") {
    Exec exec = instantiate(graph());
    run_keeping(exec);
    REQUIRE(cuGraphExecDestroy(exec.release()) == CUDA_SUCCESS);
    REQUIRE(cuDeviceGraphMemTrim(device()) == CUDA_SUCCESS);
    CHECK(holds(address(), size, value));
    CHECK(kernel_sees(address(), size, value));
}

TEST_CASE_METHOD(Keeping, "GMN-08/auto-free: auto free leaves the allocations of the last launch",
                 "[graph_memory]") {
    Exec exec = instantiate(graph(), cudaGraphInstantiateFlagAutoFreeOnLaunch);
    run_keeping(exec);
    run_keeping(exec);
    REQUIRE(cuGraphExecDestroy(exec.release()) == CUDA_SUCCESS);
    CHECK(holds(address(), size, value));
    CHECK(cuMemFree(address()) == CUDA_SUCCESS); // it was there to be freed
    freed();
}

TEST_CASE_METHOD(Keeping, "GMN-08/next: a live allocation keeps its contents while other graphs run",
                 "[graph_memory]") {
    const DeviceMemory result = allocate_device(size);
    const Graph other = create_graph();
    const AllocationNode temporary = add_temporary(other, device(), size, 9, device_address(result));
    CHECK(temporary.address != address());
    const Exec keeping = instantiate(graph());
    const Exec passing = instantiate(other);
    run_keeping(keeping);
    for (int round = 0; round < 3; ++round) {
        run(passing);
    }
    CHECK(holds(device_address(result), size, 9));
    CHECK(holds(address(), size, value));
}

} // namespace cts
