#include "tests/capture/capturing.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

/// What another thread gets that tries to end the capture, and what is left of it for the beginning thread.
void check_other_thread_refused(const Mapped& rung, CUstreamCaptureMode mode) {
    fill(rung.address(), rung.bytes(), 1);
    Capturing capture(mode);
    launch(fill_call(rung.address(), rung.bytes(), 2), capture);

    const EndedCapture elsewhere = on_another_thread(rung.context(), [&] { return capture.end(); });

    CHECK(elsewhere.result == CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD);
    CHECK_FALSE(elsewhere.gave_graph);
    const std::string key = "SCP-03/" + name_of(mode);
    observe(key + "/status after", capture.status());
    const EndedCapture here = capture.end();
    observe(key + "/end after", here.result);
    CHECK(capture.status() == CU_STREAM_CAPTURE_STATUS_NONE);
    CHECK((here.result == CUDA_SUCCESS) == here.gave_graph);
    CHECK(holds(rung.address(), rung.bytes(), 1));
}

} // namespace

TEST_CASE_METHOD(Mapped, "SCP-03/global: only the beginning thread ends a global capture", "[capture]") {
    check_other_thread_refused(*this, CU_STREAM_CAPTURE_MODE_GLOBAL);
}

TEST_CASE_METHOD(Mapped, "SCP-03/thread-local: only the beginning thread ends a thread-local capture",
                 "[capture]") {
    check_other_thread_refused(*this, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
}

TEST_CASE_METHOD(Mapped, "SCP-03/relaxed: any thread ends a relaxed capture", "[capture]") {
    fill(address(), bytes(), 1);
    Capturing capture(CU_STREAM_CAPTURE_MODE_RELAXED);
    launch(fill_call(address(), bytes(), 2), capture);

    const EndedCapture elsewhere = on_another_thread(context(), [&] { return capture.end(); });

    REQUIRE(elsewhere.result == CUDA_SUCCESS);
    CHECK(capture.status() == CU_STREAM_CAPTURE_STATUS_NONE);
    CHECK(nodes_of(elsewhere.graph).size() == 1);
    CHECK(holds(address(), bytes(), 1));
    const Exec exec = instantiate(elsewhere.graph);
    run(exec);
    CHECK(holds(address(), bytes(), 2));
}

} // namespace cts
