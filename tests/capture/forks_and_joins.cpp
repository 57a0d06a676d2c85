// Other streams join a capture through its events, and must join back (Programming Guide, cross-stream
// dependencies and events). The refusals are those of the Driver API's list of results.
#include "tests/capture/capturing.hpp"
#include "tests/prelude.hpp"

#include <algorithm>

namespace cts {

namespace {

constexpr size_t size = 4096;

/// Makes `other` part of the capture of `origin`.
void fork(CUstream origin, CUstream other) {
    const Event event = create_event();
    must(cuEventRecord(event, origin), "cuEventRecord");
    must(cuStreamWaitEvent(other, event, 0), "cuStreamWaitEvent");
}

class Forking : public Context {
  public:
    CUdeviceptr address() const { return device_address(memory_); }
    CUstream other() const { return other_; }

  private:
    DeviceMemory memory_ = allocate_device(size);
    Stream other_ = create_stream();
};

} // namespace

TEST_CASE_METHOD(Forking, "SCP-12/joined: a forked stream that joins back is captured with its order",
                 "[capture]") {
    fill(address(), size, 1);
    Capturing capture;
    launch(multiply_add_call(address(), size, 3, 1), capture.stream());
    fork(capture, other());
    launch(multiply_add_call(address(), size, 5, 3), other());
    fork(other(), capture);
    launch(multiply_add_call(address(), size, 7, 4), capture.stream());
    CHECK(capture_status(other()) == cudaStreamCaptureStatusActive);
    const EndedCapture ended = capture.end();

    REQUIRE(ended.result == CUDA_SUCCESS);
    CHECK(capture_status(other()) == cudaStreamCaptureStatusNone);
    CHECK(nodes_of(ended.graph).size() == 3);
    CHECK(edge_count(ended.graph) >= 2);
    const Exec exec = instantiate(ended.graph);
    run(exec);
    CHECK(holds(address(), size, ((1 * 3 + 1) * 5 + 3) * 7 + 4));
}

TEST_CASE_METHOD(Forking, "SCP-12/branches: a node behind a join depends on every branch that joined",
                 "[capture]") {
    const DeviceMemory second = allocate_device(size);
    fill(address(), size, 1);
    fill(device_address(second), size, 1);
    Capturing capture;
    const Event begun = create_event();
    REQUIRE(cuEventRecord(begun, capture) == CUDA_SUCCESS);
    REQUIRE(cuStreamWaitEvent(other(), begun, 0) == CUDA_SUCCESS);
    launch(fill_call(address(), size, 2), capture.stream());
    launch(fill_call(device_address(second), size, 3), other());
    fork(other(), capture);
    launch(copy_call(address(), device_address(second), size), capture.stream());
    const EndedCapture ended = capture.end();

    REQUIRE(ended.result == CUDA_SUCCESS);
    const auto nodes = nodes_of(ended.graph);
    REQUIRE(nodes.size() == 3);
    CHECK(std::count_if(nodes.begin(), nodes.end(),
                        [](cudaGraphNode_t node) { return dependencies_of(node).size() == 2; }) == 1);
    CHECK(edge_count(ended.graph) == 2);
    const Exec exec = instantiate(ended.graph);
    run(exec);
    CHECK(holds(address(), size, 3));
}

TEST_CASE_METHOD(Forking,
                 "SCP-12/unjoined: a fork that has not joined back makes the end of the capture fail",
                 "[capture]") {
    Capturing capture;
    launch(fill_call(address(), size, 1), capture.stream());
    fork(capture, other());
    launch(fill_call(address(), size, 2), other());

    const EndedCapture ended = capture.end();

    CHECK(ended.result == CUDA_ERROR_STREAM_CAPTURE_UNJOINED);
    CHECK_FALSE(ended.gave_graph);
    CHECK(capture_status(other()) == cudaStreamCaptureStatusNone);
    fill(address(), size, 3);
    launch(fill_call(address(), size, 4), other()); // out of capture mode: work runs
    REQUIRE(cuStreamSynchronize(other()) == CUDA_SUCCESS);
    CHECK(holds(address(), size, 4));
}

TEST_CASE_METHOD(Forking, "SCP-12/unmatched: a capture cannot end in a stream that only joined it",
                 "[capture]") {
    Capturing capture;
    launch(fill_call(address(), size, 1), capture.stream());
    fork(capture, other());
    CUgraph graph = nullptr;
    CHECK(cuStreamEndCapture(other(), &graph) == CUDA_ERROR_STREAM_CAPTURE_UNMATCHED);
    CHECK(graph == nullptr);
    observe("SCP-12/unmatched/status", capture.status());
}

TEST_CASE_METHOD(Forking, "SCP-12/merge: two captures cannot be joined", "[capture]") {
    Capturing first, second;
    launch(fill_call(address(), size, 1), first.stream());
    launch(fill_call(address(), size, 2), second.stream());
    const Event event = create_event();
    REQUIRE(cuEventRecord(event, first) == CUDA_SUCCESS);

    CHECK(cuStreamWaitEvent(second, event, 0) == CUDA_ERROR_STREAM_CAPTURE_MERGE);

    observe("SCP-12/merge/recording capture", first.status());
    observe("SCP-12/merge/waiting capture", second.status());
}

TEST_CASE_METHOD(Forking,
                 "SCP-12/isolation: a capture cannot wait for an event that was recorded outside of it",
                 "[capture]") {
    const Event event = create_event();
    REQUIRE(cuEventRecord(event, other()) == CUDA_SUCCESS);
    Capturing capture;
    launch(fill_call(address(), size, 1), capture.stream());

    CHECK(cuStreamWaitEvent(capture, event, 0) == CUDA_ERROR_STREAM_CAPTURE_ISOLATION);

    CHECK(capture.status() == CU_STREAM_CAPTURE_STATUS_INVALIDATED);
    CHECK(capture.end().result == CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
}

TEST_CASE_METHOD(Forking, "SCP-12/external: a wait that is marked external is captured as a node",
                 "[capture]") {
    const Event event = create_event();
    REQUIRE(cuEventRecord(event, other()) == CUDA_SUCCESS);
    fill(address(), size, 5);
    Capturing capture;
    REQUIRE(cuStreamWaitEvent(capture, event, CU_EVENT_WAIT_EXTERNAL) == CUDA_SUCCESS);
    launch(multiply_add_call(address(), size, 2, 1), capture.stream());
    const EndedCapture ended = capture.end();
    REQUIRE(ended.result == CUDA_SUCCESS);
    CHECK(nodes_of(ended.graph).size() == 2);
    const Exec exec = instantiate(ended.graph);
    run(exec);
    CHECK(holds(address(), size, 11));
}

TEST_CASE_METHOD(Forking, "SCP-12/implicit: the legacy stream is unusable while a blocking stream captures",
                 "[capture]") {
    CUstream blocking = nullptr;
    REQUIRE(cuStreamCreate(&blocking, CU_STREAM_DEFAULT) == CUDA_SUCCESS);
    Capturing capture(Stream(blocking), CU_STREAM_CAPTURE_MODE_RELAXED);
    launch(fill_call(address(), size, 1), capture.stream());

    CUstreamCaptureStatus status = CU_STREAM_CAPTURE_STATUS_NONE;
    CHECK(cuStreamIsCapturing(CU_STREAM_LEGACY, &status) == CUDA_ERROR_STREAM_CAPTURE_IMPLICIT);
    CHECK(capture.status() == CU_STREAM_CAPTURE_STATUS_ACTIVE); // asking is harmless
    CHECK(cuMemsetD32Async(address(), 2, size / 4, CU_STREAM_LEGACY) == CUDA_ERROR_STREAM_CAPTURE_IMPLICIT);
    CHECK(capture.status() == CU_STREAM_CAPTURE_STATUS_INVALIDATED);
    CHECK_FALSE(capture.end().gave_graph);

    REQUIRE(cuMemsetD32Async(address(), 2, size / 4, CU_STREAM_LEGACY) == CUDA_SUCCESS);
    CHECK(holds(address(), size, 2));
}

TEST_CASE_METHOD(Forking, "SCP-12/non-blocking: the legacy stream works while a non-blocking stream captures",
                 "[capture]") {
    Capturing capture;
    launch(fill_call(address(), size, 1), capture.stream());
    CHECK(cuMemsetD32Async(address(), 2, size / 4, CU_STREAM_LEGACY) == CUDA_SUCCESS);
    CHECK(capture.status() == CU_STREAM_CAPTURE_STATUS_ACTIVE);
    CHECK(capture.end().result == CUDA_SUCCESS);
    CHECK(holds(address(), size, 2));
}

TEST_CASE_METHOD(Forking, "SCP-12/many: a node behind the join of many streams depends on all of them",
                 "[capture]") {
    constexpr size_t branches = 5, part = size / branches / 4 * 4;
    Stream others[branches];
    fill(address(), size, 1);
    Capturing capture;
    launch(fill_call(address(), size, 2), capture.stream());
    for (size_t i = 0; i < branches; ++i) {
        others[i] = create_stream();
        fork(capture, others[i]);
        launch(multiply_add_call(address() + i * part, part, 3, static_cast<uint32_t>(i)), others[i]);
    }
    for (const Stream& stream : others) {
        fork(stream, capture);
    }
    launch(multiply_add_call(address(), size, 5, 7), capture.stream());
    const EndedCapture ended = capture.end();

    REQUIRE(ended.result == CUDA_SUCCESS);
    const auto nodes = nodes_of(ended.graph);
    REQUIRE(nodes.size() == branches + 2);
    const auto joined = std::count_if(nodes.begin(), nodes.end(), [](cudaGraphNode_t node) {
        return dependencies_of(node).size() >= branches;
    });
    CHECK(joined == 1);
    const Exec exec = instantiate(ended.graph);
    run(exec);
    for (uint32_t i = 0; i < branches; ++i) {
        CHECK(holds(address() + i * part, part, (2 * 3 + i) * 5 + 7));
    }
}

TEST_CASE_METHOD(Forking, "SCP-12/fork-of-fork: a stream that a forked stream forked waits for their origin",
                 "[capture]") {
    const Stream third = create_stream();
    fill(address(), size, 1);
    Capturing capture;
    launch(multiply_add_call(address(), size, 3, 1), capture.stream());
    fork(capture, other());
    fork(other(), third);
    launch(multiply_add_call(address(), size, 5, 3), third);
    fork(third, other());
    fork(other(), capture);
    const EndedCapture ended = capture.end();

    REQUIRE(ended.result == CUDA_SUCCESS);
    CHECK(nodes_of(ended.graph).size() == 2);
    CHECK(edge_count(ended.graph) == 1);
    const Exec exec = instantiate(ended.graph);
    run(exec);
    CHECK(holds(address(), size, (1 * 3 + 1) * 5 + 3));
}

TEST_CASE_METHOD(Forking,
                 "SCP-12/recorded-again: an event that a capture records twice stands for the last time",
                 "[capture]") {
    const Event event = create_event();
    fill(address(), size, 1);
    Capturing capture;
    launch(multiply_add_call(address(), size, 3, 1), capture.stream());
    REQUIRE(cuEventRecord(event, capture) == CUDA_SUCCESS);
    launch(multiply_add_call(address(), size, 5, 3), capture.stream());
    REQUIRE(cuEventRecord(event, capture) == CUDA_SUCCESS);
    REQUIRE(cuStreamWaitEvent(other(), event, 0) == CUDA_SUCCESS);
    launch(multiply_add_call(address(), size, 7, 4), other());
    fork(other(), capture);
    const EndedCapture ended = capture.end();

    REQUIRE(ended.result == CUDA_SUCCESS);
    const auto nodes = nodes_of(ended.graph);
    CHECK(nodes.size() == 3);
    CHECK(std::count_if(nodes.begin(), nodes.end(),
                        [](cudaGraphNode_t node) { return dependents_of(node).empty(); }) == 1);
    const Exec exec = instantiate(ended.graph);
    run(exec);
    CHECK(holds(address(), size, ((1 * 3 + 1) * 5 + 3) * 7 + 4));
}

TEST_CASE_METHOD(Forking, "SCP-12/external-record: a record that is marked external is captured as a node",
                 "[capture]") {
    const Event event = create_event(true);
    Capturing capture;
    launch(fill_call(address(), size, 1), capture.stream());
    REQUIRE(cuEventRecordWithFlags(event, capture, CU_EVENT_RECORD_EXTERNAL) == CUDA_SUCCESS);
    const EndedCapture ended = capture.end();
    REQUIRE(ended.result == CUDA_SUCCESS);
    CHECK(nodes_of(ended.graph).size() == 2);
    float time = 0;
    CHECK(cuEventElapsedTime(&time, event, event) == CUDA_ERROR_INVALID_HANDLE); // never recorded
    const Exec exec = instantiate(ended.graph);
    run(exec);
    CHECK(cuEventElapsedTime(&time, event, event) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Forking, "SCP-12/waits-again: a capturing stream may wait for one event several times",
                 "[capture]") {
    const Event event = create_event();
    fill(address(), size, 1);
    Capturing capture;
    launch(multiply_add_call(address(), size, 3, 1), capture.stream());
    REQUIRE(cuEventRecord(event, capture) == CUDA_SUCCESS);
    CHECK(cuStreamWaitEvent(capture, event, 0) == CUDA_SUCCESS); // its own work, which it waits for anyway
    CHECK(cuStreamWaitEvent(other(), event, 0) == CUDA_SUCCESS);
    CHECK(cuStreamWaitEvent(other(), event, 0) == CUDA_SUCCESS);
    launch(multiply_add_call(address(), size, 5, 3), other());
    CHECK(cuStreamWaitEvent(other(), event, 0) == CUDA_SUCCESS);
    fork(other(), capture);
    launch(multiply_add_call(address(), size, 7, 4), capture.stream());
    const EndedCapture ended = capture.end();

    REQUIRE(ended.result == CUDA_SUCCESS);
    CHECK(nodes_of(ended.graph).size() == 3);
    const Exec exec = instantiate(ended.graph);
    run(exec);
    CHECK(holds(address(), size, ((1 * 3 + 1) * 5 + 3) * 7 + 4));
}

} // namespace cts
