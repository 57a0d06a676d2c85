// Runtime API: the forms without edge data that CUDA 13.0 removed.
#include "graph/abi/runtime_call.hpp"

#if CUDART_VERSION < 13000

using namespace sim;
using namespace sim::graphs;

extern "C" {

cudaError_t CUDARTAPI cudaGraphGetEdges(cudaGraph_t graph, cudaGraphNode_t* from, cudaGraphNode_t* to,
                                        size_t* count) {
    return runtime_call([&] { return get_edges(graph, from, to, nullptr, count); });
}

cudaError_t CUDARTAPI cudaGraphNodeGetDependencies(cudaGraphNode_t node, cudaGraphNode_t* from,
                                                   size_t* count) {
    return runtime_call([&] { return get_dependencies(node, from, nullptr, count); });
}

cudaError_t CUDARTAPI cudaGraphNodeGetDependentNodes(cudaGraphNode_t node, cudaGraphNode_t* to,
                                                     size_t* count) {
    return runtime_call([&] { return get_dependents(node, to, nullptr, count); });
}

cudaError_t CUDARTAPI cudaGraphAddDependencies(cudaGraph_t graph, const cudaGraphNode_t* from,
                                               const cudaGraphNode_t* to, size_t count) {
    return runtime_call([&] { return add_dependencies(graph, from, to, nullptr, count); });
}

cudaError_t CUDARTAPI cudaGraphRemoveDependencies(cudaGraph_t graph, const cudaGraphNode_t* from,
                                                  const cudaGraphNode_t* to, size_t count) {
    return runtime_call([&] { return remove_dependencies(graph, from, to, nullptr, count); });
}

cudaError_t CUDARTAPI cudaGraphAddNode(cudaGraphNode_t* added, cudaGraph_t graph,
                                       const cudaGraphNode_t* dependencies, size_t count,
                                       cudaGraphNodeParams* params) {
    return cudaGraphAddNode_v2(added, graph, dependencies, nullptr, count, params);
}

// The name is a macro for cudaStreamGetCaptureInfo_v2.
cudaError_t CUDARTAPI cudaStreamGetCaptureInfo(cudaStream_t stream, cudaStreamCaptureStatus* status,
                                               unsigned long long* id, cudaGraph_t* graph,
                                               const cudaGraphNode_t** dependencies, size_t* count) {
    return cudaStreamGetCaptureInfo_v3(stream, status, id, graph, dependencies, nullptr, count);
}

cudaError_t CUDARTAPI cudaStreamUpdateCaptureDependencies(cudaStream_t stream, cudaGraphNode_t* dependencies,
                                                          size_t count, unsigned flags) {
    return cudaStreamUpdateCaptureDependencies_v2(stream, dependencies, nullptr, count, flags);
}

} // extern "C"

#endif
