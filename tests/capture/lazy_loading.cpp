#include "tests/capture/capturing.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

constexpr unsigned order = 4;

CHILD(launch_first_in_capture) {
    must(cudaFree(nullptr), "cudaFree"); // creates the context, loads no kernel of ours
    const DeviceMemory memory = allocate_device(3 * order * order * sizeof(float));
    must(cudaMemset(memory, 0, 3 * order * order * sizeof(float)), "cudaMemset");
    const auto values = static_cast<float*>(memory.get());
    Capturing capture(CU_STREAM_CAPTURE_MODE_GLOBAL);
    parent.report("launch", call_over(order * order, kernels::matrix_multiply, values, values + order * order,
                                      values + 2 * order * order, order)
                                .launch(capture));
    parent.report("status", capture.status());
    const EndedCapture ended = capture.end();
    parent.report("end", ended.result);
    const Exec exec = instantiate(ended.graph);
    run(exec);
}

} // namespace

TEST_CASE_METHOD(Context, "SCP-16: a kernel that was never launched before can be captured",
                 "[capture][sacrifices]") {
    Child child(launch_first_in_capture, {{"CUDA_MODULE_LOADING", "LAZY"}});
    const ChildReport& report = child.wait();
    CHECK(report.result("launch") == cudaSuccess);
    CHECK(report.number("status") == CU_STREAM_CAPTURE_STATUS_ACTIVE);
    CHECK(report.driver_result("end") == CUDA_SUCCESS);
    CHECK(report.finished);
    CHECK(report.problems.empty());
}

} // namespace cts
