// Runtime API: executable graphs.
#include "graph/abi/runtime_call.hpp"
#include "graph/params/driver.hpp"

using namespace sim;
using namespace sim::graphs;

namespace {

CUresult instantiate_plainly(cudaGraphExec_t* made, cudaGraph_t graph, unsigned long long flags) {
    // The upload needs a stream, which only cudaGraphInstantiateWithParams takes.
    if ((flags & cudaGraphInstantiateFlagUpload) != 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    Outcome outcome;
    return instantiate(made, graph, flags, outcome);
}

} // namespace

extern "C" {

cudaError_t CUDARTAPI cudaGraphInstantiate(cudaGraphExec_t* made, cudaGraph_t graph,
                                           unsigned long long flags) {
    return runtime_call([&] { return instantiate_plainly(made, graph, flags); });
}

cudaError_t CUDARTAPI cudaGraphInstantiateWithFlags(cudaGraphExec_t* made, cudaGraph_t graph,
                                                    unsigned long long flags) {
    return runtime_call([&] { return instantiate_plainly(made, graph, flags); });
}

cudaError_t CUDARTAPI cudaGraphInstantiateWithParams(cudaGraphExec_t* made, cudaGraph_t graph,
                                                     cudaGraphInstantiateParams* params) {
    return runtime_call([&] {
        if (params == nullptr) {
            return CUDA_ERROR_INVALID_VALUE;
        }
        Outcome outcome;
        CUresult result = instantiate(made, graph, params->flags, outcome);
        if (result == CUDA_SUCCESS && (params->flags & cudaGraphInstantiateFlagUpload) != 0) {
            result = upload(*made, params->uploadStream);
        }
        params->result_out = static_cast<cudaGraphInstantiateResult>(outcome.result);
        params->errNode_out = outcome.node;
        return result;
    });
}

cudaError_t CUDARTAPI cudaGraphExecGetFlags(cudaGraphExec_t exec, unsigned long long* flags) {
    return runtime_call([&] { return get_flags(exec, flags); });
}

cudaError_t CUDARTAPI cudaGraphExecUpdate(cudaGraphExec_t exec, cudaGraph_t graph,
                                          cudaGraphExecUpdateResultInfo* info) {
    return runtime_call([&] {
        if (info == nullptr) {
            return CUDA_ERROR_INVALID_VALUE;
        }
        CUgraphExecUpdateResultInfo found{};
        const CUresult result = update(exec, graph, &found);
        info->result = static_cast<cudaGraphExecUpdateResult>(found.result);
        info->errorNode = found.errorNode;
        info->errorFromNode = found.errorFromNode;
        return result;
    });
}

cudaError_t CUDARTAPI cudaGraphExecKernelNodeSetParams(cudaGraphExec_t exec, cudaGraphNode_t node,
                                                       const cudaKernelNodeParams* params) {
    return runtime_call_with(
        params, [&](NodeContent& content) { return translate(*params, content); },
        [&](NodeContent content) { return exec_set_content(exec, node, std::move(content)); });
}

cudaError_t CUDARTAPI cudaGraphExecMemcpyNodeSetParams(cudaGraphExec_t exec, cudaGraphNode_t node,
                                                       const cudaMemcpy3DParms* params) {
    return runtime_call_with(
        params, [&](NodeContent& content) { return translate(*params, content); },
        [&](NodeContent content) { return exec_set_content(exec, node, std::move(content)); });
}

cudaError_t CUDARTAPI cudaGraphExecMemcpyNodeSetParams1D(cudaGraphExec_t exec, cudaGraphNode_t node,
                                                         void* target, const void* source, size_t bytes,
                                                         cudaMemcpyKind kind) {
    return runtime_call_with(
        exec, [&](NodeContent& content) { return translate_1d(target, source, bytes, kind, content); },
        [&](NodeContent content) { return exec_set_content(exec, node, std::move(content)); });
}

cudaError_t CUDARTAPI cudaGraphExecMemsetNodeSetParams(cudaGraphExec_t exec, cudaGraphNode_t node,
                                                       const cudaMemsetParams* params) {
    return runtime_call_with(
        params, [&](NodeContent& content) { return translate(*params, content); },
        [&](NodeContent content) { return exec_set_content(exec, node, std::move(content)); });
}

cudaError_t CUDARTAPI cudaGraphExecHostNodeSetParams(cudaGraphExec_t exec, cudaGraphNode_t node,
                                                     const cudaHostNodeParams* params) {
    return runtime_call_with(
        params, [&](NodeContent& content) { return translate(*params, content); },
        [&](NodeContent content) { return exec_set_content(exec, node, std::move(content)); });
}

cudaError_t CUDARTAPI cudaGraphExecChildGraphNodeSetParams(cudaGraphExec_t exec, cudaGraphNode_t node,
                                                           cudaGraph_t child) {
    return runtime_call([&] { return exec_set_child(exec, node, child); });
}

cudaError_t CUDARTAPI cudaGraphExecEventRecordNodeSetEvent(cudaGraphExec_t exec, cudaGraphNode_t node,
                                                           cudaEvent_t event) {
    return runtime_call_with(
        event, [&](NodeContent& content) { return translate_record(event, content); },
        [&](NodeContent content) { return exec_set_content(exec, node, std::move(content)); });
}

cudaError_t CUDARTAPI cudaGraphExecEventWaitNodeSetEvent(cudaGraphExec_t exec, cudaGraphNode_t node,
                                                         cudaEvent_t event) {
    return runtime_call_with(
        event, [&](NodeContent& content) { return translate_wait(event, content); },
        [&](NodeContent content) { return exec_set_content(exec, node, std::move(content)); });
}

cudaError_t CUDARTAPI cudaGraphExecNodeSetParams(cudaGraphExec_t exec, cudaGraphNode_t node,
                                                 cudaGraphNodeParams* params) {
    if (params != nullptr && params->type == cudaGraphNodeTypeGraph) {
        return runtime_call([&] { return exec_set_child(exec, node, params->graph.graph); });
    }
    return runtime_call_with(
        params, [&](NodeContent& content) { return translate(*params, content); },
        [&](NodeContent content) { return exec_set_content(exec, node, std::move(content)); });
}

cudaError_t CUDARTAPI cudaGraphNodeSetEnabled(cudaGraphExec_t exec, cudaGraphNode_t node, unsigned enabled) {
    return runtime_call([&] { return set_enabled(exec, node, enabled); });
}

cudaError_t CUDARTAPI cudaGraphNodeGetEnabled(cudaGraphExec_t exec, cudaGraphNode_t node, unsigned* enabled) {
    return runtime_call([&] { return get_enabled(exec, node, enabled); });
}

cudaError_t CUDARTAPI cudaGraphUpload(cudaGraphExec_t exec, cudaStream_t stream) {
    return runtime_call([&] { return upload(exec, stream); });
}

cudaError_t CUDARTAPI cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream) {
    return runtime_call([&] { return launch(exec, stream); });
}

cudaError_t CUDARTAPI cudaGraphExecDestroy(cudaGraphExec_t exec) {
    return runtime_call([&] { return destroy_exec(exec); });
}

cudaError_t CUDARTAPI cudaDeviceGraphMemTrim(int device) {
    return runtime_call([&] { return trim(device); });
}

cudaError_t CUDARTAPI cudaDeviceGetGraphMemAttribute(int device, cudaGraphMemAttributeType attribute,
                                                     void* value) {
    return runtime_call(
        [&] { return get_memory_attribute(device, static_cast<CUgraphMem_attribute>(attribute), value); });
}

cudaError_t CUDARTAPI cudaDeviceSetGraphMemAttribute(int device, cudaGraphMemAttributeType attribute,
                                                     void* value) {
    return runtime_call(
        [&] { return set_memory_attribute(device, static_cast<CUgraphMem_attribute>(attribute), value); });
}

} // extern "C"
