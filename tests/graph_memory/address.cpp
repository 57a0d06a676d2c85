#include "tests/graph_memory/memory.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Keeping, "GMN-01/creation: an allocation node has its address when it is added",
                 "[graph_memory]") {
    CHECK(address() != 0);
    CUDA_MEM_ALLOC_NODE_PARAMS parameters{};
    REQUIRE(cuGraphMemAllocNodeGetParams(allocation(), &parameters) == CUDA_SUCCESS);
    CHECK(parameters.dptr == address());
    CHECK(parameters.bytesize >= size);
    CHECK(parameters.poolProps.location.id == device());

    const AllocationNode second = add_allocation(graph(), device(), size, {last()});
    CHECK((second.address >= address() + size || second.address + size <= address())); // both can be live
}

TEST_CASE_METHOD(Keeping, "GMN-01/launches: the address stays the same in every launch", "[graph_memory]") {
    const Exec exec = instantiate(graph());
    for (int launch = 0; launch < 4; ++launch) {
        run_keeping(exec);
        CHECK(holds(address(), size, value));
        CHECK(kernel_sees(address(), size, value));
        fill(address(), size, 0); // so that the next launch has to do it again
        CHECK_FALSE(holds(address(), size, value));
        REQUIRE(cuMemFree(address()) == CUDA_SUCCESS);
        freed();
    }
}

TEST_CASE_METHOD(Keeping, "GMN-01/instantiations: the address stays the same in every instantiation",
                 "[graph_memory]") {
    for (int round = 0; round < 3; ++round) {
        const Exec exec = instantiate(graph());
        run_keeping(exec);
        CHECK(holds(address(), size, value));
        REQUIRE(cuMemFree(address()) == CUDA_SUCCESS);
        freed();
        // What comes between must not be given the address.
        const DeviceMemory between = allocate_device(size);
        CHECK(device_address(between) != address());
    }
}

TEST_CASE_METHOD(Pools, "GMN-01/temporary: an allocation that its graph frees works in every launch",
                 "[graph_memory]") {
    const DeviceMemory result = allocate_device(size);
    const Graph graph = create_graph();
    add_temporary(graph, device(), size, 7, device_address(result));
    const Exec exec = instantiate(graph);
    for (int launch = 0; launch < 4; ++launch) {
        fill(device_address(result), size, 0);
        run(exec);
        CHECK(holds(device_address(result), size, 7));
    }
}

TEST_CASE_METHOD(Pools, "GMN-01/odd: allocations of odd sizes have all of their bytes, and share none",
                 "[graph_memory]") {
    const size_t sizes[] = {4, 65536 + 12, size + 4092};
    const Graph graph = create_graph();
    std::vector<AllocationNode> made;
    std::vector<CUgraphNode> last;
    for (const size_t bytes : sizes) {
        made.push_back(add_allocation(graph, device(), bytes, last));
        last = {made.back().node};
        CUDA_MEM_ALLOC_NODE_PARAMS parameters{};
        REQUIRE(cuGraphMemAllocNodeGetParams(made.back().node, &parameters) == CUDA_SUCCESS);
        CHECK(parameters.bytesize >= bytes);
    }
    // All are filled before the first is read, so that shared bytes would show.
    for (uint32_t i = 0; i < made.size(); ++i) {
        last = {add_kernel(graph, fill_call(made[i].address, sizes[i], i + 1), last)};
    }
    std::vector<DeviceMemory> results;
    for (uint32_t i = 0; i < made.size(); ++i) {
        results.push_back(allocate_device(sizes[i]));
        last = {add_kernel(graph, copy_call(device_address(results[i]), made[i].address, sizes[i]), last)};
    }
    for (const AllocationNode& memory : made) {
        last = {add_free(graph, memory.address, last)};
    }
    for (uint32_t i = 0; i < made.size(); ++i) {
        fill(device_address(results[i]), sizes[i], 0);
    }
    run(instantiate(graph));
    for (uint32_t i = 0; i < made.size(); ++i) {
        CHECK(holds(device_address(results[i]), sizes[i], i + 1));
    }
}

TEST_CASE_METHOD(Pools, "GMN-01/generic: an allocation node that the generic call adds tells its address",
                 "[graph_memory]") {
    const DeviceMemory result = allocate_device(size);
    const Graph graph = create_graph();
    CUgraphNodeParams parameters{};
    parameters.type = CU_GRAPH_NODE_TYPE_MEM_ALLOC;
    const CUDA_MEM_ALLOC_NODE_PARAMS wanted = allocation_of(size, device());
    parameters.alloc.poolProps = wanted.poolProps;
    parameters.alloc.bytesize = wanted.bytesize;
    CUgraphNode allocation = nullptr;
    REQUIRE(cuGraphAddNode(&allocation, graph, nullptr, nullptr, 0, &parameters) == CUDA_SUCCESS);
    const CUdeviceptr memory = parameters.alloc.dptr;
    REQUIRE(memory != 0);
    const auto filled = add_kernel(graph, fill_call(memory, size, 7), {allocation});
    const auto copied = add_kernel(graph, copy_call(device_address(result), memory, size), {filled});
    CUgraphNodeParams freeing{};
    freeing.type = CU_GRAPH_NODE_TYPE_MEM_FREE;
    freeing.free.dptr = memory;
    CUgraphNode freed = nullptr;
    REQUIRE(cuGraphAddNode(&freed, graph, &copied, nullptr, 1, &freeing) == CUDA_SUCCESS);
    const Exec exec = instantiate(graph);
    for (int launch = 0; launch < 2; ++launch) {
        fill(device_address(result), size, 0);
        run(exec);
        CHECK(holds(device_address(result), size, 7));
    }
}

} // namespace cts
