// Calls that report success and do nothing when a condition holds.
#pragma once

#include "faults/catalogue/exec_book.hpp"

namespace faults {

/// Updates by `graph` of `exec` for which `is_lost` holds.
template<typename IsLost>
void lose_update(const IsLost& is_lost) {
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate,
               [is_lost](auto& real, auto exec, auto graph, auto* info) {
                   if (info == nullptr || graph == nullptr || !is_lost(exec, graph)) {
                       return real(exec, graph, info);
                   }
                   *info = {};
                   return static_cast<decltype(real(exec, graph, info))>(success);
               });
}

/// Settings of kernel, memset and copy nodes of `exec` for which `is_lost(exec, node)` holds.
template<typename IsLost>
void lose_setting(const IsLost& is_lost) {
    cudaGraphExecKernelNodeSetParams.plant([is_lost](cudaGraphExec_t exec, cudaGraphNode_t node,
                                                     auto* parameters) {
        return is_lost(exec, node) ? cudaSuccess : cudaGraphExecKernelNodeSetParams(exec, node, parameters);
    });
    cudaGraphExecMemsetNodeSetParams.plant([is_lost](cudaGraphExec_t exec, cudaGraphNode_t node,
                                                     auto* parameters) {
        return is_lost(exec, node) ? cudaSuccess : cudaGraphExecMemsetNodeSetParams(exec, node, parameters);
    });
    cudaGraphExecMemcpyNodeSetParams1D.plant([is_lost](cudaGraphExec_t exec, cudaGraphNode_t node,
                                                       auto... copy) {
        return is_lost(exec, node) ? cudaSuccess : cudaGraphExecMemcpyNodeSetParams1D(exec, node, copy...);
    });
}

/// Launches of `exec` in `stream` for which `is_lost` holds.
template<typename IsLost>
void lose_launch(const IsLost& is_lost) {
    plant_both(cudaGraphLaunch, cuGraphLaunch, [is_lost](auto& real, auto exec, auto stream) {
        return is_lost(exec, stream) ? static_cast<decltype(real(exec, stream))>(success)
                                     : real(exec, stream);
    });
}

/// Calls `after(exec, graph, accepted)` behind every update.
template<typename After>
void watch_updates(After after) {
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate,
               [after](auto& real, auto exec, auto graph, auto* info) {
                   const auto result = real(exec, graph, info);
                   after(exec, graph, answer(result).code == 0);
                   return result;
               });
}

/// The executable graph does again what its graph says now; nothing where that is gone.
inline void put_back(CUgraphExec exec) {
    const ExecEntry* entry = entry_of(exec);
    CUgraphExecUpdateResultInfo unseen{};
    if (entry != nullptr && entry->source != nullptr) {
        cuGraphExecUpdate(exec, entry->source, &unseen);
    }
}

} // namespace faults
