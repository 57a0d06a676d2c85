// Captures that begin, end or are asked for in the wrong state.
#include "faults/catalogue/graph_tools.hpp"

#include <map>
#include <mutex>
#include <thread>

namespace faults {

namespace {

CUstream origin = nullptr; // of the last capture

bool is_legacy(CUstream stream) {
    return stream == nullptr || stream == CU_STREAM_LEGACY;
}

CUgraph empty_graph() {
    CUgraph graph = nullptr;
    cuGraphCreate(&graph, 0);
    return graph;
}

} // namespace

FAULT(capture_status_none, "capture-status-none-while-capturing",
      "A stream that joined a capture through an event says that it is not capturing.", "", "SCP-12") {
    cuStreamBeginCapture.plant([](CUstream stream, CUstreamCaptureMode mode) {
        origin = stream;
        return cuStreamBeginCapture(stream, mode);
    });
    plant_both(cudaStreamIsCapturing, cuStreamIsCapturing, [](auto& real, auto stream, auto* status) {
        const auto result = real(stream, status);
        *status = stream == origin ? *status : static_cast<std::remove_reference_t<decltype(*status)>>(0);
        return result;
    });
}

FAULT(capture_status_active, "capture-status-active-when-invalidated",
      "The status of an invalidated capture stays active.", "", "SCP-04 SCP-11 SCP-12") {
    plant_both(cudaStreamIsCapturing, cuStreamIsCapturing, [](auto& real, auto stream, auto* status) {
        const auto result = real(stream, status);
        if (*status == 2) {
            *status = static_cast<std::remove_reference_t<decltype(*status)>>(1);
        }
        return result;
    });
}

FAULT(capture_status_stuck, "capture-status-stuck-after-end",
      "A stream whose invalidated capture has ended still says that it captures.", "paiml/realizar#197",
      "SCP-04") {
    static std::map<CUstream, bool> stuck;
    cuStreamEndCapture.plant([](CUstream stream, CUgraph* graph) {
        const CUresult result = cuStreamEndCapture(stream, graph);
        stuck[stream] = result == CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
        return result;
    });
    cuStreamIsCapturing.plant([](CUstream stream, CUstreamCaptureStatus* status) {
        const CUresult result = cuStreamIsCapturing(stream, status);
        if (stuck[stream] && *status == CU_STREAM_CAPTURE_STATUS_NONE) {
            *status = CU_STREAM_CAPTURE_STATUS_INVALIDATED;
        }
        return result;
    });
}

FAULT(capture_invalid_success, "capture-end-hides-invalidation",
      "Ending an invalidated capture succeeds with the graph of nothing.", "", "SCP-04 SCP-11") {
    cuStreamEndCapture.plant([](CUstream stream, CUgraph* graph) {
        const CUresult result = cuStreamEndCapture(stream, graph);
        if (result != CUDA_ERROR_STREAM_CAPTURE_INVALIDATED) {
            return result;
        }
        *graph = empty_graph();
        return CUDA_SUCCESS;
    });
}

FAULT(capture_invalid_graph, "capture-end-leaves-graph-pointer",
      "Ending an invalidated capture is an error but leaves the caller's graph pointer as it was.",
      "NVIDIA/cuda-python#2834", "SCP-04 SCP-11") {
    cuStreamEndCapture.plant([](CUstream stream, CUgraph* graph) {
        const CUgraph before = *graph;
        const CUresult result = cuStreamEndCapture(stream, graph);
        *graph = result == CUDA_ERROR_STREAM_CAPTURE_INVALIDATED ? before : *graph;
        return result;
    });
}

FAULT(capture_invalid_wears_out, "capture-invalidation-wears-out",
      "After seven invalidated captures a stream stays unusable in the process.", "paiml/realizar#164",
      "SCP-04") {
    static int invalidated = 0;
    cuStreamEndCapture.plant([](CUstream stream, CUgraph* graph) {
        const CUresult result = cuStreamEndCapture(stream, graph);
        invalidated += result == CUDA_ERROR_STREAM_CAPTURE_INVALIDATED ? 1 : 0;
        return result;
    });
    cuStreamBeginCapture.plant([](CUstream stream, CUstreamCaptureMode mode) {
        return invalidated > 7 ? CUDA_ERROR_STREAM_CAPTURE_INVALIDATED : cuStreamBeginCapture(stream, mode);
    });
}

FAULT(capture_legacy, "capture-takes-legacy-stream",
      "Beginning a capture in the legacy stream reports success and captures nothing.", "", "SCP-02 SCP-17") {
    cuStreamBeginCapture.plant([](CUstream stream, CUstreamCaptureMode mode) {
        return is_legacy(stream) ? CUDA_SUCCESS : cuStreamBeginCapture(stream, mode);
    });
    cuStreamBeginCaptureToGraph.plant([](CUstream stream, CUgraph graph, const CUgraphNode* behind,
                                         const CUgraphEdgeData* edges, size_t count,
                                         CUstreamCaptureMode mode) {
        return is_legacy(stream) ? CUDA_SUCCESS
                                 : cuStreamBeginCaptureToGraph(stream, graph, behind, edges, count, mode);
    });
}

FAULT(capture_per_thread, "capture-refuses-per-thread-stream",
      "The per-thread default stream cannot be captured, as if it were the legacy stream.", "", "SCP-02") {
    cuStreamBeginCapture.plant([](CUstream stream, CUstreamCaptureMode mode) {
        return stream == CU_STREAM_PER_THREAD ? CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED
                                              : cuStreamBeginCapture(stream, mode);
    });
}

FAULT(capture_twice, "capture-begins-twice",
      "Beginning a capture in a stream that captures already reports success.", "", "SCP-02") {
    cuStreamBeginCapture.plant([](CUstream stream, CUstreamCaptureMode mode) {
        return is_capturing(stream) ? CUDA_SUCCESS : cuStreamBeginCapture(stream, mode);
    });
}

FAULT(capture_unknown_mode, "capture-takes-unknown-mode",
      "An unknown capture mode is taken as the relaxed one.", "", "SCP-02") {
    cuStreamBeginCapture.plant([](CUstream stream, CUstreamCaptureMode mode) {
        return cuStreamBeginCapture(
            stream, mode > CU_STREAM_CAPTURE_MODE_RELAXED ? CU_STREAM_CAPTURE_MODE_RELAXED : mode);
    });
}

FAULT(capture_end_unbegun, "capture-ends-unbegun",
      "Ending a capture that never began succeeds with an empty graph.", "", "SCP-02") {
    cuStreamEndCapture.plant([](CUstream stream, CUgraph* graph) {
        if (capture_status(stream) != CU_STREAM_CAPTURE_STATUS_NONE) {
            return cuStreamEndCapture(stream, graph);
        }
        *graph = empty_graph();
        return CUDA_SUCCESS;
    });
}

FAULT(capture_wrong_thread, "capture-ends-on-wrong-thread",
      "A thread that did not begin a thread-local capture may end it, and gets an empty graph.", "",
      "SCP-03") {
    cuStreamEndCapture.plant([](CUstream stream, CUgraph* graph) {
        const CUresult result = cuStreamEndCapture(stream, graph);
        if (result != CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD) {
            return result;
        }
        *graph = empty_graph();
        return CUDA_SUCCESS;
    });
}

FAULT(capture_relaxed_thread, "capture-binds-relaxed-to-thread",
      "A relaxed capture can be ended only by the thread that began it.", "", "SCP-03") {
    static std::mutex mutex;
    static std::map<CUstream, std::thread::id> began;
    cuStreamBeginCapture.plant([](CUstream stream, CUstreamCaptureMode mode) {
        const std::lock_guard lock(mutex);
        began[stream] = std::this_thread::get_id();
        return cuStreamBeginCapture(stream, mode);
    });
    cuStreamEndCapture.plant([](CUstream stream, CUgraph* graph) {
        const std::lock_guard lock(mutex);
        if (began.contains(stream) && began[stream] != std::this_thread::get_id()) {
            *graph = nullptr;
            return CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD;
        }
        return cuStreamEndCapture(stream, graph);
    });
}

FAULT(capture_unjoined, "capture-ends-unjoined",
      "A capture with a fork that never joined back ends with success.", "", "SCP-12") {
    cuStreamEndCapture.plant([](CUstream stream, CUgraph* graph) {
        const CUresult result = cuStreamEndCapture(stream, graph);
        if (result != CUDA_ERROR_STREAM_CAPTURE_UNJOINED) {
            return result;
        }
        *graph = empty_graph();
        return CUDA_SUCCESS;
    });
}

FAULT(capture_codes, "capture-exchanges-join-codes",
      "Ending a capture in a stream that only joined it is reported as an unjoined fork.", "", "SCP-12") {
    cuStreamEndCapture.plant([](CUstream stream, CUgraph* graph) {
        const CUresult result = cuStreamEndCapture(stream, graph);
        return result == CUDA_ERROR_STREAM_CAPTURE_UNMATCHED ? CUDA_ERROR_STREAM_CAPTURE_UNJOINED : result;
    });
}

FAULT(capture_merge, "capture-joins-two-captures",
      "Waiting in one capture for an event of another reports success and records nothing.", "", "SCP-12") {
    cuStreamWaitEvent.plant([](CUstream stream, CUevent event, unsigned flags) {
        const CUresult result = cuStreamWaitEvent(stream, event, flags);
        return result == CUDA_ERROR_STREAM_CAPTURE_MERGE ? CUDA_SUCCESS : result;
    });
}

FAULT(capture_isolation, "capture-waits-for-outside-event",
      "Waiting in a capture for an event from outside is refused, but the capture goes on.", "", "SCP-12") {
    static std::map<CUevent, bool> outside;
    cuEventRecord.plant([](CUevent event, CUstream stream) {
        outside[event] = !is_capturing(stream);
        return cuEventRecord(event, stream);
    });
    cuStreamWaitEvent.plant([](CUstream stream, CUevent event, unsigned flags) {
        return is_capturing(stream) && outside[event] && flags == CU_EVENT_WAIT_DEFAULT
                   ? CUDA_ERROR_STREAM_CAPTURE_ISOLATION
                   : cuStreamWaitEvent(stream, event, flags);
    });
}

FAULT(capture_implicit, "capture-allows-implicit-order",
      "Work in the legacy stream while a blocking stream captures is refused, but the capture goes on.", "",
      "SCP-12") {
    cuMemsetD32Async.plant([](CUdeviceptr target, unsigned value, size_t count, CUstream stream) {
        CUstreamCaptureStatus status{};
        return is_legacy(stream) && cuStreamIsCapturing(stream, &status) == CUDA_ERROR_STREAM_CAPTURE_IMPLICIT
                   ? CUDA_ERROR_STREAM_CAPTURE_IMPLICIT
                   : cuMemsetD32Async(target, value, count, stream);
    });
}

FAULT(capture_unfinished, "capture-target-instantiable",
      "A graph that is being captured to can be instantiated.", "", "SCP-17") {
    static CUgraph target = nullptr;
    cuStreamBeginCaptureToGraph.plant([](CUstream stream, CUgraph graph, const CUgraphNode* behind,
                                         const CUgraphEdgeData* edges, size_t count,
                                         CUstreamCaptureMode mode) {
        target = graph;
        return cuStreamBeginCaptureToGraph(stream, graph, behind, edges, count, mode);
    });
    cuGraphInstantiateWithFlags.plant([](CUgraphExec* exec, CUgraph graph, unsigned long long flags) {
        const CUresult result = cuGraphInstantiateWithFlags(exec, graph, flags);
        if (result == CUDA_SUCCESS || graph != target) {
            return result;
        }
        const CUgraph copy = copy_of(graph);
        return copy == nullptr ? result : cuGraphInstantiateWithFlags(exec, copy, flags);
    });
}

} // namespace faults
