// Driver API: graphs, their nodes and edges.
#include "graph/abi/driver_call.hpp"

using namespace sim::graphs;

extern "C" {

CUresult CUDAAPI cuGraphCreate(CUgraph* graph, unsigned flags) {
    return driver_call([&] { return create(graph, flags); });
}

CUresult CUDAAPI cuGraphDestroy(CUgraph graph) {
    return driver_call([&] { return destroy(graph); });
}

CUresult CUDAAPI cuGraphClone(CUgraph* made, CUgraph original) {
    return driver_call([&] { return clone(made, original); });
}

CUresult CUDAAPI cuGraphNodeFindInClone(CUgraphNode* found, CUgraphNode original, CUgraph clone) {
    return driver_call([&] { return find_in_clone(found, original, clone); });
}

CUresult CUDAAPI cuGraphGetNodes(CUgraph graph, CUgraphNode* nodes, size_t* count) {
    return driver_call([&] { return get_nodes(graph, nodes, count); });
}

CUresult CUDAAPI cuGraphGetRootNodes(CUgraph graph, CUgraphNode* nodes, size_t* count) {
    return driver_call([&] { return get_roots(graph, nodes, count); });
}

CUresult CUDAAPI cuGraphGetEdges_v2(CUgraph graph, CUgraphNode* from, CUgraphNode* to, CUgraphEdgeData* data,
                                    size_t* count) {
    return driver_call([&] { return get_edges(graph, from, to, data, count); });
}

CUresult CUDAAPI cuGraphNodeGetDependencies_v2(CUgraphNode node, CUgraphNode* from, CUgraphEdgeData* data,
                                               size_t* count) {
    return driver_call([&] { return get_dependencies(node, from, data, count); });
}

CUresult CUDAAPI cuGraphNodeGetDependentNodes_v2(CUgraphNode node, CUgraphNode* to, CUgraphEdgeData* data,
                                                 size_t* count) {
    return driver_call([&] { return get_dependents(node, to, data, count); });
}

CUresult CUDAAPI cuGraphAddDependencies_v2(CUgraph graph, const CUgraphNode* from, const CUgraphNode* to,
                                           const CUgraphEdgeData* data, size_t count) {
    return driver_call([&] { return add_dependencies(graph, from, to, data, count); });
}

CUresult CUDAAPI cuGraphRemoveDependencies_v2(CUgraph graph, const CUgraphNode* from, const CUgraphNode* to,
                                              const CUgraphEdgeData* data, size_t count) {
    return driver_call([&] { return remove_dependencies(graph, from, to, data, count); });
}

CUresult CUDAAPI cuGraphDestroyNode(CUgraphNode node) {
    return driver_call([&] { return destroy_node(node); });
}

CUresult CUDAAPI cuGraphNodeGetType(CUgraphNode node, CUgraphNodeType* type) {
    return driver_call([&] { return get_type(node, type); });
}

CUresult CUDAAPI cuGraphDebugDotPrint(CUgraph graph, const char* path, unsigned) {
    return driver_call([&] { return debug_print(graph, path); });
}

CUresult CUDAAPI cuGraphChildGraphNodeGetGraph(CUgraphNode node, CUgraph* graph) {
    return driver_call([&] { return get_child(node, graph); });
}

CUresult CUDAAPI cuGraphKernelNodeCopyAttributes(CUgraphNode target, CUgraphNode source) {
    return driver_call([&] { return copy_attributes(target, source); });
}

CUresult CUDAAPI cuGraphKernelNodeGetAttribute(CUgraphNode node, CUkernelNodeAttrID id,
                                               CUkernelNodeAttrValue* value) {
    return driver_call([&] { return get_attribute(node, id, value); });
}

CUresult CUDAAPI cuGraphKernelNodeSetAttribute(CUgraphNode node, CUkernelNodeAttrID id,
                                               const CUkernelNodeAttrValue* value) {
    return driver_call([&] { return set_attribute(node, id, value); });
}

} // extern "C"
