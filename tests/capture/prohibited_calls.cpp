// Potentially unsafe calls under the three modes, with the call that the document itself names: allocating
// device memory (Driver API, cuThreadExchangeStreamCaptureMode).
#include "tests/capture/capturing.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

struct Attempt {
    CUresult result = CUDA_ERROR_UNKNOWN;
    bool gave_memory = false;
};

/// Allocates and frees, so that what was granted does not leak.
Attempt try_to_allocate() {
    CUdeviceptr memory = 0;
    Attempt attempt;
    attempt.result = cuMemAlloc(&memory, 4096);
    attempt.gave_memory = memory != 0;
    if (attempt.result == CUDA_SUCCESS) {
        must(cuMemFree(memory), "cuMemFree");
    }
    return attempt;
}

Attempt try_to_allocate_in(CUstreamCaptureMode mode) {
    must(cuThreadExchangeStreamCaptureMode(&mode), "cuThreadExchangeStreamCaptureMode");
    const Attempt attempt = try_to_allocate();
    must(cuThreadExchangeStreamCaptureMode(&mode), "cuThreadExchangeStreamCaptureMode");
    return attempt;
}

void check_prohibited(const Attempt& attempt, const Capturing& capture) {
    CHECK(attempt.result == CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    CHECK_FALSE(attempt.gave_memory);
    CHECK(capture.status() == CU_STREAM_CAPTURE_STATUS_INVALIDATED);
}

void check_allowed(const Attempt& attempt, Capturing& capture) {
    CHECK(attempt.result == CUDA_SUCCESS);
    CHECK(attempt.gave_memory);
    CHECK(capture.status() == CU_STREAM_CAPTURE_STATUS_ACTIVE);
    CHECK(capture.end().result == CUDA_SUCCESS);
}

} // namespace

TEST_CASE_METHOD(Context, "SCP-05/global: a global capture prohibits its own thread from allocating",
                 "[capture]") {
    const Capturing capture(CU_STREAM_CAPTURE_MODE_GLOBAL);
    check_prohibited(try_to_allocate(), capture);
}

TEST_CASE_METHOD(Context,
                 "SCP-05/thread-local: a thread-local capture prohibits its own thread from allocating",
                 "[capture]") {
    const Capturing capture(CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
    check_prohibited(try_to_allocate(), capture);
}

TEST_CASE_METHOD(Context,
                 "SCP-05/thread-local-mode: a thread in thread-local mode is prohibited by its own capture",
                 "[capture]") {
    const Capturing capture(CU_STREAM_CAPTURE_MODE_GLOBAL);
    check_prohibited(try_to_allocate_in(CU_STREAM_CAPTURE_MODE_THREAD_LOCAL), capture);
}

TEST_CASE_METHOD(Context, "SCP-05/relaxed: a relaxed capture leaves its thread free to allocate",
                 "[capture]") {
    Capturing capture(CU_STREAM_CAPTURE_MODE_RELAXED);
    check_allowed(try_to_allocate(), capture);
}

TEST_CASE_METHOD(Context, "SCP-05/exchange: a thread that goes to relaxed mode may allocate in any capture",
                 "[capture]") {
    Capturing capture(CU_STREAM_CAPTURE_MODE_GLOBAL);
    check_allowed(try_to_allocate_in(CU_STREAM_CAPTURE_MODE_RELAXED), capture);
    const Capturing next(CU_STREAM_CAPTURE_MODE_GLOBAL); // and is bound again when it comes back
    check_prohibited(try_to_allocate(), next);
}

TEST_CASE_METHOD(Context,
                 "SCP-06/global: a global capture prohibits other threads in global mode from allocating",
                 "[capture]") {
    const Capturing capture(CU_STREAM_CAPTURE_MODE_GLOBAL);
    check_prohibited(on_another_thread(context(), try_to_allocate), capture);
}

TEST_CASE_METHOD(Context,
                 "SCP-06/other-mode: a global capture leaves other threads free that are in another mode",
                 "[capture]") {
    Capturing first(CU_STREAM_CAPTURE_MODE_GLOBAL);
    check_allowed(
        on_another_thread(context(), [] { return try_to_allocate_in(CU_STREAM_CAPTURE_MODE_THREAD_LOCAL); }),
        first);
    Capturing second(CU_STREAM_CAPTURE_MODE_GLOBAL);
    check_allowed(
        on_another_thread(context(), [] { return try_to_allocate_in(CU_STREAM_CAPTURE_MODE_RELAXED); }),
        second);
}

TEST_CASE_METHOD(Context, "SCP-06/thread-local: a thread-local or relaxed capture leaves other threads free",
                 "[capture]") {
    Capturing thread_local_capture(CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
    check_allowed(on_another_thread(context(), try_to_allocate), thread_local_capture);
    Capturing relaxed_capture(CU_STREAM_CAPTURE_MODE_RELAXED);
    check_allowed(on_another_thread(context(), try_to_allocate), relaxed_capture);
}

TEST_CASE_METHOD(Context,
                 "SCP-06/all: one prohibited call invalidates every capture that prohibits it, and no other",
                 "[capture]") {
    const Capturing global_one, global_two;
    Capturing relaxed(CU_STREAM_CAPTURE_MODE_RELAXED);
    const Attempt attempt = on_another_thread(context(), try_to_allocate);
    check_prohibited(attempt, global_one);
    check_prohibited(attempt, global_two);
    CHECK(relaxed.status() == CU_STREAM_CAPTURE_STATUS_ACTIVE);
    CHECK(relaxed.end().result == CUDA_SUCCESS);
}

} // namespace cts
