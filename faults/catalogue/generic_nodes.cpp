// The generic calls add and set a node less completely than the typed ones; answers of the runtime's forms.
#include "faults/catalogue/graph_tools.hpp"

namespace faults {

namespace {

/// Changes what the generic calls add for nodes of `type`.
template<typename Change>
void plant_added(CUgraphNodeType type, Change change) {
    cuGraphAddNode.plant([type, change](CUgraphNode* node, CUgraph graph, const CUgraphNode* after,
                                        const CUgraphEdgeData* edges, size_t count,
                                        CUgraphNodeParams* parameters) {
        if (parameters->type != type) {
            return cuGraphAddNode(node, graph, after, edges, count, parameters);
        }
        CUgraphNodeParams changed = *parameters;
        change(changed, count);
        return cuGraphAddNode(node, graph, after, edges, count, &changed);
    });
#if CUDART_VERSION >= 13000 // before, the call had no edge data
    cudaGraphAddNode.plant([type, change](cudaGraphNode_t* node, cudaGraph_t graph,
                                          const cudaGraphNode_t* after, auto* edges, size_t count,
                                          cudaGraphNodeParams* parameters) {
        if (static_cast<int>(parameters->type) != static_cast<int>(type)) {
            return cudaGraphAddNode(node, graph, after, edges, count, parameters);
        }
        cudaGraphNodeParams changed = *parameters;
        change(changed, count);
        return cudaGraphAddNode(node, graph, after, edges, count, &changed);
    });
#endif
}

/// The generic setting of nodes of `type` reports success only.
void plant_setting_lost(cudaGraphNodeType type) {
    cudaGraphExecNodeSetParams.plant([type](cudaGraphExec_t exec, cudaGraphNode_t node,
                                            cudaGraphNodeParams* parameters) {
        return parameters->type == type ? cudaSuccess : cudaGraphExecNodeSetParams(exec, node, parameters);
    });
}

} // namespace

FAULT(generic_dependencies, "generic-kernel-node-drops-dependencies",
      "A kernel node that the generic call adds depends on nothing.", "", "INS-21") {
    plant_added(CU_GRAPH_NODE_TYPE_KERNEL, [](auto&, size_t& count) { count = 0; });
}

FAULT(generic_allocation, "generic-allocation-node-tells-no-address",
      "An allocation node that the generic call adds does not tell its address.", "", "GMN-01") {
    plant_added(CU_GRAPH_NODE_TYPE_MEM_ALLOC, [](auto&, size_t&) {});
}

FAULT(generic_set_host, "generic-setting-of-host-is-lost",
      "The generic call sets a host node with success and without effect.", "", "SET-08") {
    plant_setting_lost(cudaGraphNodeTypeHost);
}

FAULT(generic_set_child, "generic-setting-of-child-is-lost",
      "The generic call sets a child graph with success and without effect.", "", "SET-08") {
    plant_setting_lost(cudaGraphNodeTypeGraph);
}

FAULT(runtime_graph_memory, "runtime-tells-no-graph-memory",
      "The runtime's form says that no graph memory is in use or reserved.", "", "GMN-10") {
    cudaDeviceGetGraphMemAttribute.plant([](int device, cudaGraphMemAttributeType attribute, void* value) {
        const cudaError_t result = cudaDeviceGetGraphMemAttribute(device, attribute, value);
        *static_cast<unsigned long long*>(value) = 0;
        return result;
    });
}

FAULT(free_node_answer, "free-node-tells-no-address", "A free node tells that it frees nothing.", "",
      "GMN-02") {
    cudaGraphMemFreeNodeGetParams.plant([](cudaGraphNode_t node, void* address) {
        const cudaError_t result = cudaGraphMemFreeNodeGetParams(node, address);
        *static_cast<void**>(address) = nullptr;
        return result;
    });
    cuGraphMemFreeNodeGetParams.plant([](CUgraphNode node, CUdeviceptr* address) {
        const CUresult result = cuGraphMemFreeNodeGetParams(node, address);
        *address = 0;
        return result;
    });
}

} // namespace faults
