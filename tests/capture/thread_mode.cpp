#include "tests/capture/capturing.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

/// Sets the mode and gives the previous one.
CUstreamCaptureMode exchange(CUstreamCaptureMode mode) {
    must(cuThreadExchangeStreamCaptureMode(&mode), "cuThreadExchangeStreamCaptureMode");
    return mode;
}

} // namespace

TEST_CASE_METHOD(Context, "SCP-07/previous: exchanging the mode of a thread gives its previous mode",
                 "[capture]") {
    CHECK(exchange(CU_STREAM_CAPTURE_MODE_RELAXED) == CU_STREAM_CAPTURE_MODE_GLOBAL);
    CHECK(exchange(CU_STREAM_CAPTURE_MODE_RELAXED) == CU_STREAM_CAPTURE_MODE_RELAXED);
    CHECK(exchange(CU_STREAM_CAPTURE_MODE_THREAD_LOCAL) == CU_STREAM_CAPTURE_MODE_RELAXED);
    CHECK(exchange(CU_STREAM_CAPTURE_MODE_GLOBAL) == CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
    CHECK(exchange(CU_STREAM_CAPTURE_MODE_GLOBAL) == CU_STREAM_CAPTURE_MODE_GLOBAL);
}

TEST_CASE_METHOD(Context, "SCP-07/own: each thread has a mode of its own, global at first", "[capture]") {
    const CUstreamCaptureMode mine = exchange(CU_STREAM_CAPTURE_MODE_RELAXED);
    const CUstreamCaptureMode theirs =
        on_another_thread(context(), [] { return exchange(CU_STREAM_CAPTURE_MODE_THREAD_LOCAL); });
    CHECK(theirs == CU_STREAM_CAPTURE_MODE_GLOBAL);
    CHECK(exchange(mine) == CU_STREAM_CAPTURE_MODE_RELAXED);
}

TEST_CASE_METHOD(Context, "SCP-07/capture: beginning and ending a capture leaves the mode of the thread",
                 "[capture]") {
    Capturing capture(CU_STREAM_CAPTURE_MODE_RELAXED);
    CHECK(exchange(CU_STREAM_CAPTURE_MODE_THREAD_LOCAL) == CU_STREAM_CAPTURE_MODE_GLOBAL);
    CHECK(capture.end().result == CUDA_SUCCESS);
    CHECK(exchange(CU_STREAM_CAPTURE_MODE_GLOBAL) == CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
}

TEST_CASE_METHOD(Context, "SCP-07/unknown: an unknown mode is refused and the old one stays", "[capture]") {
    CUstreamCaptureMode unknown = static_cast<CUstreamCaptureMode>(3);
    CHECK(cuThreadExchangeStreamCaptureMode(&unknown) == CUDA_ERROR_INVALID_VALUE);
    CHECK(exchange(CU_STREAM_CAPTURE_MODE_GLOBAL) == CU_STREAM_CAPTURE_MODE_GLOBAL);
}

} // namespace cts
