// Driver API: executable graphs.
#include "graph/abi/driver_call.hpp"

using namespace sim;
using namespace sim::graphs;

extern "C" {

CUresult CUDAAPI cuGraphInstantiateWithFlags(CUgraphExec* made, CUgraph graph, unsigned long long flags) {
    return driver_call([&] {
        // The upload needs a stream, which only cuGraphInstantiateWithParams takes.
        if ((flags & CUDA_GRAPH_INSTANTIATE_FLAG_UPLOAD) != 0) {
            return CUDA_ERROR_INVALID_VALUE;
        }
        Outcome outcome;
        return instantiate(made, graph, flags, outcome);
    });
}

CUresult CUDAAPI cuGraphInstantiateWithParams(CUgraphExec* made, CUgraph graph,
                                              CUDA_GRAPH_INSTANTIATE_PARAMS* params) {
    return driver_call([&] {
        if (params == nullptr) {
            return CUDA_ERROR_INVALID_VALUE;
        }
        Outcome outcome;
        CUresult result = instantiate(made, graph, params->flags, outcome);
        if (result == CUDA_SUCCESS && (params->flags & CUDA_GRAPH_INSTANTIATE_FLAG_UPLOAD) != 0) {
            result = upload(*made, params->hUploadStream);
        }
        params->result_out = outcome.result;
        params->hErrNode_out = outcome.node;
        return result;
    });
}

CUresult CUDAAPI cuGraphExecGetFlags(CUgraphExec exec, cuuint64_t* flags) {
    return driver_call([&] {
        unsigned long long found = 0;
        const CUresult result = flags == nullptr ? CUDA_ERROR_INVALID_VALUE : get_flags(exec, &found);
        if (result == CUDA_SUCCESS) {
            *flags = found;
        }
        return result;
    });
}

CUresult CUDAAPI cuGraphExecUpdate_v2(CUgraphExec exec, CUgraph graph, CUgraphExecUpdateResultInfo* info) {
    return driver_call([&] { return update(exec, graph, info); });
}

CUresult CUDAAPI cuGraphExecKernelNodeSetParams_v2(CUgraphExec exec, CUgraphNode node,
                                                   const CUDA_KERNEL_NODE_PARAMS* params) {
    return driver_call_with(
        params, [&](NodeContent& content) { return translate(widen(*params), content); },
        [&](NodeContent content) { return exec_set_content(exec, node, std::move(content)); });
}

CUresult CUDAAPI cuGraphExecMemcpyNodeSetParams(CUgraphExec exec, CUgraphNode node,
                                                const CUDA_MEMCPY3D* params, CUcontext context) {
    return driver_call_with(
        params, [&](NodeContent& content) { return translate(*params, context, content); },
        [&](NodeContent content) { return exec_set_content(exec, node, std::move(content)); });
}

CUresult CUDAAPI cuGraphExecMemsetNodeSetParams(CUgraphExec exec, CUgraphNode node,
                                                const CUDA_MEMSET_NODE_PARAMS* params, CUcontext context) {
    return driver_call_with(
        params, [&](NodeContent& content) { return translate(widen(*params, context), content); },
        [&](NodeContent content) { return exec_set_content(exec, node, std::move(content)); });
}

CUresult CUDAAPI cuGraphExecHostNodeSetParams(CUgraphExec exec, CUgraphNode node,
                                              const CUDA_HOST_NODE_PARAMS* params) {
    return driver_call_with(
        params,
        [&](NodeContent& content) {
            return translate(CUDA_HOST_NODE_PARAMS_v2{params->fn, params->userData}, content);
        },
        [&](NodeContent content) { return exec_set_content(exec, node, std::move(content)); });
}

CUresult CUDAAPI cuGraphExecChildGraphNodeSetParams(CUgraphExec exec, CUgraphNode node, CUgraph child) {
    return driver_call([&] { return exec_set_child(exec, node, child); });
}

CUresult CUDAAPI cuGraphExecEventRecordNodeSetEvent(CUgraphExec exec, CUgraphNode node, CUevent event) {
    return driver_call_with(
        event, [&](NodeContent& content) { return translate_record(event, content); },
        [&](NodeContent content) { return exec_set_content(exec, node, std::move(content)); });
}

CUresult CUDAAPI cuGraphExecEventWaitNodeSetEvent(CUgraphExec exec, CUgraphNode node, CUevent event) {
    return driver_call_with(
        event, [&](NodeContent& content) { return translate_wait(event, content); },
        [&](NodeContent content) { return exec_set_content(exec, node, std::move(content)); });
}

CUresult CUDAAPI cuGraphExecBatchMemOpNodeSetParams(CUgraphExec exec, CUgraphNode node,
                                                    const CUDA_BATCH_MEM_OP_NODE_PARAMS* params) {
    return driver_call_with(
        params,
        [&](NodeContent& content) {
            return translate(CUDA_BATCH_MEM_OP_NODE_PARAMS_v2{params->ctx, params->count, params->paramArray,
                                                              params->flags},
                             content);
        },
        [&](NodeContent content) { return exec_set_content(exec, node, std::move(content)); });
}

CUresult CUDAAPI cuGraphExecNodeSetParams(CUgraphExec exec, CUgraphNode node, CUgraphNodeParams* params) {
    if (params != nullptr && params->type == CU_GRAPH_NODE_TYPE_GRAPH) {
        return driver_call([&] { return exec_set_child(exec, node, params->graph.graph); });
    }
    return driver_call_with(
        params, [&](NodeContent& content) { return translate(*params, content); },
        [&](NodeContent content) { return exec_set_content(exec, node, std::move(content)); });
}

CUresult CUDAAPI cuGraphNodeSetEnabled(CUgraphExec exec, CUgraphNode node, unsigned enabled) {
    return driver_call([&] { return set_enabled(exec, node, enabled); });
}

CUresult CUDAAPI cuGraphNodeGetEnabled(CUgraphExec exec, CUgraphNode node, unsigned* enabled) {
    return driver_call([&] { return get_enabled(exec, node, enabled); });
}

CUresult CUDAAPI cuGraphUpload(CUgraphExec exec, CUstream stream) {
    return driver_call([&] { return upload(exec, stream); });
}

CUresult CUDAAPI cuGraphLaunch(CUgraphExec exec, CUstream stream) {
    return driver_call([&] { return launch(exec, stream); });
}

CUresult CUDAAPI cuGraphExecDestroy(CUgraphExec exec) {
    return driver_call([&] { return destroy_exec(exec); });
}

CUresult CUDAAPI cuDeviceGraphMemTrim(CUdevice device) {
    return driver_call([&] { return trim(device); });
}

CUresult CUDAAPI cuDeviceGetGraphMemAttribute(CUdevice device, CUgraphMem_attribute attribute, void* value) {
    return driver_call([&] { return get_memory_attribute(device, attribute, value); });
}

CUresult CUDAAPI cuDeviceSetGraphMemAttribute(CUdevice device, CUgraphMem_attribute attribute, void* value) {
    return driver_call([&] { return set_memory_attribute(device, attribute, value); });
}

} // extern "C"
