#include "tests/prelude.hpp"

namespace cts {

CHILD(fault_and_go_on) {
    const Reserved rung;
    launch(fill_call(rung.at(0), rung.granularity(), 1)); // reserved, never mapped
    parent.report("first", cudaDeviceSynchronize());
    void* memory = nullptr;
    parent.report("malloc", cudaMalloc(&memory, 4096));
    parent.report("read", cudaGetLastError());
    parent.report("again", cudaDeviceSynchronize());
    parent.report("launch", call_once(kernels::nothing).launch(nullptr));
    parent.report("driver", cuCtxSynchronize());
}

CHILD(work_normally) {
    const Mapped rung;
    fill(rung.address(), rung.bytes(), 5);
    parent.report("right", static_cast<bool>(kernel_sees(rung.address(), rung.bytes(), 5)));
}

TEST_CASE_METHOD(Granule, "LIF-03/sticky: after a fault every later call of the process reports it",
                 "[lifecycle][sacrifices]") {
    Child child(fault_and_go_on);
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    for (const char* call : {"first", "malloc", "read", "again", "launch"}) {
        CAPTURE(call);
        CHECK(report.result(call) == cudaErrorIllegalAddress);
    }
    CHECK(report.driver_result("driver") == CUDA_ERROR_ILLEGAL_ADDRESS);
}

TEST_CASE_METHOD(Mapped, "LIF-03/others: a fault in one process leaves the others and the next one unharmed",
                 "[lifecycle][sacrifices]") {
    fill(address(), bytes(), 3);
    Child faulting(fault_and_go_on);
    CHECK(faulting.wait().result("first") == cudaErrorIllegalAddress);

    CHECK(cudaDeviceSynchronize() == cudaSuccess);
    CHECK(kernel_sees(address(), bytes(), 3));
    Child next(work_normally);
    const ChildReport& report = next.wait();
    CHECK(report.finished);
    CHECK(report.problems.empty());
    CHECK(report.number("right") == 1);
}

} // namespace cts
