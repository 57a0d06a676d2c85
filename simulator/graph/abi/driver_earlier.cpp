// Driver API: the earlier forms of entry points that have changed since (cudaTypedefs.h).
#include "graph/abi/driver_call.hpp"

using namespace sim;
using namespace sim::graphs;

extern "C" {

CUresult CUDAAPI cuStreamBeginCapture(CUstream stream) {
    return cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_GLOBAL);
}

CUresult CUDAAPI cuStreamGetCaptureInfo(CUstream stream, CUstreamCaptureStatus* status, cuuint64_t* id) {
    return driver_call([&] { return get_capture_info(stream, {status, id}); });
}

CUresult CUDAAPI cuStreamGetCaptureInfo_v2(CUstream stream, CUstreamCaptureStatus* status, cuuint64_t* id,
                                           CUgraph* graph, const CUgraphNode** dependencies, size_t* count) {
    return driver_call([&] {
        return get_capture_info(stream, {status, id, graph, dependencies, nullptr, count});
    });
}

CUresult CUDAAPI cuStreamUpdateCaptureDependencies(CUstream stream, CUgraphNode* dependencies, size_t count,
                                                   unsigned flags) {
    return driver_call([&] { return update_dependencies(stream, dependencies, nullptr, count, flags); });
}

CUresult CUDAAPI cuGraphAddKernelNode(CUgraphNode* added, CUgraph graph, const CUgraphNode* dependencies,
                                      size_t count, const CUDA_KERNEL_NODE_PARAMS_v1* params) {
    return driver_call_with(
        params, [&](NodeContent& content) { return translate(widen(*params), content); },
        [&](NodeContent content) {
            return add_node(added, {graph, dependencies, nullptr, count}, std::move(content));
        });
}

CUresult CUDAAPI cuGraphKernelNodeGetParams(CUgraphNode node, CUDA_KERNEL_NODE_PARAMS_v1* params) {
    return driver_query(node, CU_GRAPH_NODE_TYPE_KERNEL, params, [&](const NodeContent& content) {
        void** arguments = nullptr;
        get_arguments(node, &arguments);
        const auto all = kernel_params(content, arguments);
        *params = {all.func,      all.gridDimX,  all.gridDimY,       all.gridDimZ,     all.blockDimX,
                   all.blockDimY, all.blockDimZ, all.sharedMemBytes, all.kernelParams, all.extra};
    });
}

CUresult CUDAAPI cuGraphKernelNodeSetParams(CUgraphNode node, const CUDA_KERNEL_NODE_PARAMS_v1* params) {
    return driver_call_with(
        params, [&](NodeContent& content) { return translate(widen(*params), content); },
        [&](NodeContent content) { return set_content(node, std::move(content)); });
}

CUresult CUDAAPI cuGraphExecKernelNodeSetParams(CUgraphExec exec, CUgraphNode node,
                                                const CUDA_KERNEL_NODE_PARAMS_v1* params) {
    return driver_call_with(
        params, [&](NodeContent& content) { return translate(widen(*params), content); },
        [&](NodeContent content) { return exec_set_content(exec, node, std::move(content)); });
}

CUresult CUDAAPI cuGraphAddNode(CUgraphNode* added, CUgraph graph, const CUgraphNode* dependencies,
                                size_t count, CUgraphNodeParams* params) {
    return cuGraphAddNode_v2(added, graph, dependencies, nullptr, count, params);
}

CUresult CUDAAPI cuGraphGetEdges(CUgraph graph, CUgraphNode* from, CUgraphNode* to, size_t* count) {
    return driver_call([&] { return get_edges(graph, from, to, nullptr, count); });
}

CUresult CUDAAPI cuGraphNodeGetDependencies(CUgraphNode node, CUgraphNode* from, size_t* count) {
    return driver_call([&] { return get_dependencies(node, from, nullptr, count); });
}

CUresult CUDAAPI cuGraphNodeGetDependentNodes(CUgraphNode node, CUgraphNode* to, size_t* count) {
    return driver_call([&] { return get_dependents(node, to, nullptr, count); });
}

CUresult CUDAAPI cuGraphAddDependencies(CUgraph graph, const CUgraphNode* from, const CUgraphNode* to,
                                        size_t count) {
    return driver_call([&] { return add_dependencies(graph, from, to, nullptr, count); });
}

CUresult CUDAAPI cuGraphRemoveDependencies(CUgraph graph, const CUgraphNode* from, const CUgraphNode* to,
                                           size_t count) {
    return driver_call([&] { return remove_dependencies(graph, from, to, nullptr, count); });
}

CUresult CUDAAPI cuGraphInstantiate(CUgraphExec* made, CUgraph graph, CUgraphNode* error_node, char* log,
                                    size_t log_bytes) {
    return driver_call([&] {
        Outcome outcome;
        const CUresult result = instantiate(made, graph, 0, outcome);
        if (error_node != nullptr) {
            *error_node = outcome.node;
        }
        if (log != nullptr && log_bytes != 0) {
            *log = '\0';
        }
        return result;
    });
}

CUresult CUDAAPI cuGraphInstantiate_v2(CUgraphExec* made, CUgraph graph, CUgraphNode* error_node, char* log,
                                       size_t log_bytes) {
    return cuGraphInstantiate(made, graph, error_node, log, log_bytes);
}

CUresult CUDAAPI cuGraphExecUpdate(CUgraphExec exec, CUgraph graph, CUgraphNode* error_node,
                                   CUgraphExecUpdateResult* result) {
    return driver_call([&] {
        if (error_node == nullptr || result == nullptr) {
            return CUDA_ERROR_INVALID_VALUE;
        }
        CUgraphExecUpdateResultInfo info{};
        const CUresult returned = update(exec, graph, &info);
        *error_node = info.errorNode;
        *result = info.result;
        return returned;
    });
}

} // extern "C"
