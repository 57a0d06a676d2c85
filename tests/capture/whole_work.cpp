// What is recorded is all of the work: its shape, its odd bytes, and every one of many nodes.
#include "fixtures/bytes.hpp"
#include "tests/capture/capturing.hpp"
#include "tests/prelude.hpp"

#include <algorithm>

namespace cts {

TEST_CASE_METHOD(Mapped, "SCP-01/extent: a captured kernel has its grid, its block and its shared memory",
                 "[capture]") {
    fill(address(), bytes(), 0);
    Capturing capture;
    uint32_t* target = words(address());
    void* arguments[] = {&target};
    REQUIRE(cudaLaunchKernel(reinterpret_cast<void*>(kernels::describe_launch), dim3(5, 3, 2), dim3(2, 3, 4),
                             arguments, 4096, capture.stream()) == cudaSuccess);
    const EndedCapture ended = capture.end();
    REQUIRE(ended.result == CUDA_SUCCESS);
    REQUIRE(nodes_of(ended.graph).size() == 1);
    cudaKernelNodeParams recorded{};
    REQUIRE(cudaGraphKernelNodeGetParams(nodes_of(ended.graph)[0], &recorded) == cudaSuccess);
    CHECK(recorded.sharedMemBytes == 4096);

    const Exec exec = instantiate(ended.graph);
    run(exec);
    CHECK(download(address(), 7 * sizeof(uint32_t)) ==
          std::vector<uint32_t>{5, 3, 2, 2, 3, 4, 5 * 3 * 2 * 2 * 3 * 4});
}

TEST_CASE_METHOD(Mapped,
                 "SCP-01/bytes: captured copies and memsets of odd sizes at odd addresses run at the launch",
                 "[capture]") {
    constexpr size_t size = 4096;
    Bytes device = pattern(size, 1);
    write_bytes(address(), device);
    const PinnedMemory pinned = allocate_pinned(2 * size);
    auto* const from = static_cast<unsigned char*>(pinned.get());
    auto* const into = from + size;
    const Bytes early = pattern(size, 90), late = pattern(size, 40);
    std::copy(early.begin(), early.end(), from);
    std::fill_n(into, size, static_cast<unsigned char>(0xEE));

    Capturing capture;
    REQUIRE(cudaMemcpyAsync(pointer(address() + 3), from + 5, 1021, cudaMemcpyHostToDevice,
                            capture.stream()) == cudaSuccess);
    REQUIRE(cudaMemcpyAsync(into + 7, pointer(address() + 1025), 515, cudaMemcpyDeviceToHost,
                            capture.stream()) == cudaSuccess);
    REQUIRE(cudaMemsetAsync(pointer(address() + 2001), 0xFD, 77, capture.stream()) == cudaSuccess);
    const EndedCapture ended = capture.end();
    REQUIRE(ended.result == CUDA_SUCCESS);
    CHECK(nodes_of(ended.graph).size() == 3);
    synchronize();
    CHECK(read_bytes(address(), size) == device);
    CHECK(std::count(into, into + size, 0xEE) == size);

    std::copy(late.begin(), late.end(), from);
    const Exec exec = instantiate(ended.graph);
    run(exec);
    Bytes host(size, 0xEE);
    std::copy_n(late.begin() + 5, 1021, device.begin() + 3);
    std::copy_n(device.begin() + 1025, 515, host.begin() + 7);
    std::fill_n(device.begin() + 2001, 77, static_cast<unsigned char>(0xFD));
    CHECK(read_bytes(address(), size) == device);
    CHECK(Bytes(into, into + size) == host);
}

namespace {
void CUDA_CB do_nothing(void*) {}
} // namespace

TEST_CASE_METHOD(Mapped, "SCP-01/many: a capture records every one of many launches, in order", "[capture]") {
    constexpr uint32_t count = 300;
    constexpr size_t size = 4096;
    fill(address(), size, 1);
    uint32_t expected = 1;
    Capturing capture;
    for (uint32_t i = 0; i < count; ++i) { // work of any kind behind work of another
        switch (i % 5) {
        case 1:
            REQUIRE(cuMemsetD32Async(address() + size, i, word_count(size), capture) == CUDA_SUCCESS);
            break;
        case 3:
            REQUIRE(cuMemcpyDtoDAsync(address() + size, address(), size, capture) == CUDA_SUCCESS);
            break;
        case 4:
            REQUIRE(cuLaunchHostFunc(capture, do_nothing, nullptr) == CUDA_SUCCESS);
            break;
        default:
            launch(multiply_add_call(address(), size, 3, i), capture.stream());
            expected = expected * 3 + i;
        }
    }
    const EndedCapture ended = capture.end();
    REQUIRE(ended.result == CUDA_SUCCESS);
    CHECK(nodes_of(ended.graph).size() == count);
    CHECK(edge_count(ended.graph) == count - 1);
    CHECK(holds(address(), size, 1));
    const Exec exec = instantiate(ended.graph);
    run(exec);
    CHECK(holds(address(), size, expected));
    CHECK(holds(address() + size, size, expected));
}

TEST_CASE_METHOD(Mapped, "SCP-01/again: a stream that captures again records the new work, whole",
                 "[capture]") {
    fill(address(), bytes(), 1);
    Capturing capture;
    launch(fill_call(address(), bytes(), 9), capture.stream());
    launch(multiply_add_call(address(), bytes(), 9, 9), capture.stream());
    REQUIRE(capture.end().result == CUDA_SUCCESS);

    REQUIRE(cuStreamBeginCapture(capture, CU_STREAM_CAPTURE_MODE_GLOBAL) == CUDA_SUCCESS);
    launch(multiply_add_call(address(), bytes(), 3, 5), capture.stream());
    launch(multiply_add_call(address(), bytes(), 7, 11), capture.stream());
    CUgraph ended = nullptr;
    REQUIRE(cuStreamEndCapture(capture, &ended) == CUDA_SUCCESS);
    const Graph graph(ended);
    CHECK(nodes_of(graph).size() == 2);
    CHECK(edge_count(graph) == 1);
    CHECK(holds(address(), bytes(), 1));
    const Exec exec = instantiate(graph);
    run(exec);
    CHECK(holds(address(), bytes(), (1 * 3 + 5) * 7 + 11));
}

TEST_CASE_METHOD(Mapped,
                 "SCP-01/status: a stream beside the capture is not said to capture, and its work runs",
                 "[capture]") {
    const Stream beside = create_stream();
    fill(address(), bytes(), 1);
    Capturing capture;
    launch(fill_call(address(), bytes(), 2), capture.stream());
    CHECK(capture.status() == CU_STREAM_CAPTURE_STATUS_ACTIVE);
    CUstreamCaptureStatus status = CU_STREAM_CAPTURE_STATUS_ACTIVE;
    CHECK(cuStreamIsCapturing(beside, &status) == CUDA_SUCCESS);
    CHECK(status == CU_STREAM_CAPTURE_STATUS_NONE);
    launch(fill_call(address(), bytes(), 3), beside);
    const EndedCapture ended = capture.end();
    REQUIRE(ended.result == CUDA_SUCCESS);
    CHECK(nodes_of(ended.graph).size() == 1);
    REQUIRE(cuStreamSynchronize(beside) == CUDA_SUCCESS);
    CHECK(holds(address(), bytes(), 3));
}

} // namespace cts
