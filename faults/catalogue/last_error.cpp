// Errors that stick, vanish or turn up in the wrong place.
#include "faults/catalogue/graph_tools.hpp"

namespace faults {

namespace {

bool refused = false; // an update was refused, and nobody has read it

void follow_refusals() {
    cudaGraphExecUpdate.plant(
        [](cudaGraphExec_t exec, cudaGraph_t graph, cudaGraphExecUpdateResultInfo* info) {
            const cudaError_t result = cudaGraphExecUpdate(exec, graph, info);
            refused = refused || result == cudaErrorGraphExecUpdateFailure;
            return result;
        });
}

} // namespace

FAULT(error_sticky, "update-refusal-is-sticky",
      "After a refused update every wait for the device returns 910 again.", "ikawrakow/ik_llama.cpp#1022",
      "UPD-33 UPD-32") {
    follow_refusals();
    cudaDeviceSynchronize.plant([] {
        const cudaError_t result = cudaDeviceSynchronize();
        return refused && result == cudaSuccess ? cudaErrorGraphExecUpdateFailure : result;
    });
}

FAULT(error_not_set, "update-refusal-is-not-remembered",
      "A refused update returns 910 and leaves the last error as it was.", "", "UPD-33") {
    cudaGraphExecUpdate.plant(
        [](cudaGraphExec_t exec, cudaGraph_t graph, cudaGraphExecUpdateResultInfo* info) {
            const cudaError_t result = cudaGraphExecUpdate(exec, graph, info);
            hush(result);
            return result;
        });
}

FAULT(error_cleared, "success-clears-last-error", "The last error is cleared by the next call that succeeds.",
      "", "UPD-33") {
    cudaStreamSynchronize.plant([](cudaStream_t stream) {
        const cudaError_t result = cudaStreamSynchronize(stream);
        if (result == cudaSuccess) {
            (void)cudaGetLastError();
        }
        return result;
    });
}

FAULT(error_kept, "get-last-error-does-not-clear", "Reading the last error leaves it in place once.",
      "ikawrakow/ik_llama.cpp#893", "UPD-33") {
    static cudaError_t read = cudaSuccess;
    cudaGetLastError.plant([] {
        const cudaError_t result = cudaGetLastError();
        return result != cudaSuccess ? read = result : std::exchange(read, cudaSuccess);
    });
}

FAULT(error_peek, "peek-clears-last-error", "Looking at the last error clears it.", "", "UPD-33") {
    cudaPeekAtLastError.plant([] { return cudaGetLastError(); });
}

FAULT(error_driver, "driver-update-sets-last-error",
      "An update that is refused to the driver's form is found in the runtime's last error.", "", "UPD-33") {
    cuGraphExecUpdate.plant([](CUgraphExec exec, CUgraph graph, CUgraphExecUpdateResultInfo* info) {
        cudaGraphExecUpdateResultInfo same{};
        const cudaError_t result = cudaGraphExecUpdate(exec, graph, &same);
        info->result = static_cast<CUgraphExecUpdateResult>(same.result);
        info->errorNode = same.errorNode;
        info->errorFromNode = same.errorFromNode;
        return static_cast<CUresult>(result);
    });
}

FAULT(error_after_success, "update-success-leaves-error",
      "A successful update leaves an error behind for the next reader.", "", "UPD-03 UPD-02") {
    cudaGraphExecUpdate.plant(
        [](cudaGraphExec_t exec, cudaGraph_t graph, cudaGraphExecUpdateResultInfo* info) {
            const cudaError_t result = cudaGraphExecUpdate(exec, graph, info);
            if (result == cudaSuccess) {
                (void)cudaGraphExecUpdate(exec, nullptr, nullptr);
            }
            return result;
        });
}

FAULT(error_faults_hidden, "fault-of-graph-not-reported",
      "An illegal address that a graph's kernel met is not reported by the wait behind the launch.", "",
      "UPD-41 VXG-07 VXG-10") {
    plant_both(cudaStreamSynchronize, cuStreamSynchronize, [](auto& real, auto stream) {
        const auto result = real(stream);
        hush(result);
        return answer(result).code == 700 ? static_cast<decltype(real(stream))>(success) : result;
    });
    plant_both(cudaDeviceSynchronize, cuCtxSynchronize, [](auto& real) {
        const auto result = real();
        hush(result);
        return answer(result).code == 700 ? static_cast<decltype(real())>(success) : result;
    });
}

FAULT(error_launch_fails_set, "refused-set-params-is-not-remembered",
      "Parameters that are refused for a node leave the last error as it was.", "", "SET-16 SET-03") {
    cudaGraphExecMemsetNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaMemsetParams* parameters) {
            const cudaError_t result = cudaGraphExecMemsetNodeSetParams(exec, node, parameters);
            hush(result);
            return result;
        });
}

} // namespace faults
