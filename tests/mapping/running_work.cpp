// Changes of the address space while a kernel runs. cuMemUnmap and cuMemSetAccess are "synchronous for most
// use cases" (Driver API, API synchronization behavior), which is no promise to wait: what they do is
// recorded, and that a kernel elsewhere goes on unharmed is asserted.
#include "tests/mapping/running_kernel.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

using std::chrono::milliseconds;

constexpr size_t reads_a_round(size_t bytes) {
    return bytes / 4096; // read_until_flag takes one word of each 4 KiB
}

CHILD(unmap_under_kernel) {
    Mapped room;
    fill(room.address(), room.bytes(), 1);
    RunningKernel kernel(room.address(), room.bytes(), milliseconds(300));
    parent.report("ran before", kernel.runs() ? 1 : 0);
    parent.report("unmap", cuMemUnmap(room.mapping().release(), room.bytes()));
    const bool ended = !kernel.runs();
    const cudaError_t result = kernel.stop();
    parent.report("waited", ended && result == cudaSuccess ? 1 : 0); // a fault also ends it
    parent.report("kernel", result);
}

} // namespace

TEST_CASE_METHOD(Mapped, "MAP-23/elsewhere: unmapping another range leaves a running kernel alone",
                 "[mapping]") {
    need_asynchrony();
    fill(address(), bytes(), 1);
    const Reservation elsewhere = reserve(1);
    const Allocation other = allocate();
    Mapping mapped = map(elsewhere.address(), other);
    fill(elsewhere.address(), bytes(), 2);

    RunningKernel kernel(address(), bytes(), milliseconds(500));
    REQUIRE(kernel.runs());
    CHECK(cuMemUnmap(mapped.release(), bytes()) == CUDA_SUCCESS);
    observe("MAP-23/unmap elsewhere",
            kernel.runs() ? "returns while the kernel runs" : "waits for the kernel");
    CHECK(kernel.stop() == cudaSuccess);
    CHECK(kernel.words_summed() % reads_a_round(bytes()) == 0);
    CHECK(kernel.words_summed() != 0);
    CHECK(holds(address(), bytes(), 1));
}

TEST_CASE_METHOD(Mapped, "MAP-23/access: setting access elsewhere leaves a running kernel alone",
                 "[mapping]") {
    need_asynchrony();
    fill(address(), bytes(), 1);
    const Allocation other = allocate();
    const Mapping mapped = map(at(2), other);
    const CUmemAccessDesc none = no_access();

    RunningKernel kernel(address(), bytes(), milliseconds(500));
    REQUIRE(kernel.runs());
    CHECK(cuMemSetAccess(at(2), bytes(), &none, 1) == CUDA_SUCCESS);
    observe("MAP-23/set access elsewhere",
            kernel.runs() ? "returns while the kernel runs" : "waits for the kernel");
    CHECK(kernel.stop() == cudaSuccess);
    CHECK(kernel.words_summed() != 0);
    CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
}

TEST_CASE_METHOD(Granule, "MAP-23/same: what unmapping the memory of a running kernel does",
                 "[mapping][sacrifices]") {
    need_asynchrony();
    Child child(unmap_under_kernel);
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.number("ran before") == 1);
    observe("MAP-23/unmap", report.driver_result("unmap"));
    observe("MAP-23/unmap waits for its kernel", report.number("waited") == 1);
    observe("MAP-23/kernel of the unmapped range", report.result("kernel"));
}

TEST_CASE_METHOD(Granule, "MAP-24: mapping, access and unmapping beside a running kernel never disturb it",
                 "[mapping]") {
    need_asynchrony();
    constexpr size_t total = 16;
    constexpr size_t used = 7; // by the kernel: in the middle, so that both sides change around it
    const Reservation range = reserve(total);
    const CUdeviceptr busy = range.address(granules(used));
    const Allocation kept = allocate();
    const Mapping mapped = map(busy, kept);
    fill(busy, granularity(), 1);
    const Allocation other = allocate();
    const std::vector<uint32_t> data(1024, 0xd157);
    const Stream copies = create_stream();

    RunningKernel kernel(busy, granularity(), milliseconds(5000));
    REQUIRE(kernel.runs());
    for (size_t step = 0; step < 60; ++step) {
        const size_t index = step % total;
        if (index == used) {
            continue;
        }
        Mapping beside = map(range.address(granules(index)), other);
        // Where the kernel faulted, the copy says so.
        const auto here = range.address(granules(index));
        REQUIRE(cuMemcpyHtoDAsync(here, data.data(), data.size() * sizeof(uint32_t), copies) == CUDA_SUCCESS);
        REQUIRE(cudaStreamSynchronize(copies) == cudaSuccess);
        const CUmemAccessDesc none = no_access();
        REQUIRE(cuMemSetAccess(here, granularity(), &none, 1) == CUDA_SUCCESS);
        beside.unmap(); // without waiting, which its end would do
    }
    CHECK(kernel.runs());
    CHECK(kernel.stop() == cudaSuccess);
    CHECK(kernel.words_summed() != 0);
    CHECK(kernel.words_summed() % reads_a_round(granularity()) == 0); // every word ever read was 1
    CHECK(holds(busy, granularity(), 1));
}

} // namespace cts
