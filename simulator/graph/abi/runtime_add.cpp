// Runtime API: adding nodes.
#include "graph/abi/runtime_call.hpp"
#include "graph/params/driver.hpp"

using namespace sim;
using namespace sim::graphs;

namespace {

Ownership ownership_of([[maybe_unused]] const cudaChildGraphNodeParams& params) {
#if CUDART_VERSION >= 12090
    return params.ownership == cudaGraphChildGraphOwnershipMove ? Ownership::move : Ownership::clone;
#else
    return Ownership::clone;
#endif
}

CUresult add_allocation_node(cudaGraphNode_t* added, const Place& place, const cudaMemPoolProps& properties,
                             size_t bytes, void** address) {
    Address reserved = 0;
    const CUresult result = add_allocation(added, place, bytes, translate(properties), &reserved);
    if (result == CUDA_SUCCESS) {
        *address = reinterpret_cast<void*>(reserved);
    }
    return result;
}

CUresult add_conditional_node(cudaGraphNode_t* added, const Place& place, cudaConditionalNodeParams& params) {
    CUDA_CONDITIONAL_NODE_PARAMS wanted{};
    wanted.handle = params.handle;
    wanted.type = static_cast<CUgraphConditionalNodeType>(params.type);
    wanted.size = params.size;
    const CUresult result = add_conditional(added, place, wanted);
    if (result == CUDA_SUCCESS) {
        params.phGraph_out = wanted.phGraph_out;
    }
    return result;
}

CUresult add_generic(cudaGraphNode_t* added, const Place& place, cudaGraphNodeParams& params) {
    switch (params.type) {
    case cudaGraphNodeTypeGraph: {
        const CUresult result = add_child(added, place, params.graph.graph, ownership_of(params.graph));
        return result != CUDA_SUCCESS ? result : get_child(*added, &params.graph.graph);
    }
    case cudaGraphNodeTypeMemAlloc:
        return add_allocation_node(added, place, params.alloc.poolProps, params.alloc.bytesize,
                                   &params.alloc.dptr);
    case cudaGraphNodeTypeMemFree:
        return add_free(added, place, reinterpret_cast<Address>(params.free.dptr));
    case cudaGraphNodeTypeConditional:
        return add_conditional_node(added, place, params.conditional);
    default:
        break;
    }
    NodeContent content;
    const CUresult result = translate(params, content);
    return result != CUDA_SUCCESS ? result : add_node(added, place, std::move(content));
}

} // namespace

extern "C" {

cudaError_t CUDARTAPI cudaGraphAddKernelNode(cudaGraphNode_t* added, cudaGraph_t graph,
                                             const cudaGraphNode_t* dependencies, size_t count,
                                             const cudaKernelNodeParams* params) {
    return runtime_call_with(
        params, [&](NodeContent& content) { return translate(*params, content); },
        [&](NodeContent content) {
            return add_node(added, {graph, dependencies, nullptr, count}, std::move(content));
        });
}

cudaError_t CUDARTAPI cudaGraphAddMemcpyNode(cudaGraphNode_t* added, cudaGraph_t graph,
                                             const cudaGraphNode_t* dependencies, size_t count,
                                             const cudaMemcpy3DParms* params) {
    return runtime_call_with(
        params, [&](NodeContent& content) { return translate(*params, content); },
        [&](NodeContent content) {
            return add_node(added, {graph, dependencies, nullptr, count}, std::move(content));
        });
}

cudaError_t CUDARTAPI cudaGraphAddMemcpyNode1D(cudaGraphNode_t* added, cudaGraph_t graph,
                                               const cudaGraphNode_t* dependencies, size_t count,
                                               void* target, const void* source, size_t bytes,
                                               cudaMemcpyKind kind) {
    return runtime_call_with(
        added, [&](NodeContent& content) { return translate_1d(target, source, bytes, kind, content); },
        [&](NodeContent content) {
            return add_node(added, {graph, dependencies, nullptr, count}, std::move(content));
        });
}

cudaError_t CUDARTAPI cudaGraphAddMemsetNode(cudaGraphNode_t* added, cudaGraph_t graph,
                                             const cudaGraphNode_t* dependencies, size_t count,
                                             const cudaMemsetParams* params) {
    return runtime_call_with(
        params, [&](NodeContent& content) { return translate(*params, content); },
        [&](NodeContent content) {
            return add_node(added, {graph, dependencies, nullptr, count}, std::move(content));
        });
}

cudaError_t CUDARTAPI cudaGraphAddHostNode(cudaGraphNode_t* added, cudaGraph_t graph,
                                           const cudaGraphNode_t* dependencies, size_t count,
                                           const cudaHostNodeParams* params) {
    return runtime_call_with(
        params, [&](NodeContent& content) { return translate(*params, content); },
        [&](NodeContent content) {
            return add_node(added, {graph, dependencies, nullptr, count}, std::move(content));
        });
}

cudaError_t CUDARTAPI cudaGraphAddEmptyNode(cudaGraphNode_t* added, cudaGraph_t graph,
                                            const cudaGraphNode_t* dependencies, size_t count) {
    return runtime_call([&] { return add_node(added, {graph, dependencies, nullptr, count}, {}); });
}

cudaError_t CUDARTAPI cudaGraphAddChildGraphNode(cudaGraphNode_t* added, cudaGraph_t graph,
                                                 const cudaGraphNode_t* dependencies, size_t count,
                                                 cudaGraph_t child) {
    return runtime_call([&] {
        return add_child(added, {graph, dependencies, nullptr, count}, child, Ownership::clone);
    });
}

cudaError_t CUDARTAPI cudaGraphAddEventRecordNode(cudaGraphNode_t* added, cudaGraph_t graph,
                                                  const cudaGraphNode_t* dependencies, size_t count,
                                                  cudaEvent_t event) {
    return runtime_call_with(
        event, [&](NodeContent& content) { return translate_record(event, content); },
        [&](NodeContent content) {
            return add_node(added, {graph, dependencies, nullptr, count}, std::move(content));
        });
}

cudaError_t CUDARTAPI cudaGraphAddEventWaitNode(cudaGraphNode_t* added, cudaGraph_t graph,
                                                const cudaGraphNode_t* dependencies, size_t count,
                                                cudaEvent_t event) {
    return runtime_call_with(
        event, [&](NodeContent& content) { return translate_wait(event, content); },
        [&](NodeContent content) {
            return add_node(added, {graph, dependencies, nullptr, count}, std::move(content));
        });
}

cudaError_t CUDARTAPI cudaGraphAddMemAllocNode(cudaGraphNode_t* added, cudaGraph_t graph,
                                               const cudaGraphNode_t* dependencies, size_t count,
                                               cudaMemAllocNodeParams* params) {
    return runtime_call([&] {
        return params == nullptr ? CUDA_ERROR_INVALID_VALUE
                                 : add_allocation_node(added, {graph, dependencies, nullptr, count},
                                                       params->poolProps, params->bytesize, &params->dptr);
    });
}

cudaError_t CUDARTAPI cudaGraphAddMemFreeNode(cudaGraphNode_t* added, cudaGraph_t graph,
                                              const cudaGraphNode_t* dependencies, size_t count,
                                              void* address) {
    return runtime_call([&] {
        return add_free(added, {graph, dependencies, nullptr, count}, reinterpret_cast<Address>(address));
    });
}

cudaError_t CUDARTAPI SIM_WITH_EDGE_DATA(cudaGraphAddNode, _v2)(cudaGraphNode_t* added, cudaGraph_t graph,
                                                                const cudaGraphNode_t* dependencies,
                                                                const cudaGraphEdgeData* data, size_t count,
                                                                cudaGraphNodeParams* params) {
    return runtime_call([&] {
        return params == nullptr
                   ? CUDA_ERROR_INVALID_VALUE
                   : add_generic(added, {graph, dependencies, driver_data(data), count}, *params);
    });
}

cudaError_t CUDARTAPI cudaGraphConditionalHandleCreate(cudaGraphConditionalHandle* made, cudaGraph_t graph,
                                                       unsigned value, unsigned flags) {
    return runtime_call([&] {
        CUgraphConditionalHandle handle = 0;
        const CUresult result =
            made == nullptr ? CUDA_ERROR_INVALID_VALUE : create_condition(&handle, graph, value, flags);
        if (result == CUDA_SUCCESS) {
            *made = handle;
        }
        return result;
    });
}

} // extern "C"
