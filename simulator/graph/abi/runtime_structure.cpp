// Runtime API: graphs, their nodes and edges.
#include "graph/abi/runtime_call.hpp"

using namespace sim::graphs;

extern "C" {

cudaError_t CUDARTAPI cudaGraphCreate(cudaGraph_t* graph, unsigned flags) {
    return runtime_call([&] { return create(graph, flags); });
}

cudaError_t CUDARTAPI cudaGraphDestroy(cudaGraph_t graph) {
    return runtime_call([&] { return destroy(graph); });
}

cudaError_t CUDARTAPI cudaGraphClone(cudaGraph_t* made, cudaGraph_t original) {
    return runtime_call([&] { return clone(made, original); });
}

cudaError_t CUDARTAPI cudaGraphNodeFindInClone(cudaGraphNode_t* found, cudaGraphNode_t original,
                                               cudaGraph_t clone) {
    return runtime_call([&] { return find_in_clone(found, original, clone); });
}

cudaError_t CUDARTAPI cudaGraphGetNodes(cudaGraph_t graph, cudaGraphNode_t* nodes, size_t* count) {
    return runtime_call([&] { return get_nodes(graph, nodes, count); });
}

cudaError_t CUDARTAPI cudaGraphGetRootNodes(cudaGraph_t graph, cudaGraphNode_t* nodes, size_t* count) {
    return runtime_call([&] { return get_roots(graph, nodes, count); });
}

cudaError_t CUDARTAPI SIM_WITH_EDGE_DATA(cudaGraphGetEdges, _v2)(cudaGraph_t graph, cudaGraphNode_t* from,
                                                                 cudaGraphNode_t* to, cudaGraphEdgeData* data,
                                                                 size_t* count) {
    return runtime_call([&] { return get_edges(graph, from, to, driver_data(data), count); });
}

cudaError_t CUDARTAPI SIM_WITH_EDGE_DATA(cudaGraphNodeGetDependencies,
                                         _v2)(cudaGraphNode_t node, cudaGraphNode_t* from,
                                              cudaGraphEdgeData* data, size_t* count) {
    return runtime_call([&] { return get_dependencies(node, from, driver_data(data), count); });
}

cudaError_t CUDARTAPI SIM_WITH_EDGE_DATA(cudaGraphNodeGetDependentNodes,
                                         _v2)(cudaGraphNode_t node, cudaGraphNode_t* to,
                                              cudaGraphEdgeData* data, size_t* count) {
    return runtime_call([&] { return get_dependents(node, to, driver_data(data), count); });
}

cudaError_t CUDARTAPI SIM_WITH_EDGE_DATA(cudaGraphAddDependencies,
                                         _v2)(cudaGraph_t graph, const cudaGraphNode_t* from,
                                              const cudaGraphNode_t* to, const cudaGraphEdgeData* data,
                                              size_t count) {
    return runtime_call([&] { return add_dependencies(graph, from, to, driver_data(data), count); });
}

cudaError_t CUDARTAPI SIM_WITH_EDGE_DATA(cudaGraphRemoveDependencies,
                                         _v2)(cudaGraph_t graph, const cudaGraphNode_t* from,
                                              const cudaGraphNode_t* to, const cudaGraphEdgeData* data,
                                              size_t count) {
    return runtime_call([&] { return remove_dependencies(graph, from, to, driver_data(data), count); });
}

cudaError_t CUDARTAPI cudaGraphDestroyNode(cudaGraphNode_t node) {
    return runtime_call([&] { return destroy_node(node); });
}

cudaError_t CUDARTAPI cudaGraphNodeGetType(cudaGraphNode_t node, cudaGraphNodeType* type) {
    return runtime_call([&] {
        CUgraphNodeType found{};
        const CUresult result = type == nullptr ? CUDA_ERROR_INVALID_VALUE : get_type(node, &found);
        if (result == CUDA_SUCCESS) {
            *type = static_cast<cudaGraphNodeType>(found);
        }
        return result;
    });
}

cudaError_t CUDARTAPI cudaGraphDebugDotPrint(cudaGraph_t graph, const char* path, unsigned) {
    return runtime_call([&] { return debug_print(graph, path); });
}

cudaError_t CUDARTAPI cudaGraphChildGraphNodeGetGraph(cudaGraphNode_t node, cudaGraph_t* graph) {
    return runtime_call([&] { return get_child(node, graph); });
}

cudaError_t CUDARTAPI cudaGraphKernelNodeCopyAttributes(cudaGraphNode_t target, cudaGraphNode_t source) {
    return runtime_call([&] { return copy_attributes(target, source); });
}

cudaError_t CUDARTAPI cudaGraphKernelNodeGetAttribute(cudaGraphNode_t node, cudaLaunchAttributeID id,
                                                      cudaLaunchAttributeValue* value) {
    return runtime_call([&] {
        return get_attribute(node, static_cast<CUlaunchAttributeID>(id),
                             reinterpret_cast<CUlaunchAttributeValue*>(value));
    });
}

cudaError_t CUDARTAPI cudaGraphKernelNodeSetAttribute(cudaGraphNode_t node, cudaLaunchAttributeID id,
                                                      const cudaLaunchAttributeValue* value) {
    return runtime_call([&] {
        return set_attribute(node, static_cast<CUlaunchAttributeID>(id),
                             reinterpret_cast<const CUlaunchAttributeValue*>(value));
    });
}

} // extern "C"
