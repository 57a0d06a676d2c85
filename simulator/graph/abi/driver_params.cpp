// Driver API: parameters of the nodes of a graph.
#include "graph/abi/driver_call.hpp"

using namespace sim;
using namespace sim::graphs;

extern "C" {

CUresult CUDAAPI cuGraphKernelNodeGetParams_v2(CUgraphNode node, CUDA_KERNEL_NODE_PARAMS* params) {
    return driver_query(node, CU_GRAPH_NODE_TYPE_KERNEL, params, [&](const NodeContent& content) {
        void** arguments = nullptr;
        get_arguments(node, &arguments);
        const auto all = kernel_params(content, arguments);
        *params = {all.func,         all.gridDimX,  all.gridDimY,  all.gridDimZ,
                   all.blockDimX,    all.blockDimY, all.blockDimZ, all.sharedMemBytes,
                   all.kernelParams, all.extra,     all.kern,      all.ctx};
    });
}

CUresult CUDAAPI cuGraphKernelNodeSetParams_v2(CUgraphNode node, const CUDA_KERNEL_NODE_PARAMS* params) {
    return driver_call_with(
        params, [&](NodeContent& content) { return translate(widen(*params), content); },
        [&](NodeContent content) { return set_content(node, std::move(content)); });
}

CUresult CUDAAPI cuGraphMemcpyNodeGetParams(CUgraphNode node, CUDA_MEMCPY3D* params) {
    return driver_query(node, CU_GRAPH_NODE_TYPE_MEMCPY, params, [&](const NodeContent& content) {
        *params = copy_params(std::get<Copy>(content.operation));
    });
}

CUresult CUDAAPI cuGraphMemcpyNodeSetParams(CUgraphNode node, const CUDA_MEMCPY3D* params) {
    return driver_call_with(
        params, [&](NodeContent& content) { return translate(*params, nullptr, content); },
        [&](NodeContent content) { return set_content(node, std::move(content)); });
}

CUresult CUDAAPI cuGraphMemsetNodeGetParams(CUgraphNode node, CUDA_MEMSET_NODE_PARAMS* params) {
    return driver_query(node, CU_GRAPH_NODE_TYPE_MEMSET, params, [&](const NodeContent& content) {
        *params = memset_params(std::get<Fill>(content.operation));
    });
}

CUresult CUDAAPI cuGraphMemsetNodeSetParams(CUgraphNode node, const CUDA_MEMSET_NODE_PARAMS* params) {
    return driver_call_with(
        params, [&](NodeContent& content) { return translate(widen(*params, nullptr), content); },
        [&](NodeContent content) { return set_content(node, std::move(content)); });
}

CUresult CUDAAPI cuGraphHostNodeGetParams(CUgraphNode node, CUDA_HOST_NODE_PARAMS* params) {
    return driver_query(node, CU_GRAPH_NODE_TYPE_HOST, params, [&](const NodeContent& content) {
        const auto& call = std::get<HostCall>(content.operation);
        *params = {call.function, call.user_data};
    });
}

CUresult CUDAAPI cuGraphHostNodeSetParams(CUgraphNode node, const CUDA_HOST_NODE_PARAMS* params) {
    return driver_call_with(
        params,
        [&](NodeContent& content) {
            return translate(CUDA_HOST_NODE_PARAMS_v2{params->fn, params->userData}, content);
        },
        [&](NodeContent content) { return set_content(node, std::move(content)); });
}

CUresult CUDAAPI cuGraphEventRecordNodeGetEvent(CUgraphNode node, CUevent* event) {
    return driver_query(node, CU_GRAPH_NODE_TYPE_EVENT_RECORD, event, [&](const NodeContent& content) {
        *event = std::get<RecordEvent>(content.operation).event->handle();
    });
}

CUresult CUDAAPI cuGraphEventRecordNodeSetEvent(CUgraphNode node, CUevent event) {
    return driver_call_with(
        event, [&](NodeContent& content) { return translate_record(event, content); },
        [&](NodeContent content) { return set_content(node, std::move(content)); });
}

CUresult CUDAAPI cuGraphEventWaitNodeGetEvent(CUgraphNode node, CUevent* event) {
    return driver_query(node, CU_GRAPH_NODE_TYPE_WAIT_EVENT, event, [&](const NodeContent& content) {
        *event = std::get<WaitEvent>(content.operation).event->handle();
    });
}

CUresult CUDAAPI cuGraphEventWaitNodeSetEvent(CUgraphNode node, CUevent event) {
    return driver_call_with(
        event, [&](NodeContent& content) { return translate_wait(event, content); },
        [&](NodeContent content) { return set_content(node, std::move(content)); });
}

CUresult CUDAAPI cuGraphBatchMemOpNodeGetParams(CUgraphNode node, CUDA_BATCH_MEM_OP_NODE_PARAMS* params) {
    return driver_query(node, CU_GRAPH_NODE_TYPE_BATCH_MEM_OP, params, [&](const NodeContent& content) {
        const Lock lock;
        // The array belongs to the node (cuGraphBatchMemOpNodeGetParams).
        auto& own = std::get<MemoryOperations>(find_node(node)->content.operation);
        *params = {content.context, static_cast<unsigned>(own.operations.size()), own.operations.data(),
                   own.flags};
    });
}

CUresult CUDAAPI cuGraphBatchMemOpNodeSetParams(CUgraphNode node,
                                                const CUDA_BATCH_MEM_OP_NODE_PARAMS* params) {
    return driver_call_with(
        params,
        [&](NodeContent& content) {
            return translate(CUDA_BATCH_MEM_OP_NODE_PARAMS_v2{params->ctx, params->count, params->paramArray,
                                                              params->flags},
                             content);
        },
        [&](NodeContent content) { return set_content(node, std::move(content)); });
}

CUresult CUDAAPI cuGraphMemAllocNodeGetParams(CUgraphNode node, CUDA_MEM_ALLOC_NODE_PARAMS* params) {
    return driver_query(node, CU_GRAPH_NODE_TYPE_MEM_ALLOC, params, [&](const NodeContent& content) {
        const auto& allocation = std::get<AllocateMemory>(content.operation);
        *params = {allocation.properties, nullptr, 0, allocation.bytes, allocation.address};
    });
}

CUresult CUDAAPI cuGraphMemFreeNodeGetParams(CUgraphNode node, CUdeviceptr* address) {
    return driver_query(node, CU_GRAPH_NODE_TYPE_MEM_FREE, address, [&](const NodeContent& content) {
        *address = std::get<FreeMemory>(content.operation).address;
    });
}

CUresult CUDAAPI cuGraphNodeSetParams(CUgraphNode node, CUgraphNodeParams* params) {
    return driver_call_with(
        params, [&](NodeContent& content) { return translate(*params, content); },
        [&](NodeContent content) { return set_content(node, std::move(content)); });
}

} // extern "C"
