// Driver API: adding nodes.
#include "graph/abi/driver_call.hpp"

using namespace sim;
using namespace sim::graphs;

namespace {

Ownership ownership_of([[maybe_unused]] const CUDA_CHILD_GRAPH_NODE_PARAMS& params) {
#if CUDA_VERSION >= 12090
    return params.ownership == CU_GRAPH_CHILD_GRAPH_OWNERSHIP_MOVE ? Ownership::move : Ownership::clone;
#else
    return Ownership::clone;
#endif
}

CUresult add_generic(CUgraphNode* added, const Place& place, CUgraphNodeParams& params) {
    switch (params.type) {
    case CU_GRAPH_NODE_TYPE_GRAPH: {
        const CUresult result = add_child(added, place, params.graph.graph, ownership_of(params.graph));
        return result != CUDA_SUCCESS ? result : get_child(*added, &params.graph.graph);
    }
    case CU_GRAPH_NODE_TYPE_MEM_ALLOC:
        return add_allocation(added, place, params.alloc.bytesize, params.alloc.poolProps,
                              &params.alloc.dptr);
    case CU_GRAPH_NODE_TYPE_MEM_FREE:
        return add_free(added, place, params.free.dptr);
    case CU_GRAPH_NODE_TYPE_CONDITIONAL:
        return add_conditional(added, place, params.conditional);
    default:
        break;
    }
    NodeContent content;
    const CUresult result = translate(params, content);
    return result != CUDA_SUCCESS ? result : add_node(added, place, std::move(content));
}

} // namespace

extern "C" {

CUresult CUDAAPI cuGraphAddKernelNode_v2(CUgraphNode* added, CUgraph graph, const CUgraphNode* dependencies,
                                         size_t count, const CUDA_KERNEL_NODE_PARAMS* params) {
    return driver_call_with(
        params, [&](NodeContent& content) { return translate(widen(*params), content); },
        [&](NodeContent content) {
            return add_node(added, {graph, dependencies, nullptr, count}, std::move(content));
        });
}

CUresult CUDAAPI cuGraphAddMemcpyNode(CUgraphNode* added, CUgraph graph, const CUgraphNode* dependencies,
                                      size_t count, const CUDA_MEMCPY3D* params, CUcontext context) {
    return driver_call_with(
        params, [&](NodeContent& content) { return translate(*params, context, content); },
        [&](NodeContent content) {
            return add_node(added, {graph, dependencies, nullptr, count}, std::move(content));
        });
}

CUresult CUDAAPI cuGraphAddMemsetNode(CUgraphNode* added, CUgraph graph, const CUgraphNode* dependencies,
                                      size_t count, const CUDA_MEMSET_NODE_PARAMS* params,
                                      CUcontext context) {
    return driver_call_with(
        params, [&](NodeContent& content) { return translate(widen(*params, context), content); },
        [&](NodeContent content) {
            return add_node(added, {graph, dependencies, nullptr, count}, std::move(content));
        });
}

CUresult CUDAAPI cuGraphAddHostNode(CUgraphNode* added, CUgraph graph, const CUgraphNode* dependencies,
                                    size_t count, const CUDA_HOST_NODE_PARAMS* params) {
    return driver_call_with(
        params,
        [&](NodeContent& content) {
            return translate(CUDA_HOST_NODE_PARAMS_v2{params->fn, params->userData}, content);
        },
        [&](NodeContent content) {
            return add_node(added, {graph, dependencies, nullptr, count}, std::move(content));
        });
}

CUresult CUDAAPI cuGraphAddEmptyNode(CUgraphNode* added, CUgraph graph, const CUgraphNode* dependencies,
                                     size_t count) {
    return driver_call([&] { return add_node(added, {graph, dependencies, nullptr, count}, {}); });
}

CUresult CUDAAPI cuGraphAddChildGraphNode(CUgraphNode* added, CUgraph graph, const CUgraphNode* dependencies,
                                          size_t count, CUgraph child) {
    return driver_call([&] {
        return add_child(added, {graph, dependencies, nullptr, count}, child, Ownership::clone);
    });
}

CUresult CUDAAPI cuGraphAddEventRecordNode(CUgraphNode* added, CUgraph graph, const CUgraphNode* dependencies,
                                           size_t count, CUevent event) {
    return driver_call_with(
        event, [&](NodeContent& content) { return translate_record(event, content); },
        [&](NodeContent content) {
            return add_node(added, {graph, dependencies, nullptr, count}, std::move(content));
        });
}

CUresult CUDAAPI cuGraphAddEventWaitNode(CUgraphNode* added, CUgraph graph, const CUgraphNode* dependencies,
                                         size_t count, CUevent event) {
    return driver_call_with(
        event, [&](NodeContent& content) { return translate_wait(event, content); },
        [&](NodeContent content) {
            return add_node(added, {graph, dependencies, nullptr, count}, std::move(content));
        });
}

CUresult CUDAAPI cuGraphAddBatchMemOpNode(CUgraphNode* added, CUgraph graph, const CUgraphNode* dependencies,
                                          size_t count, const CUDA_BATCH_MEM_OP_NODE_PARAMS* params) {
    return driver_call_with(
        params,
        [&](NodeContent& content) {
            return translate(CUDA_BATCH_MEM_OP_NODE_PARAMS_v2{params->ctx, params->count, params->paramArray,
                                                              params->flags},
                             content);
        },
        [&](NodeContent content) {
            return add_node(added, {graph, dependencies, nullptr, count}, std::move(content));
        });
}

CUresult CUDAAPI cuGraphAddMemAllocNode(CUgraphNode* added, CUgraph graph, const CUgraphNode* dependencies,
                                        size_t count, CUDA_MEM_ALLOC_NODE_PARAMS* params) {
    return driver_call([&] {
        return params == nullptr ? CUDA_ERROR_INVALID_VALUE
                                 : add_allocation(added, {graph, dependencies, nullptr, count},
                                                  params->bytesize, params->poolProps, &params->dptr);
    });
}

CUresult CUDAAPI cuGraphAddMemFreeNode(CUgraphNode* added, CUgraph graph, const CUgraphNode* dependencies,
                                       size_t count, CUdeviceptr address) {
    return driver_call([&] { return add_free(added, {graph, dependencies, nullptr, count}, address); });
}

CUresult CUDAAPI cuGraphAddNode_v2(CUgraphNode* added, CUgraph graph, const CUgraphNode* dependencies,
                                   const CUgraphEdgeData* data, size_t count, CUgraphNodeParams* params) {
    return driver_call([&] {
        return params == nullptr ? CUDA_ERROR_INVALID_VALUE
                                 : add_generic(added, {graph, dependencies, data, count}, *params);
    });
}

CUresult CUDAAPI cuGraphConditionalHandleCreate(CUgraphConditionalHandle* made, CUgraph graph, CUcontext,
                                                unsigned value, unsigned flags) {
    return driver_call([&] { return create_condition(made, graph, value, flags); });
}

} // extern "C"
