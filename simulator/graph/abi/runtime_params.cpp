// Runtime API: parameters of the nodes of a graph.
#include "graph/abi/runtime_call.hpp"
#include "graph/params/driver.hpp"

#include <cstring>

using namespace sim;
using namespace sim::graphs;

extern "C" {

cudaError_t CUDARTAPI cudaGraphKernelNodeGetParams(cudaGraphNode_t node, cudaKernelNodeParams* params) {
    return runtime_query(node, CU_GRAPH_NODE_TYPE_KERNEL, params, [&](const NodeContent& content) {
        void** arguments = nullptr;
        get_arguments(node, &arguments);
        *params = runtime_kernel_params(std::get<KernelLaunch>(content.operation), arguments);
    });
}

cudaError_t CUDARTAPI cudaGraphKernelNodeSetParams(cudaGraphNode_t node, const cudaKernelNodeParams* params) {
    return runtime_call_with(
        params, [&](NodeContent& content) { return translate(*params, content); },
        [&](NodeContent content) { return set_content(node, std::move(content)); });
}

cudaError_t CUDARTAPI cudaGraphMemcpyNodeGetParams(cudaGraphNode_t node, cudaMemcpy3DParms* params) {
    return runtime_query(node, CU_GRAPH_NODE_TYPE_MEMCPY, params, [&](const NodeContent& content) {
        *params = runtime_copy_params(std::get<Copy>(content.operation));
    });
}

cudaError_t CUDARTAPI cudaGraphMemcpyNodeSetParams(cudaGraphNode_t node, const cudaMemcpy3DParms* params) {
    return runtime_call_with(
        params, [&](NodeContent& content) { return translate(*params, content); },
        [&](NodeContent content) { return set_content(node, std::move(content)); });
}

cudaError_t CUDARTAPI cudaGraphMemcpyNodeSetParams1D(cudaGraphNode_t node, void* target, const void* source,
                                                     size_t bytes, cudaMemcpyKind kind) {
    return runtime_call_with(
        node, [&](NodeContent& content) { return translate_1d(target, source, bytes, kind, content); },
        [&](NodeContent content) { return set_content(node, std::move(content)); });
}

cudaError_t CUDARTAPI cudaGraphMemsetNodeGetParams(cudaGraphNode_t node, cudaMemsetParams* params) {
    return runtime_query(node, CU_GRAPH_NODE_TYPE_MEMSET, params, [&](const NodeContent& content) {
        *params = runtime_memset_params(std::get<Fill>(content.operation));
    });
}

cudaError_t CUDARTAPI cudaGraphMemsetNodeSetParams(cudaGraphNode_t node, const cudaMemsetParams* params) {
    return runtime_call_with(
        params, [&](NodeContent& content) { return translate(*params, content); },
        [&](NodeContent content) { return set_content(node, std::move(content)); });
}

cudaError_t CUDARTAPI cudaGraphHostNodeGetParams(cudaGraphNode_t node, cudaHostNodeParams* params) {
    return runtime_query(node, CU_GRAPH_NODE_TYPE_HOST, params, [&](const NodeContent& content) {
        const auto& call = std::get<HostCall>(content.operation);
        *params = {call.function, call.user_data};
    });
}

cudaError_t CUDARTAPI cudaGraphHostNodeSetParams(cudaGraphNode_t node, const cudaHostNodeParams* params) {
    return runtime_call_with(
        params, [&](NodeContent& content) { return translate(*params, content); },
        [&](NodeContent content) { return set_content(node, std::move(content)); });
}

cudaError_t CUDARTAPI cudaGraphEventRecordNodeGetEvent(cudaGraphNode_t node, cudaEvent_t* event) {
    return runtime_query(node, CU_GRAPH_NODE_TYPE_EVENT_RECORD, event, [&](const NodeContent& content) {
        *event = std::get<RecordEvent>(content.operation).event->handle();
    });
}

cudaError_t CUDARTAPI cudaGraphEventRecordNodeSetEvent(cudaGraphNode_t node, cudaEvent_t event) {
    return runtime_call_with(
        event, [&](NodeContent& content) { return translate_record(event, content); },
        [&](NodeContent content) { return set_content(node, std::move(content)); });
}

cudaError_t CUDARTAPI cudaGraphEventWaitNodeGetEvent(cudaGraphNode_t node, cudaEvent_t* event) {
    return runtime_query(node, CU_GRAPH_NODE_TYPE_WAIT_EVENT, event, [&](const NodeContent& content) {
        *event = std::get<WaitEvent>(content.operation).event->handle();
    });
}

cudaError_t CUDARTAPI cudaGraphEventWaitNodeSetEvent(cudaGraphNode_t node, cudaEvent_t event) {
    return runtime_call_with(
        event, [&](NodeContent& content) { return translate_wait(event, content); },
        [&](NodeContent content) { return set_content(node, std::move(content)); });
}

cudaError_t CUDARTAPI cudaGraphMemAllocNodeGetParams(cudaGraphNode_t node, cudaMemAllocNodeParams* params) {
    return runtime_query(node, CU_GRAPH_NODE_TYPE_MEM_ALLOC, params, [&](const NodeContent& content) {
        const auto& allocation = std::get<AllocateMemory>(content.operation);
        *params = {};
        std::memcpy(&params->poolProps, &allocation.properties, sizeof params->poolProps); // one layout
        params->bytesize = allocation.bytes;
        params->dptr = reinterpret_cast<void*>(allocation.address);
    });
}

cudaError_t CUDARTAPI cudaGraphMemFreeNodeGetParams(cudaGraphNode_t node, void* address) {
    return runtime_query(node, CU_GRAPH_NODE_TYPE_MEM_FREE, address, [&](const NodeContent& content) {
        *static_cast<CUdeviceptr*>(address) = std::get<FreeMemory>(content.operation).address;
    });
}

cudaError_t CUDARTAPI cudaGraphNodeSetParams(cudaGraphNode_t node, cudaGraphNodeParams* params) {
    return runtime_call_with(
        params, [&](NodeContent& content) { return translate(*params, content); },
        [&](NodeContent content) { return set_content(node, std::move(content)); });
}

} // extern "C"
