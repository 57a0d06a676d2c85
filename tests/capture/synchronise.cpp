// Programming Guide, stream capture: synchronising with or querying a captured stream, a captured event, or a
// broader handle that includes one, is invalid, and an invalid operation invalidates the capture. The relaxed
// mode does not lift this (Driver API, cuThreadExchangeStreamCaptureMode).
#include "tests/capture/capturing.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

void check_invalidated(Capturing& capture) {
    CHECK(capture.status() == CU_STREAM_CAPTURE_STATUS_INVALIDATED);
    const EndedCapture ended = capture.end();
    CHECK(ended.result == CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
    CHECK_FALSE(ended.gave_graph);
}

/// A relaxed capture with one node, on memory that nothing runs on.
class Waiting : public Context {
  public:
    Waiting() : memory_(allocate_device(4096)), capture_(CU_STREAM_CAPTURE_MODE_RELAXED) {
        launch(fill_call(device_address(memory_), 4096, 1), capture_.stream());
    }
    Capturing& capture() { return capture_; }
    /// An event that the capture recorded.
    Event record() {
        Event event = create_event(true);
        must(cuEventRecord(event, capture_), "cuEventRecord");
        return event;
    }

  private:
    DeviceMemory memory_;
    Capturing capture_;
};

} // namespace

TEST_CASE_METHOD(Waiting, "SCP-11/stream-synchronise: waiting for a capturing stream invalidates the capture",
                 "[capture]") {
    CHECK(cuStreamSynchronize(capture()) == CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    check_invalidated(capture());
}

TEST_CASE_METHOD(Waiting, "SCP-11/stream-query: querying a capturing stream invalidates the capture",
                 "[capture]") {
    CHECK(cuStreamQuery(capture()) == CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    check_invalidated(capture());
}

TEST_CASE_METHOD(Waiting,
                 "SCP-11/context-synchronise: waiting for the context of a capture invalidates the capture",
                 "[capture]") {
    const CUresult result = cuCtxSynchronize();
    CHECK(result != CUDA_SUCCESS);
    observe("SCP-11/context-synchronise", result);
    check_invalidated(capture());
    CHECK(cuCtxSynchronize() == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Waiting, "SCP-11/event-query: querying an event that a capture recorded is refused",
                 "[capture]") {
    const Event event = record();
    CHECK(cuEventQuery(event) == CUDA_ERROR_CAPTURED_EVENT);
    check_invalidated(capture());
}

TEST_CASE_METHOD(Waiting, "SCP-11/event-synchronise: waiting for an event that a capture recorded is refused",
                 "[capture]") {
    const Event event = record();
    CHECK(cuEventSynchronize(event) == CUDA_ERROR_CAPTURED_EVENT);
    check_invalidated(capture());
}

TEST_CASE_METHOD(Waiting, "SCP-11/elapsed: the time between captured events is refused", "[capture]") {
    const Event first = record();
    const Event second = record();
    float milliseconds = 0;
    const CUresult result = cuEventElapsedTime(&milliseconds, first, second);
    CHECK(result != CUDA_SUCCESS);
    observe("SCP-11/elapsed", result);
    observe("SCP-11/elapsed/status", capture().status());
}

TEST_CASE_METHOD(Waiting, "SCP-11/other-stream: waiting for a stream outside of the capture is harmless",
                 "[capture]") {
    const Stream other = create_stream();
    const Event outside = create_event();
    REQUIRE(cuEventRecord(outside, other) == CUDA_SUCCESS);
    CHECK(cuStreamSynchronize(other) == CUDA_SUCCESS);
    CHECK(cuEventSynchronize(outside) == CUDA_SUCCESS);
    CHECK(cuEventQuery(outside) == CUDA_SUCCESS);
    CHECK(capture().status() == CU_STREAM_CAPTURE_STATUS_ACTIVE);
    CHECK(capture().end().result == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Waiting, "SCP-11/event-again: an event recorded outside after the capture is usable again",
                 "[capture]") {
    const Event event = record();
    REQUIRE(capture().end().result == CUDA_SUCCESS);
    REQUIRE(cuEventRecord(event, capture()) == CUDA_SUCCESS);
    CHECK(cuEventSynchronize(event) == CUDA_SUCCESS);
    CHECK(cuEventQuery(event) == CUDA_SUCCESS);
}

} // namespace cts
