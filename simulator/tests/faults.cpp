// Illegal accesses. They poison the process, so every one happens in a child.
#include "simulator/tests/child.hpp"
#include "simulator/tests/gpu.hpp"
#include "simulator/tests/kernel.hpp"

#include <csignal>
#include <sys/wait.h>

using namespace sim::tests;

namespace {

/// A child reports what it saw, step by step.
void report(bool as_expected) {
    send_to_parent(as_expected ? 'y' : 'n');
}

void expect(const Child& child, int steps) {
    for (int step = 1; step <= steps; ++step) {
        INFO("step " << step);
        CHECK(child.receive() == 'y');
    }
}

} // namespace

TEST_CASE("child: faults in a kernel", "[.]") {
    const Gpu gpu;
    auto* nowhere = reinterpret_cast<uint32_t*>(reserve(2 * mib));
    report(launch_fill(nowhere, 1, 1) == cudaSuccess);
    report(cudaPeekAtLastError() == cudaSuccess);
    report(cudaDeviceSynchronize() == cudaErrorIllegalAddress);
    report(cudaGetLastError() == cudaErrorIllegalAddress);
    report(cudaGetLastError() == cudaErrorIllegalAddress);
    void* memory = nullptr;
    report(cudaMalloc(&memory, 1) == cudaErrorIllegalAddress);
    CUstream fresh = nullptr;
    report(cuStreamCreate(&fresh, CU_STREAM_DEFAULT) == CUDA_ERROR_ILLEGAL_ADDRESS);
}

TEST_CASE("a fault lets the launch succeed and stays for the life of the process") {
    expect(Child("child: faults in a kernel"), 7);
}

TEST_CASE("child: kernel writes to a read-only mapping", "[.]") {
    const Gpu gpu;
    const CUmemGenericAllocationHandle handle = create(2 * mib, memory_of(CU_MEM_LOCATION_TYPE_DEVICE));
    const CUdeviceptr address = reserve(2 * mib);
    REQUIRE(cuMemMap(address, 2 * mib, 0, handle, 0) == CUDA_SUCCESS);
    grant(address, 2 * mib, CU_MEM_LOCATION_TYPE_DEVICE, CU_MEM_ACCESS_FLAGS_PROT_READ);
    report(launch_fill(reinterpret_cast<uint32_t*>(address), 1, 1) == cudaSuccess);
    report(cudaDeviceSynchronize() == cudaErrorIllegalAddress);
}

TEST_CASE("a store to a read-only mapping faults") {
    expect(Child("child: kernel writes to a read-only mapping"), 2);
}

namespace {

volatile sig_atomic_t own_handler_ran = 0;

void own_handler(int) {
    own_handler_ran = 1;
    signal(SIGSEGV, SIG_DFL);
}

} // namespace

TEST_CASE("child: crashes outside of kernels", "[.]") {
    const Gpu gpu;
    // Catch2 has a handler in place; this is the program's own.
    struct sigaction action = {};
    action.sa_handler = own_handler;
    sigaction(SIGSEGV, &action, nullptr);
    auto* nowhere = reinterpret_cast<uint32_t*>(reserve(2 * mib));
    report(launch_fill(nowhere, 1, 1) == cudaSuccess);
    report(own_handler_ran == 0);
    *reinterpret_cast<volatile int*>(nowhere) = 1; // returns to the handler once, then kills
}

TEST_CASE("a fault of the program itself reaches the program's own handler and kills it") {
    Child child("child: crashes outside of kernels");
    expect(child, 2);
    const int status = child.wait();
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGSEGV);
}

TEST_CASE("a kernel without a body is refused, and the context stays healthy") {
    const Gpu gpu;
    CHECK(launch_unknown() == cudaErrorNotSupported);
    CHECK(cudaGetLastError() == cudaErrorNotSupported);
    CHECK(cudaDeviceSynchronize() == cudaSuccess);
}
