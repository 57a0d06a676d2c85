// When graph memory is there, and what the device says about it (Programming Guide, graph memory nodes,
// physical memory footprint; Driver API, cuDeviceGetGraphMemAttribute).
#include "tests/graph_memory/memory.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

constexpr size_t large = size_t{64} << 20;

/// Nothing of earlier cases is cached.
class Trimmed : public Pools {
  public:
    Trimmed() { trim(); }
    ~Trimmed() { expect_teardown(cuDeviceGraphMemTrim(device()), "cuDeviceGraphMemTrim", Where::current()); }

    void trim() { must(cuDeviceGraphMemTrim(device()), "cuDeviceGraphMemTrim"); }
    cuuint64_t reserved() const { return graph_memory(CU_GRAPH_MEM_ATTR_RESERVED_MEM_CURRENT); }
    cuuint64_t used() const { return graph_memory(CU_GRAPH_MEM_ATTR_USED_MEM_CURRENT); }
    cuuint64_t reserved_high() const { return graph_memory(CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH); }
    cuuint64_t used_high() const { return graph_memory(CU_GRAPH_MEM_ATTR_USED_MEM_HIGH); }
};

} // namespace

TEST_CASE_METHOD(Trimmed,
                 "GMN-09/launch: memory comes with the first launch, stays cached, and goes by trimming",
                 "[graph_memory][accounting]") {
    const DeviceMemory result = allocate_device(large);
    const Graph graph = create_graph();
    add_temporary(graph, device(), large, 3, device_address(result));
    const cuuint64_t before = reserved();
    Exec exec = instantiate(graph);
    CHECK(reserved() == before);

    run(exec);
    CHECK(holds(device_address(result), large, 3));
    CHECK(reserved() >= before + large);
    const size_t free_cached = free_memory();

    REQUIRE(cuGraphExecDestroy(exec.release()) == CUDA_SUCCESS);
    trim();
    CHECK(reserved() == before);
    CHECK(free_memory() >= free_cached + large);
}

TEST_CASE_METHOD(Trimmed, "GMN-09/upload: memory can come with an upload, before the first launch",
                 "[graph_memory][accounting]") {
    const DeviceMemory result = allocate_device(large);
    const Graph graph = create_graph();
    add_temporary(graph, device(), large, 3, device_address(result));
    const Exec exec = instantiate(graph);
    const Stream stream = create_stream();
    const cuuint64_t before = reserved();

    REQUIRE(cuGraphUpload(exec, stream) == CUDA_SUCCESS);
    REQUIRE(cuStreamSynchronize(stream) == CUDA_SUCCESS);
    CHECK(reserved() >= before + large);
    const cuuint64_t uploaded = reserved();
    run(exec, stream);
    CHECK(reserved() == uploaded); // the launch finds it there
    CHECK(holds(device_address(result), large, 3));
}

TEST_CASE_METHOD(Trimmed, "GMN-09/live: trimming does not take memory that is in use",
                 "[graph_memory][accounting]") {
    const Graph graph = create_graph();
    const AllocationNode memory = add_allocation(graph, device(), large);
    add_kernel(graph, fill_call(memory.address, large, 4), {memory.node});
    const cuuint64_t before = reserved();
    const Exec exec = instantiate(graph);
    run(exec);
    trim();
    CHECK(reserved() >= before + large);
    CHECK(holds(memory.address, large, 4));
    REQUIRE(cuMemFree(memory.address) == CUDA_SUCCESS);
    synchronize();
}

TEST_CASE_METHOD(Trimmed,
                 "GMN-10/high: the high watermarks are never below the current values, and keep the most",
                 "[graph_memory][accounting]") {
    const DeviceMemory result = allocate_device(large);
    Graph graph = create_graph();
    add_temporary(graph, device(), large, 3, device_address(result));
    Exec exec = instantiate(graph);
    run(exec);
    CHECK(used_high() >= used());
    CHECK(reserved_high() >= reserved());
    const cuuint64_t peak = reserved_high();
    CHECK(peak >= large);
    CHECK(used_high() >= large);

    REQUIRE(cuGraphExecDestroy(exec.release()) == CUDA_SUCCESS);
    trim();
    CHECK(reserved() < peak);
    CHECK(reserved_high() == peak); // remembered
}

TEST_CASE_METHOD(Trimmed, "GMN-10/reset: a high watermark can be reset to zero and to nothing else",
                 "[graph_memory][accounting]") {
    const DeviceMemory result = allocate_device(large);
    const Graph graph = create_graph();
    add_temporary(graph, device(), large, 3, device_address(result));
    Exec exec = instantiate(graph);
    run(exec);
    REQUIRE(cuGraphExecDestroy(exec.release()) == CUDA_SUCCESS);
    trim();
    REQUIRE(reserved_high() >= large);
    REQUIRE(used_high() >= large);

    for (const CUgraphMem_attribute attribute :
         {CU_GRAPH_MEM_ATTR_USED_MEM_HIGH, CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH}) {
        const CUgraphMem_attribute other = attribute == CU_GRAPH_MEM_ATTR_USED_MEM_HIGH
                                               ? CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH
                                               : CU_GRAPH_MEM_ATTR_USED_MEM_HIGH;
        const cuuint64_t before = graph_memory(attribute), other_before = graph_memory(other);
        cuuint64_t one = 1;
        CHECK(cuDeviceSetGraphMemAttribute(device(), attribute, &one) != CUDA_SUCCESS);
        CHECK(graph_memory(attribute) == before);
        cuuint64_t zero = 0;
        CHECK(cuDeviceSetGraphMemAttribute(device(), attribute, &zero) == CUDA_SUCCESS);
        CHECK(graph_memory(attribute) < large); // the mark starts again from what is current
        CHECK(graph_memory(other) == other_before);
    }
}

TEST_CASE_METHOD(Trimmed, "GMN-10/read-only: the current values cannot be set", "[graph_memory]") {
    for (const CUgraphMem_attribute attribute :
         {CU_GRAPH_MEM_ATTR_USED_MEM_CURRENT, CU_GRAPH_MEM_ATTR_RESERVED_MEM_CURRENT}) {
        const cuuint64_t before = graph_memory(attribute);
        cuuint64_t zero = 0;
        const CUresult result = cuDeviceSetGraphMemAttribute(device(), attribute, &zero);
        CHECK(result != CUDA_SUCCESS);
        observe("GMN-10/read-only", result);
        CHECK(graph_memory(attribute) == before);
    }
}

TEST_CASE_METHOD(Trimmed, "GMN-10/used: the memory in use follows what is live",
                 "[graph_memory][accounting]") {
    const Graph graph = create_graph();
    const AllocationNode memory = add_allocation(graph, device(), large);
    Exec exec = instantiate(graph);
    run(exec);
    const cuuint64_t live = used();
    CHECK(live >= large);
    for (const auto& [attribute, value] : {std::pair{cudaGraphMemAttrUsedMemCurrent, used()},
                                           std::pair{cudaGraphMemAttrUsedMemHigh, used_high()},
                                           std::pair{cudaGraphMemAttrReservedMemCurrent, reserved()},
                                           std::pair{cudaGraphMemAttrReservedMemHigh, reserved_high()}}) {
        unsigned long long told = 0; // the runtime's form gives the same answer
        REQUIRE(cudaDeviceGetGraphMemAttribute(device(), attribute, &told) == cudaSuccess);
        CHECK(told == value);
    }
    REQUIRE(cuMemFree(memory.address) == CUDA_SUCCESS);
    synchronize();
    REQUIRE(cuGraphExecDestroy(exec.release()) == CUDA_SUCCESS);
    trim();
    CHECK(used() + large <= live);
}

} // namespace cts
