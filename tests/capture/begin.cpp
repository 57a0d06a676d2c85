#include "tests/capture/capturing.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Context, "SCP-02/legacy: the legacy stream cannot be captured", "[capture]") {
    const CUresult by_handle = cuStreamBeginCapture(CU_STREAM_LEGACY, CU_STREAM_CAPTURE_MODE_RELAXED);
    CHECK(by_handle != CUDA_SUCCESS);
    observe("SCP-02/legacy", by_handle);
    const CUresult by_null = cuStreamBeginCapture(nullptr, CU_STREAM_CAPTURE_MODE_RELAXED);
    CHECK(by_null != CUDA_SUCCESS);
    observe("SCP-02/null", by_null);
    synchronize();

    Capturing capture; // a stream of one's own can
    CHECK(capture.status() == CU_STREAM_CAPTURE_STATUS_ACTIVE);
    CHECK(capture.end().result == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Context, "SCP-02/per-thread: the per-thread default stream can be captured", "[capture]") {
    const DeviceMemory memory = allocate_device(4096);
    fill(device_address(memory), 4096, 1);
    REQUIRE(cuStreamBeginCapture(CU_STREAM_PER_THREAD, CU_STREAM_CAPTURE_MODE_GLOBAL) == CUDA_SUCCESS);
    const cudaError_t launched = fill_call(device_address(memory), 4096, 2).launch(CU_STREAM_PER_THREAD);
    const cudaError_t next =
        multiply_add_call(device_address(memory), 4096, 3, 1).launch(CU_STREAM_PER_THREAD);
    CUgraph graph = nullptr;
    REQUIRE(cuStreamEndCapture(CU_STREAM_PER_THREAD, &graph) == CUDA_SUCCESS);
    const Graph captured(graph);

    CHECK(launched == cudaSuccess);
    CHECK(next == cudaSuccess);
    CHECK(nodes_of(captured).size() == 2);
    CHECK(holds(device_address(memory), 4096, 1));
    const Exec exec = instantiate(captured);
    run(exec);
    CHECK(holds(device_address(memory), 4096, 7));
}

TEST_CASE_METHOD(Context, "SCP-02/twice: a stream that captures already cannot begin again", "[capture]") {
    Capturing capture;
    const CUresult again = cuStreamBeginCapture(capture, CU_STREAM_CAPTURE_MODE_GLOBAL);
    CHECK(again != CUDA_SUCCESS);
    observe("SCP-02/twice", again);
    observe("SCP-02/twice/status", capture.status());
    (void)capture.end();

    // Once ended, the same stream begins again.
    REQUIRE(cuStreamBeginCapture(capture, CU_STREAM_CAPTURE_MODE_GLOBAL) == CUDA_SUCCESS);
    CUgraph graph = nullptr;
    REQUIRE(cuStreamEndCapture(capture, &graph) == CUDA_SUCCESS);
    const Graph second(graph);
    CHECK(nodes_of(second).empty());
}

TEST_CASE_METHOD(Context, "SCP-02/mode: an unknown capture mode is refused", "[capture]") {
    const Stream stream = create_stream();
    CHECK(cuStreamBeginCapture(stream, static_cast<CUstreamCaptureMode>(3)) == CUDA_ERROR_INVALID_VALUE);
    CHECK(capture_status(stream) == cudaStreamCaptureStatusNone);
}

TEST_CASE_METHOD(Context, "SCP-02/end: a capture that never began cannot end", "[capture]") {
    const Stream stream = create_stream();
    CUgraph graph = nullptr;
    const CUresult ended = cuStreamEndCapture(stream, &graph);
    CHECK(ended != CUDA_SUCCESS);
    CHECK(graph == nullptr);
    observe("SCP-02/end", ended);
}

} // namespace cts
