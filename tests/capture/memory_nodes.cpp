// Allocating and freeing in a capturing stream makes nodes of the graph (Driver API, cuMemAllocAsync and
// cuMemFreeAsync; Programming Guide, graph memory nodes).
#include "tests/capture/capturing.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

constexpr size_t size = size_t{1} << 20;

CUgraphNodeType type_of(CUgraphNode node) {
    CUgraphNodeType type{};
    must(cuGraphNodeGetType(node, &type), "cuGraphNodeGetType");
    return type;
}

class Pooled : public Context {
  public:
    Pooled() { need(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, "MEMORY_POOLS_SUPPORTED"); }
};

} // namespace

TEST_CASE_METHOD(Pooled, "SCP-15/nodes: a captured allocation and its free become nodes of the graph",
                 "[capture]") {
    const DeviceMemory result = allocate_device(size);
    fill(device_address(result), size, 1);
    Capturing capture;
    CUdeviceptr temporary = 0;
    REQUIRE(cuMemAllocAsync(&temporary, size, capture) == CUDA_SUCCESS);
    CHECK(temporary != 0);
    launch(fill_call(temporary, size, 6), capture.stream());
    launch(copy_call(device_address(result), temporary, size), capture.stream());
    REQUIRE(cuMemFreeAsync(temporary, capture) == CUDA_SUCCESS);
    const EndedCapture ended = capture.end();
    REQUIRE(ended.result == CUDA_SUCCESS);

    const auto nodes = nodes_of(ended.graph);
    REQUIRE(nodes.size() == 4);
    size_t allocations = 0, frees = 0;
    for (const cudaGraphNode_t node : nodes) {
        allocations += type_of(node) == CU_GRAPH_NODE_TYPE_MEM_ALLOC;
        frees += type_of(node) == CU_GRAPH_NODE_TYPE_MEM_FREE;
    }
    CHECK(allocations == 1);
    CHECK(frees == 1);
    CHECK(edge_count(ended.graph) == 3);
    CHECK(holds(device_address(result), size, 1));
    const Exec exec = instantiate(ended.graph);
    run(exec);
    CHECK(holds(device_address(result), size, 6));
}

TEST_CASE_METHOD(Pooled, "SCP-15/address: the node of a captured allocation has its address, size and place",
                 "[capture]") {
    Capturing capture;
    CUdeviceptr memory = 0;
    REQUIRE(cuMemAllocAsync(&memory, size, capture) == CUDA_SUCCESS);
    REQUIRE(cuMemFreeAsync(memory, capture) == CUDA_SUCCESS);
    const EndedCapture ended = capture.end();
    REQUIRE(ended.result == CUDA_SUCCESS);
    const auto nodes = nodes_of(ended.graph);
    REQUIRE(nodes.size() == 2);
    const CUgraphNode node = type_of(nodes[0]) == CU_GRAPH_NODE_TYPE_MEM_ALLOC ? nodes[0] : nodes[1];

    CUDA_MEM_ALLOC_NODE_PARAMS parameters{};
    REQUIRE(cuGraphMemAllocNodeGetParams(node, &parameters) == CUDA_SUCCESS);
    CHECK(parameters.dptr == memory);
    CHECK(parameters.bytesize >= size);
    CHECK(parameters.poolProps.location.type == CU_MEM_LOCATION_TYPE_DEVICE);
    CHECK(parameters.poolProps.location.id == device());
}

TEST_CASE_METHOD(Pooled, "SCP-15/foreign: memory that no graph allocated cannot be freed in a capture",
                 "[capture]") {
    DeviceMemory foreign = allocate_from_pool(size);
    fill(device_address(foreign), size, 8);
    Capturing capture;
    CHECK(cuMemFreeAsync(device_address(foreign), capture) == CUDA_ERROR_INVALID_VALUE);
    observe("SCP-15/foreign/status", capture.status());
    const EndedCapture ended = capture.end();
    CHECK((ended.result == CUDA_SUCCESS) == ended.gave_graph);
    CHECK((ended.gave_graph ? nodes_of(ended.graph).size() : 0) == 0);
    CHECK(holds(device_address(foreign), size, 8));
}

TEST_CASE_METHOD(Pooled, "SCP-15/kept: a captured allocation that is not freed is there after the launch",
                 "[capture]") {
    Capturing capture;
    CUdeviceptr memory = 0;
    REQUIRE(cuMemAllocAsync(&memory, size, capture) == CUDA_SUCCESS);
    launch(fill_call(memory, size, 9), capture.stream());
    const EndedCapture ended = capture.end();
    REQUIRE(ended.result == CUDA_SUCCESS);
    const Exec exec = instantiate(ended.graph);
    run(exec);
    CHECK(holds(memory, size, 9));
    CHECK(kernel_sees(memory, size, 9));
    CHECK(cuMemFree(memory) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Pooled, "SCP-15/several: captured allocations that live together have memory of their own",
                 "[capture]") {
    constexpr size_t count = 3;
    const DeviceMemory result = allocate_device(count * size);
    fill(device_address(result), count * size, 9);
    Capturing capture;
    CUdeviceptr memory[count] = {};
    void* by_runtime = nullptr;
    REQUIRE(cuMemAllocAsync(&memory[0], size, capture) == CUDA_SUCCESS);
    REQUIRE(cuMemAllocAsync(&memory[1], size, capture) == CUDA_SUCCESS);
    REQUIRE(cudaMallocAsync(&by_runtime, size, capture.stream()) == cudaSuccess);
    memory[2] = device_address(by_runtime);
    for (uint32_t i = 0; i < count; ++i) {
        launch(fill_call(memory[i], size, i), capture.stream());
    }
    for (size_t i = 0; i < count; ++i) {
        launch(copy_call(device_address(result) + i * size, memory[i], size), capture.stream());
    }
    CHECK(cuMemFreeAsync(memory[0], capture) == CUDA_SUCCESS);
    CHECK(cuMemFreeAsync(memory[1], capture) == CUDA_SUCCESS);
    CHECK(cudaFreeAsync(by_runtime, capture.stream()) == cudaSuccess);
    const EndedCapture ended = capture.end();
    REQUIRE(ended.result == CUDA_SUCCESS);
    CHECK(nodes_of(ended.graph).size() == 4 * count);
    const Exec exec = instantiate(ended.graph);
    run(exec);
    for (uint32_t i = 0; i < count; ++i) {
        CHECK(holds(device_address(result) + i * size, size, i));
    }
}

} // namespace cts
