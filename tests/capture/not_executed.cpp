#include "tests/capture/capturing.hpp"
#include "tests/prelude.hpp"

#include <functional>

namespace cts {

namespace {

// No byte twice: a value that is cut and repeated shows.
constexpr uint32_t before = 0x11223344, after = 0x5A6B7C8D;

/// Captures `work`, which is to turn the rung's memory from `before` into `after`.
void check_deferred(const Mapped& rung, CUdeviceptr address, const std::function<void(CUstream)>& work) {
    fill(address, rung.granularity(), before);
    Capturing capture;
    work(capture);
    CHECK(capture.status() == CU_STREAM_CAPTURE_STATUS_ACTIVE);
    const EndedCapture ended = capture.end();
    REQUIRE(ended.result == CUDA_SUCCESS);
    CHECK(nodes_of(ended.graph).size() == 1);
    const Exec exec = instantiate(ended.graph);
    synchronize();

    CHECK(holds(address, rung.granularity(), before));
    CHECK(kernel_sees(address, rung.granularity(), before));
    run(exec);
    CHECK(holds(address, rung.granularity(), after));
    CHECK(kernel_sees(address, rung.granularity(), after));
}

} // namespace

TEST_CASE_METHOD(Mapped, "SCP-01/kernel: a captured kernel runs at the launch of the graph, not before",
                 "[capture]") {
    check_deferred(*this, address(),
                   [&](CUstream stream) { launch(fill_call(address(), bytes(), after), stream); });
}

TEST_CASE_METHOD(Mapped, "SCP-01/memset: a captured memset runs at the launch of the graph, not before",
                 "[capture]") {
    check_deferred(*this, address(), [&](CUstream stream) {
        REQUIRE(cuMemsetD32Async(address(), after, word_count(bytes()), stream) == CUDA_SUCCESS);
    });
}

TEST_CASE_METHOD(Mapped,
                 "SCP-01/copy: a captured copy runs at the launch of the graph, and reads its source then",
                 "[capture]") {
    const Allocation memory = allocate();
    const Mapping source = map(at(2), memory);
    fill(at(2), granularity(), 0x33333333);
    const Stream other = create_stream();
    check_deferred(*this, address(), [&](CUstream stream) {
        REQUIRE(cuMemcpyAsync(address(), at(2), bytes(), stream) == CUDA_SUCCESS);
        // Changed on a stream that the capture does not see, so the copy at launch finds it. This thread may
        // not wait for it while it captures; check_deferred does so afterwards.
        launch(fill_call(at(2), granularity(), after), other);
    });
}

} // namespace cts
