#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Granule, "VXG-22: memory that the graph pool gives back can be created as an allocation",
                 "[vmm_under_graphs][accounting]") {
    need(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, "MEMORY_POOLS_SUPPORTED");
    must(cudaDeviceGraphMemTrim(device()), "cudaDeviceGraphMemTrim");
    const size_t before = free_memory();
    const size_t bytes = granules(16);
    const Graph graph = create_graph(); // outlives the trimming: it is that which gives the memory back
    cudaMemAllocNodeParams allocation{};
    allocation.poolProps.allocType = cudaMemAllocationTypePinned;
    allocation.poolProps.location = {cudaMemLocationTypeDevice, device()};
    allocation.bytesize = bytes;
    cudaGraphNode_t allocate_node = nullptr;
    cudaGraphNode_t free_node = nullptr;
    must(cudaGraphAddMemAllocNode(&allocate_node, graph, nullptr, 0, &allocation),
         "cudaGraphAddMemAllocNode");
    must(cudaGraphAddMemFreeNode(&free_node, graph, &allocate_node, 1, allocation.dptr),
         "cudaGraphAddMemFreeNode");
    {
        const Exec exec = instantiate(graph);
        run(exec);
        CHECK(free_memory() + bytes <= before); // the pool keeps it
    }

    REQUIRE(cudaDeviceGraphMemTrim(device()) == cudaSuccess);

    CHECK(free_memory() == before);
    const Allocation taken = allocate(16);
    CHECK(free_memory() + bytes == before);
}

} // namespace cts
