// The calls under test as changes that an attempt can make (tests/graph_update/attempt.hpp).
#pragma once

#include "tests/graph_update/attempt.hpp"
#include "tests/graph_update/update_rung.hpp"

namespace cts {

template<typename... Parameters>
NodeChange set_kernel(cudaGraphExec_t exec, cudaGraphNode_t node, KernelCall<Parameters...> call) {
    return [=]() mutable {
        const cudaKernelNodeParams parameters = call.node();
        return cudaGraphExecKernelNodeSetParams(exec, node, &parameters);
    };
}

inline NodeChange set_copy(cudaGraphExec_t exec, cudaGraphNode_t node, CUdeviceptr target, CUdeviceptr source,
                           size_t bytes = UpdateRung::cell_bytes, cudaMemcpyKind kind = cudaMemcpyDefault) {
    return [=] {
        return cudaGraphExecMemcpyNodeSetParams1D(exec, node, pointer(target), pointer(source), bytes, kind);
    };
}

inline NodeChange set_rows(cudaGraphExec_t exec, cudaGraphNode_t node, const cudaMemcpy3DParms& parameters) {
    return [=] { return cudaGraphExecMemcpyNodeSetParams(exec, node, &parameters); };
}

inline NodeChange set_memset(cudaGraphExec_t exec, cudaGraphNode_t node, const cudaMemsetParams& parameters) {
    return [=] { return cudaGraphExecMemsetNodeSetParams(exec, node, &parameters); };
}

inline NodeChange set_child(cudaGraphExec_t exec, cudaGraphNode_t node, cudaGraph_t child) {
    return [=] { return cudaGraphExecChildGraphNodeSetParams(exec, node, child); };
}

} // namespace cts
