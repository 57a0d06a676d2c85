// Allocation nodes that are taken though they ask for what cannot be had, and launches that lose their
// memory.
#include "faults/catalogue/graph_tools.hpp"

#include <algorithm>
#include <map>

namespace faults {

namespace {

/// Changes what an allocation node is asked for.
template<typename Change>
void plant_request(Change change) {
    cuGraphAddMemAllocNode.plant([change](CUgraphNode* node, CUgraph graph, const CUgraphNode* after,
                                          size_t count, CUDA_MEM_ALLOC_NODE_PARAMS* parameters) {
        change(*parameters);
        return cuGraphAddMemAllocNode(node, graph, after, count, parameters);
    });
}

} // namespace

FAULT(gmem_zero, "allocation-node-takes-no-bytes", "An allocation node of no bytes is taken as the smallest.",
      "", "GMN-11") {
    plant_request([](auto& request) { request.bytesize = std::max<size_t>(request.bytesize, 512); });
}

FAULT(gmem_handle_type, "allocation-node-ignores-handle-type",
      "An allocation node that is to be shareable is taken, and is not.", "", "GMN-11") {
    plant_request([](auto& request) { request.poolProps.handleTypes = CU_MEM_HANDLE_TYPE_NONE; });
}

FAULT(gmem_device, "allocation-node-ignores-device",
      "An allocation node on a device that does not exist is placed on the first.", "", "GMN-11") {
    plant_request([](auto& request) { request.poolProps.location.id = 0; });
}

FAULT(gmem_type, "allocation-node-ignores-type",
      "An allocation node of an invalid allocation type is taken as pinned.", "", "GMN-11") {
    plant_request([](auto& request) { request.poolProps.allocType = CU_MEM_ALLOCATION_TYPE_PINNED; });
}

FAULT(gmem_large, "allocation-node-truncates-size", "The size of an allocation node is taken modulo 4 GiB.",
      "", "GMN-11") {
    plant_request([](auto& request) {
        request.bytesize = request.bytesize > 0 ? std::max<size_t>(request.bytesize & 0xFFFFFFFF, 512) : 0;
    });
}

FAULT(gmem_second_launch, "memory-graph-launches-once",
      "The second launch of a graph with an allocation that it frees itself does nothing.", "",
      "GMN-01 GMN-14") {
    static std::map<CUgraphExec, int> launches; // of graphs with a free node
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [](auto& real, auto* exec, auto graph, auto flags) {
                   const auto result = real(exec, graph, flags);
                   launches.erase(*exec);
                   if (answer(result).code == 0 && contains(graph, CU_GRAPH_NODE_TYPE_MEM_FREE)) {
                       launches[*exec] = 0;
                   }
                   return result;
               });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const auto known = launches.find(exec);
        return known != launches.end() && ++known->second == 2
                   ? static_cast<decltype(real(exec, stream))>(success)
                   : real(exec, stream);
    });
}

FAULT(gmem_reset_both, "graph-memory-reset-takes-both-marks",
      "Resetting one high watermark of graph memory resets the other, too.", "", "GMN-10") {
    cuDeviceSetGraphMemAttribute.plant([](CUdevice device, CUgraphMem_attribute attribute, void* value) {
        const CUresult result = cuDeviceSetGraphMemAttribute(device, attribute, value);
        if (result == CUDA_SUCCESS) {
            cuuint64_t zero = 0;
            cuDeviceSetGraphMemAttribute(device, CU_GRAPH_MEM_ATTR_USED_MEM_HIGH, &zero);
            cuDeviceSetGraphMemAttribute(device, CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH, &zero);
        }
        return result;
    });
}

FAULT(gmem_runtime_free, "runtime-free-of-graph-memory-does-nothing",
      "cudaFree of a graph's allocation reports success only.", "", "GMN-02") {
    static std::vector<CUdeviceptr> known;
    cuGraphAddMemAllocNode.plant([](CUgraphNode* node, CUgraph graph, const CUgraphNode* after, size_t count,
                                    CUDA_MEM_ALLOC_NODE_PARAMS* parameters) {
        const CUresult result = cuGraphAddMemAllocNode(node, graph, after, count, parameters);
        known.push_back(parameters->dptr);
        return result;
    });
    cudaFree.plant([](void* memory) {
        return std::find(known.begin(), known.end(), reinterpret_cast<CUdeviceptr>(memory)) != known.end()
                   ? cudaSuccess
                   : cudaFree(memory);
    });
    cudaFreeAsync.plant([](void* memory, cudaStream_t stream) {
        return std::find(known.begin(), known.end(), reinterpret_cast<CUdeviceptr>(memory)) != known.end()
                   ? cudaSuccess
                   : cudaFreeAsync(memory, stream);
    });
}

FAULT(gmem_last_page, "graph-memory-ends-at-last-page",
      "An allocation node leaves out what does not fill a page of 64 KiB.", "", "GMN-01") {
    cuGraphAddMemAllocNode.plant([](CUgraphNode* node, CUgraph graph, const CUgraphNode* after, size_t count,
                                    CUDA_MEM_ALLOC_NODE_PARAMS* parameters) {
        const size_t wanted = parameters->bytesize;
        parameters->bytesize -= wanted > 65536 ? wanted % 65536 : 0;
        const CUresult result = cuGraphAddMemAllocNode(node, graph, after, count, parameters);
        parameters->bytesize = wanted;
        return result;
    });
}

} // namespace faults
