// What a capture prohibits, to whom, and what a prohibited call does.
#include "faults/catalogue/graph_tools.hpp"

#include <map>
#include <mutex>

namespace faults {

namespace {

std::mutex captures_mutex;
std::map<CUstream, CUstreamCaptureMode> captures; // that are in progress

/// Keeps `captures`.
void follow_captures() {
    cuStreamBeginCapture.plant([](CUstream stream, CUstreamCaptureMode mode) {
        const CUresult result = cuStreamBeginCapture(stream, mode);
        if (result == CUDA_SUCCESS) {
            const std::lock_guard lock(captures_mutex);
            captures[stream] = mode;
        }
        return result;
    });
    cuStreamEndCapture.plant([](CUstream stream, CUgraph* graph) {
        {
            const std::lock_guard lock(captures_mutex);
            captures.erase(stream);
        }
        return cuStreamEndCapture(stream, graph);
    });
}

bool any_capture(CUstreamCaptureMode mode) {
    const std::lock_guard lock(captures_mutex);
    for (const auto& [stream, its_mode] : captures) {
        if (its_mode == mode) {
            return true;
        }
    }
    return false;
}

/// Every capture of mode `from` is begun in mode `to`.
void plant_mode(CUstreamCaptureMode from, CUstreamCaptureMode to) {
    cuStreamBeginCapture.plant([from, to](CUstream stream, CUstreamCaptureMode mode) {
        return cuStreamBeginCapture(stream, mode == from ? to : mode);
    });
}

} // namespace

FAULT(mode_new, "capture-mode-exchange-returns-new",
      "Exchanging a thread's capture mode returns the new mode instead of the previous one.", "", "SCP-07") {
    cuThreadExchangeStreamCaptureMode.plant([](CUstreamCaptureMode* mode) {
        const CUstreamCaptureMode wanted = *mode;
        const CUresult result = cuThreadExchangeStreamCaptureMode(mode);
        *mode = wanted;
        return result;
    });
}

FAULT(
    mode_process, "capture-mode-is-process-wide",
    "A thread that asks for its previous capture mode is told that of the last thread that changed its own.",
    "", "SCP-07") {
    static CUstreamCaptureMode last = CU_STREAM_CAPTURE_MODE_GLOBAL;
    cuThreadExchangeStreamCaptureMode.plant([](CUstreamCaptureMode* mode) {
        const CUstreamCaptureMode wanted = *mode;
        const CUresult result = cuThreadExchangeStreamCaptureMode(mode);
        *mode = std::exchange(last, wanted);
        return result;
    });
}

FAULT(mode_of_begin, "capture-begin-sets-thread-mode",
      "Beginning a capture sets the mode of the thread to that of the capture.", "", "SCP-07") {
    cuStreamBeginCapture.plant([](CUstream stream, CUstreamCaptureMode mode) {
        const CUresult result = cuStreamBeginCapture(stream, mode);
        CUstreamCaptureMode of_thread = mode;
        if (result == CUDA_SUCCESS) {
            cuThreadExchangeStreamCaptureMode(&of_thread);
        }
        return result;
    });
}

FAULT(mode_relaxed_sticks, "capture-mode-relaxed-sticks",
      "A thread that has been relaxed once stays so, whatever it exchanges its mode for.", "",
      "SCP-05 SCP-07") {
    static thread_local bool relaxed_once = false;
    cuThreadExchangeStreamCaptureMode.plant([](CUstreamCaptureMode* mode) {
        if (relaxed_once) {
            *mode = CU_STREAM_CAPTURE_MODE_RELAXED;
            return CUDA_SUCCESS;
        }
        relaxed_once = *mode == CU_STREAM_CAPTURE_MODE_RELAXED;
        return cuThreadExchangeStreamCaptureMode(mode);
    });
}

FAULT(mode_thread_local_relaxed, "capture-thread-local-is-relaxed",
      "A thread-local capture prohibits nothing.", "", "SCP-03 SCP-05") {
    plant_mode(CU_STREAM_CAPTURE_MODE_THREAD_LOCAL, CU_STREAM_CAPTURE_MODE_RELAXED);
}

FAULT(mode_global_thread_local, "capture-global-is-thread-local",
      "A global capture binds its own thread only.", "", "SCP-06") {
    plant_mode(CU_STREAM_CAPTURE_MODE_GLOBAL, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
}

FAULT(mode_thread_local_global, "capture-thread-local-is-global",
      "A thread-local capture binds the other threads too.", "NVIDIA/cuopt#1748", "SCP-06") {
    plant_mode(CU_STREAM_CAPTURE_MODE_THREAD_LOCAL, CU_STREAM_CAPTURE_MODE_GLOBAL);
}

FAULT(mode_relaxed_thread_local, "capture-relaxed-prohibits",
      "A relaxed capture prohibits its thread from allocating device memory.",
      "NVIDIA/cuopt#1753 pytorch/pytorch#159594", "SCP-05") {
    plant_mode(CU_STREAM_CAPTURE_MODE_RELAXED, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
}

FAULT(mode_second_capture, "capture-only-first-is-invalidated",
      "A prohibited call invalidates one of several captures that prohibit it.", "", "SCP-06") {
    follow_captures();
    cuStreamBeginCapture.plant([](CUstream stream, CUstreamCaptureMode mode) {
        const bool second = mode == CU_STREAM_CAPTURE_MODE_GLOBAL && any_capture(mode);
        const CUresult result = cuStreamBeginCapture(stream, second ? CU_STREAM_CAPTURE_MODE_RELAXED : mode);
        const std::lock_guard lock(captures_mutex);
        captures[stream] = mode;
        return result;
    });
}

FAULT(mode_of_others, "capture-global-ignores-thread-mode",
      "While a global capture is in progress no thread may allocate, whatever its own mode.", "",
      "SCP-06 SCP-05") {
    follow_captures();
    cuMemAlloc.plant([](CUdeviceptr* memory, size_t bytes) {
        return any_capture(CU_STREAM_CAPTURE_MODE_GLOBAL) ? CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED
                                                          : cuMemAlloc(memory, bytes);
    });
}

FAULT(prohibited_allowed, "capture-allows-allocation",
      "Allocating device memory during a thread-local capture succeeds.", "", "SCP-05") {
    follow_captures();
    cuMemAlloc.plant([](CUdeviceptr* memory, size_t bytes) {
        return any_capture(CU_STREAM_CAPTURE_MODE_THREAD_LOCAL)
                   ? relaxed([&] { return cuMemAlloc(memory, bytes); })
                   : cuMemAlloc(memory, bytes);
    });
}

FAULT(prohibited_harmless, "capture-survives-prohibited-call",
      "A prohibited allocation is refused, but the capture goes on.", "", "SCP-04 SCP-05 SCP-06") {
    follow_captures();
    cuMemAlloc.plant([](CUdeviceptr* memory, size_t bytes) {
        return any_capture(CU_STREAM_CAPTURE_MODE_GLOBAL) ? CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED
                                                          : cuMemAlloc(memory, bytes);
    });
}

FAULT(prohibited_leaks, "capture-refuses-but-allocates",
      "A prohibited allocation is refused and the memory is handed out all the same.", "", "SCP-05 SCP-06") {
    cuMemAlloc.plant([](CUdeviceptr* memory, size_t bytes) {
        const CUresult result = cuMemAlloc(memory, bytes);
        if (result == CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED) {
            relaxed([&] { return cuMemAlloc(memory, bytes); });
        }
        return result;
    });
}

FAULT(synchronise_hidden, "capture-synchronise-succeeds",
      "Waiting for a stream that captures reports success.", "", "SCP-11 SCP-04") {
    cuStreamSynchronize.plant(
        [](CUstream stream) { return is_capturing(stream) ? CUDA_SUCCESS : cuStreamSynchronize(stream); });
}

FAULT(query_harmless, "capture-survives-query",
      "Querying a stream that captures is refused, but the capture goes on.", "", "SCP-11") {
    cuStreamQuery.plant([](CUstream stream) {
        return is_capturing(stream) ? CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED : cuStreamQuery(stream);
    });
}

FAULT(context_synchronise_hidden, "capture-context-synchronise-succeeds",
      "Waiting for the context of a capture waits for everything but the capture and reports success.", "",
      "SCP-11") {
    follow_captures();
    cuCtxSynchronize.plant([] {
        const std::lock_guard lock(captures_mutex);
        return captures.empty() ? cuCtxSynchronize() : CUDA_SUCCESS;
    });
}

FAULT(other_stream_bound, "capture-binds-other-streams",
      "Waiting for a stream outside of a relaxed capture is refused.", "", "SCP-11 SCP-09") {
    follow_captures();
    cuStreamSynchronize.plant([](CUstream stream) {
        return any_capture(CU_STREAM_CAPTURE_MODE_RELAXED) && !is_capturing(stream)
                   ? CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED
                   : cuStreamSynchronize(stream);
    });
}

FAULT(captured_event_complete, "captured-event-is-complete",
      "An event that a capture recorded counts as complete when it is queried or waited for.", "", "SCP-11") {
    static std::map<CUevent, bool> captured;
    cuEventRecord.plant([](CUevent event, CUstream stream) {
        captured[event] = is_capturing(stream);
        return cuEventRecord(event, stream);
    });
    cuEventQuery.plant([](CUevent event) { return captured[event] ? CUDA_SUCCESS : cuEventQuery(event); });
    cuEventSynchronize.plant(
        [](CUevent event) { return captured[event] ? CUDA_SUCCESS : cuEventSynchronize(event); });
}

FAULT(captured_event_elapsed, "captured-event-has-time",
      "The time between two captured events is zero instead of an error.", "", "SCP-11") {
    cuEventElapsedTime.plant([](float* milliseconds, CUevent first, CUevent second) {
        const CUresult result = cuEventElapsedTime(milliseconds, first, second);
        *milliseconds = result == CUDA_SUCCESS ? *milliseconds : 0;
        return CUDA_SUCCESS;
    });
}

FAULT(captured_event_forever, "captured-event-stays-captured",
      "An event that a capture recorded once cannot be queried any more, also when it is recorded anew.", "",
      "SCP-11") {
    static std::map<CUevent, bool> captured;
    cuEventRecord.plant([](CUevent event, CUstream stream) {
        captured[event] = captured[event] || is_capturing(stream);
        return cuEventRecord(event, stream);
    });
    cuEventQuery.plant([](CUevent event) {
        const CUresult result = cuEventQuery(event);
        return captured[event] && result == CUDA_SUCCESS ? CUDA_ERROR_CAPTURED_EVENT : result;
    });
}

} // namespace faults
