// Calls that a capture in progress prohibits (Driver API, cuThreadExchangeStreamCaptureMode).
#include "core/capture.hpp"
#include "core/context.hpp"
#include "core/state.hpp"
#include "graph/capture/sequence.hpp"

namespace sim {

namespace {

bool prohibits_unsafe_calls(const Capture& capture) {
    const CUstreamCaptureMode mine = thread_capture_mode();
    if (mine == CU_STREAM_CAPTURE_MODE_RELAXED) {
        return false;
    }
    if (capture.thread == std::this_thread::get_id()) {
        return capture.mode != CU_STREAM_CAPTURE_MODE_RELAXED;
    }
    return mine == CU_STREAM_CAPTURE_MODE_GLOBAL && capture.mode == CU_STREAM_CAPTURE_MODE_GLOBAL;
}

/// Invalidates the captures that `concerned` names; were there any?
template<typename Predicate>
bool invalidate(const Predicate& concerned) {
    bool any = false;
    for (const auto& capture : captures()) {
        if (concerned(*capture)) {
            capture->invalidated = true;
            any = true;
        }
    }
    return any;
}

template<typename Predicate>
bool any_stream(const Capture& capture, const Predicate& wanted) {
    for (const auto& [stream, frontier] : capture.streams) {
        if (wanted(*stream)) {
            return true;
        }
    }
    return false;
}

} // namespace

CUresult refuse_if_capturing(UnsafeCall) {
    const Lock lock;
    return invalidate(prohibits_unsafe_calls) ? CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED : CUDA_SUCCESS;
}

CUresult refuse_synchronise(Stream& stream) {
    const Lock lock;
    if (stream.capture == nullptr) {
        return CUDA_SUCCESS;
    }
    stream.capture->invalidated = true;
    return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
}

CUresult refuse_synchronise(Context& context) {
    const Lock lock;
    const bool any = invalidate([&](const Capture& capture) {
        return any_stream(capture, [&](const Stream& stream) { return stream.context == &context; });
    });
    return any ? CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED : CUDA_SUCCESS;
}

CUresult refuse_event(Event& event) {
    const Lock lock;
    if (event.captured == nullptr) {
        return CUDA_SUCCESS;
    }
    if (const auto capture = event.captured->capture.lock()) {
        capture->invalidated = true;
    }
    return CUDA_ERROR_CAPTURED_EVENT;
}

CUresult refuse_implicit(Stream& legacy) {
    const Lock lock;
    const bool any = invalidate([&](const Capture& capture) {
        return any_stream(capture, [&](const Stream& stream) {
            return stream.context == legacy.context && (stream.flags & CU_STREAM_NON_BLOCKING) == 0;
        });
    });
    return any ? CUDA_ERROR_STREAM_CAPTURE_IMPLICIT : CUDA_SUCCESS;
}

void forget_stream(Stream& stream) {
    const Lock lock;
    const auto capture = stream.capture;
    if (capture == nullptr) {
        return;
    }
    capture->invalidated = true;
    if (capture->origin == &stream) {
        dissolve(*capture);
    } else {
        capture->streams.erase(&stream);
        stream.capture.reset();
    }
}

} // namespace sim
