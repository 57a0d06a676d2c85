// Programming Guide, stream capture, prohibited and unhandled operations: an invalid operation invalidates
// the capture; further use of its streams is an error until cuStreamEndCapture, which returns an error and
// NULL.
#include "fixtures/size.hpp"
#include "tests/capture/capturing.hpp"
#include "tests/prelude.hpp"

#include <functional>

namespace cts {

namespace {

void check_invalidated_by(const Mapped& rung, const std::function<CUresult(CUstream)>& violation) {
    const CUdeviceptr address = rung.address();
    const size_t bytes = rung.bytes();
    fill(address, bytes, 1);
    Capturing capture;
    launch(fill_call(address, bytes, 2), capture);
    REQUIRE(capture.status() == CU_STREAM_CAPTURE_STATUS_ACTIVE);

    REQUIRE(violation(capture) != CUDA_SUCCESS);

    CHECK(capture.status() == CU_STREAM_CAPTURE_STATUS_INVALIDATED);
    CHECK(cuMemsetD32Async(address, 3, word_count(bytes), capture) == CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
    const EndedCapture ended = capture.end();
    CHECK(ended.result == CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
    CHECK_FALSE(ended.gave_graph);
    CHECK(capture.status() == CU_STREAM_CAPTURE_STATUS_NONE);
    CHECK(cuCtxSynchronize() == CUDA_SUCCESS);
    CHECK(holds(address, bytes, 1)); // nothing of it ever ran

    // The stream and the context are as good as new.
    launch(fill_call(address, bytes, 4), capture.stream());
    REQUIRE(cuStreamSynchronize(capture) == CUDA_SUCCESS);
    CHECK(holds(address, bytes, 4));
    const Graph again = cts::capture(capture.stream(), [&](cudaStream_t stream) {
        launch(multiply_add_call(address, bytes, 2, 1), stream);
    });
    CHECK(nodes_of(again).size() == 1);
    const Exec exec = instantiate(again);
    run(exec, capture.stream());
    CHECK(kernel_sees(address, bytes, 9));
}

} // namespace

TEST_CASE_METHOD(
    Mapped, "SCP-04/allocation: an allocation that the mode prohibits costs the capture and nothing else",
    "[capture]") {
    check_invalidated_by(*this, [&](CUstream) {
        CUdeviceptr memory = 0;
        return cuMemAlloc(&memory, granularity());
    });
}

TEST_CASE_METHOD(Mapped,
                 "SCP-04/synchronise: waiting for the capturing stream costs the capture and nothing else",
                 "[capture]") {
    check_invalidated_by(*this, [](CUstream stream) { return cuStreamSynchronize(stream); });
}

TEST_CASE_METHOD(Mapped, "SCP-04/repeated: invalidating captures over and over does not wear the context out",
                 "[capture]") {
    const size_t rounds = 16 * size_factor();
    for (size_t round = 0; round < rounds; ++round) {
        Capturing capture;
        launch(fill_call(address(), bytes(), 2), capture);
        REQUIRE(cuStreamSynchronize(capture) != CUDA_SUCCESS);
        REQUIRE(capture.end().result == CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
    }
    fill(address(), bytes(), 7);
    CHECK(holds(address(), bytes(), 7));
}

} // namespace cts
