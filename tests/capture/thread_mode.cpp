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
    cudaStreamCaptureMode mode = cudaStreamCaptureModeRelaxed; // the runtime sets the same mode
    REQUIRE(cudaThreadExchangeStreamCaptureMode(&mode) == cudaSuccess);
    CHECK(mode == cudaStreamCaptureModeGlobal);
    CHECK(exchange(CU_STREAM_CAPTURE_MODE_THREAD_LOCAL) == CU_STREAM_CAPTURE_MODE_RELAXED);
    mode = cudaStreamCaptureModeGlobal;
    REQUIRE(cudaThreadExchangeStreamCaptureMode(&mode) == cudaSuccess);
    CHECK(mode == cudaStreamCaptureModeThreadLocal);
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

namespace {

struct UnknownMode {
    CUresult result = CUDA_ERROR_UNKNOWN;
    CUstreamCaptureMode given{}; // where the previous mode is written
    CUstreamCaptureMode afterwards{};
    CUstreamCaptureMode at_last{}; // after a mode that exists
};

UnknownMode set_unknown_mode(CUstreamCaptureMode unknown) {
    UnknownMode answer;
    answer.given = unknown;
    answer.result = cuThreadExchangeStreamCaptureMode(&answer.given);
    answer.afterwards = exchange(CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
    answer.at_last = exchange(CU_STREAM_CAPTURE_MODE_GLOBAL);
    return answer;
}

} // namespace

// No document says that such a mode is refused. On a thread of its own, whose mode ends with it.
TEST_CASE_METHOD(Context, "SCP-07/unknown: a mode that does not exist is refused, or set and given back",
                 "[capture]") {
    const auto unknown = static_cast<CUstreamCaptureMode>(3);
    const UnknownMode answer = on_another_thread(context(), [&] { return set_unknown_mode(unknown); });

    const bool set = answer.result == CUDA_SUCCESS;
    observe("SCP-07/unknown", answer.result);
    CHECK((!set || answer.given == CU_STREAM_CAPTURE_MODE_GLOBAL));
    CHECK(answer.afterwards == (set ? unknown : CU_STREAM_CAPTURE_MODE_GLOBAL));
    CHECK(answer.at_last == CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
    CHECK(exchange(CU_STREAM_CAPTURE_MODE_GLOBAL) == CU_STREAM_CAPTURE_MODE_GLOBAL);
}

} // namespace cts
