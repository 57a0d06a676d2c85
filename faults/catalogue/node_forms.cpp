// One form of a call that works unlike the others, and settings that lose a part of what they are given.
#include "faults/catalogue/graph_tools.hpp"

namespace faults {

FAULT(place_driver_kernel, "driver-set-kernel-does-nothing",
      "cuGraphExecKernelNodeSetParams reports success only.", "", "SET-01") {
    cuGraphExecKernelNodeSetParams.plant([](auto...) { return CUDA_SUCCESS; });
}

FAULT(place_driver_memset, "driver-set-memset-does-nothing",
      "cuGraphExecMemsetNodeSetParams reports success only.", "", "SET-07") {
    cuGraphExecMemsetNodeSetParams.plant([](auto...) { return CUDA_SUCCESS; });
}

FAULT(place_driver_copy, "driver-set-copy-does-nothing",
      "cuGraphExecMemcpyNodeSetParams reports success only.", "", "SET-04") {
    cuGraphExecMemcpyNodeSetParams.plant([](auto...) { return CUDA_SUCCESS; });
}

FAULT(place_driver_update, "driver-update-does-nothing", "cuGraphExecUpdate reports success only.", "",
      "UPD-38") {
    cuGraphExecUpdate.plant([](CUgraphExec, CUgraph, CUgraphExecUpdateResultInfo* info) {
        *info = {};
        return CUDA_SUCCESS;
    });
}

FAULT(place_host_data, "set-host-keeps-data", "Setting a host node changes its function and keeps its data.",
      "", "SET-15") {
    cudaGraphExecHostNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaHostNodeParams* parameters) {
            CUDA_HOST_NODE_PARAMS old{};
            cudaHostNodeParams changed = *parameters;
            if (cuGraphHostNodeGetParams(node, &old) == CUDA_SUCCESS) {
                changed.userData = old.userData;
            }
            return cudaGraphExecHostNodeSetParams(exec, node, &changed);
        });
}

FAULT(place_set_odd_copy, "set-copy-rounds-addresses",
      "A copy node is set to the words that hold its addresses.", "", "SET-04") {
    cudaGraphExecMemcpyNodeSetParams1D.plant([](cudaGraphExec_t exec, cudaGraphNode_t node, void* target,
                                                const void* source, size_t bytes, cudaMemcpyKind kind) {
        const auto word = [](const void* address) {
            return reinterpret_cast<void*>(reinterpret_cast<size_t>(address) / 4 * 4);
        };
        return cudaGraphExecMemcpyNodeSetParams1D(exec, node, word(target), word(source), bytes, kind);
    });
}

FAULT(place_set_odd_memset, "set-memset-rounds-address",
      "A memset node of bytes is set to the word that holds its address.", "", "SET-07") {
    cudaGraphExecMemsetNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaMemsetParams* parameters) {
            cudaMemsetParams changed = *parameters;
            changed.dst = reinterpret_cast<void*>(reinterpret_cast<size_t>(changed.dst) / 4 * 4);
            return cudaGraphExecMemsetNodeSetParams(exec, node, &changed);
        });
}

FAULT(place_flags, "runtime-tells-no-flags", "cudaGraphExecGetFlags answers 0, whatever the flags.", "",
      "INS-04") {
    cudaGraphExecGetFlags.plant([](cudaGraphExec_t exec, unsigned long long* flags) {
        const cudaError_t result = cudaGraphExecGetFlags(exec, flags);
        *flags = 0;
        return result;
    });
}

} // namespace faults
