// Captures that record something else than kernels and copies: cooperative kernels, nodes that the caller
// adds by hand.
#include "faults/catalogue/graph_tools.hpp"

#include <map>
#include <set>
#include <utility>

namespace faults {

FAULT(capture_cooperative, "captured-cooperative-kernel-is-plain",
      "A cooperative kernel that is launched into a capture is recorded as a plain one.", "", "SCP-01") {
    cuLaunchCooperativeKernel.plant([](CUfunction function, unsigned x, unsigned y, unsigned z, unsigned bx,
                                       unsigned by, unsigned bz, unsigned shared, CUstream stream,
                                       void** arguments) {
        return is_capturing(stream)
                   ? cuLaunchKernel(function, x, y, z, bx, by, bz, shared, stream, arguments, nullptr)
                   : cuLaunchCooperativeKernel(function, x, y, z, bx, by, bz, shared, stream, arguments);
    });
}

FAULT(capture_wait_twice, "capture-refuses-second-wait-for-event",
      "A capturing stream that waits for an event again is refused, as if the edge were doubled.", "",
      "SCP-12") {
    static std::set<std::pair<CUstream, CUevent>> waited;
    plant_both(cudaEventRecord, cuEventRecord, [](auto& real, auto event, auto stream) {
        std::erase_if(waited, [event](const auto& known) { return known.second == event; });
        return real(event, stream);
    });
    plant_both(cudaStreamWaitEvent, cuStreamWaitEvent, [](auto& real, auto stream, auto event, auto flags) {
        if (is_capturing(stream) && !waited.emplace(stream, event).second) {
            return static_cast<decltype(real(stream, event, flags))>(invalid_value);
        }
        return real(stream, event, flags);
    });
    plant_both(cudaStreamEndCapture, cuStreamEndCapture, [](auto& real, auto stream, auto* graph) {
        waited.clear();
        return real(stream, graph);
    });
}

FAULT(capture_set_none, "capture-dependencies-set-to-none-stay",
      "Setting that a capture goes on behind no node leaves the nodes as they were.", "", "SCP-20") {
    cuStreamUpdateCaptureDependencies.plant(
        [](CUstream stream, CUgraphNode* nodes, size_t count, unsigned flags) {
            return count == 0 ? CUDA_SUCCESS : cuStreamUpdateCaptureDependencies(stream, nodes, count, flags);
        });
}

FAULT(capture_by_hand, "node-added-to-capture-is-lost",
      "A node that is added by hand to a graph while it is captured is gone when the capture ends.", "",
      "SCP-20") {
    static std::map<CUstream, CUgraph> captures;
    static std::map<CUgraph, std::set<CUgraphNode>> added;
    cuStreamGetCaptureInfo.plant(
        [](CUstream stream, CUstreamCaptureStatus* status, cuuint64_t* id, CUgraph* graph, auto... rest) {
            const CUresult result = cuStreamGetCaptureInfo(stream, status, id, graph, rest...);
            if (result == CUDA_SUCCESS && graph != nullptr && *graph != nullptr) {
                captures[stream] = *graph;
            }
            return result;
        });
    cudaGraphAddKernelNode.plant([](cudaGraphNode_t* node, cudaGraph_t graph, auto... rest) {
        const cudaError_t result = cudaGraphAddKernelNode(node, graph, rest...);
        for (const auto& [stream, captured] : captures) {
            if (result == cudaSuccess && captured == graph) {
                added[graph].insert(*node);
            }
        }
        return result;
    });
    plant_both(cudaStreamEndCapture, cuStreamEndCapture, [](auto& real, auto stream, auto* graph) {
        const auto result = real(stream, graph);
        for (const CUgraphNode node : added[captures[stream]]) {
            cuGraphDestroyNode(node);
        }
        added.erase(captures[stream]);
        captures.erase(stream);
        return result;
    });
}

} // namespace faults
