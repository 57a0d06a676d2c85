// Captured copies and fills of rows and slices, and host functions: done at the launch, and whole.
#include "tests/capture/capturing.hpp"
#include "tests/graph_update/board.hpp"
#include "tests/prelude.hpp"

#include <atomic>

namespace cts {

namespace {

constexpr size_t pitch = 256, area = 64 * pitch;

/// One image in two halves of one mapping: a source, and behind it a target.
class Captured : public Mapped {
  public:
    Captured() {
        board_.watch("the memory", address(), 2 * area);
        board_.restore();
    }
    CUdeviceptr source() const { return address(); }
    CUdeviceptr target() const { return address() + area; }

    /// The target's words after one launch of the capture; before it they are the image.
    std::vector<uint32_t> launched(const EndedCapture& ended) {
        must(ended.result, "cuStreamEndCapture");
        synchronize();
        CHECK(download(target(), area) == image(target()));
        const Exec exec = instantiate(ended.graph);
        run(exec);
        return download(target(), area);
    }
    std::vector<uint32_t> image(CUdeviceptr from) const {
        std::vector<uint32_t> words(word_count(area));
        for (size_t i = 0; i < words.size(); ++i) {
            words[i] = board_.image_at(from) + static_cast<uint32_t>(i);
        }
        return words;
    }

  private:
    Board board_;
};

std::atomic<int> calls;
void CUDA_CB count_call(void* by) {
    calls += *static_cast<int*>(by);
}

} // namespace

TEST_CASE_METHOD(Captured, "SCP-01/rows: a captured copy of rows copies all of them by either pitch",
                 "[capture]") {
    CUDA_MEMCPY2D copy{};
    copy.srcMemoryType = copy.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    copy.srcDevice = source();
    copy.dstDevice = target();
    copy.srcPitch = pitch;
    copy.dstPitch = 2 * pitch;
    copy.WidthInBytes = 64;
    copy.Height = 5;
    Capturing capture;
    REQUIRE(cuMemcpy2DAsync(&copy, capture.stream()) == CUDA_SUCCESS);

    auto expected = image(target());
    for (size_t row = 0; row < 5; ++row) {
        for (size_t i = 0; i < 16; ++i) {
            expected[row * 2 * pitch / 4 + i] = image(source())[row * pitch / 4 + i];
        }
    }
    CHECK(launched(capture.end()) == expected);
}

TEST_CASE_METHOD(Captured, "SCP-01/slices: a captured copy of slices keeps to the height of either side",
                 "[capture]") {
    CUDA_MEMCPY3D copy{};
    copy.srcMemoryType = copy.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    copy.srcDevice = source();
    copy.dstDevice = target();
    copy.srcPitch = copy.dstPitch = pitch;
    copy.srcHeight = 4;
    copy.dstHeight = 6;
    copy.WidthInBytes = 64;
    copy.Height = 3;
    copy.Depth = 2;
    Capturing capture;
    REQUIRE(cuMemcpy3DAsync(&copy, capture.stream()) == CUDA_SUCCESS);

    auto expected = image(target());
    for (size_t slice = 0; slice < 2; ++slice) {
        for (size_t row = 0; row < 3; ++row) {
            for (size_t i = 0; i < 16; ++i) {
                expected[(slice * 6 + row) * pitch / 4 + i] =
                    image(source())[(slice * 4 + row) * pitch / 4 + i];
            }
        }
    }
    CHECK(launched(capture.end()) == expected);
}

TEST_CASE_METHOD(Captured, "SCP-01/fills: captured memsets of rows and of half words set what they name",
                 "[capture]") {
    Capturing capture;
    REQUIRE(cuMemsetD2D32Async(target(), pitch, 0xA1B2C3D4, 16, 3, capture.stream()) == CUDA_SUCCESS);
    REQUIRE(cuMemsetD16Async(target() + 8 * pitch, 0x1234, 10, capture.stream()) == CUDA_SUCCESS);

    auto expected = image(target());
    for (size_t row = 0; row < 3; ++row) {
        std::fill_n(expected.begin() + static_cast<std::ptrdiff_t>(row * pitch / 4), 16, 0xA1B2C3D4);
    }
    std::fill_n(expected.begin() + 8 * pitch / 4, 5, 0x12341234);
    CHECK(launched(capture.end()) == expected);
}

TEST_CASE_METHOD(Captured, "SCP-01/host: a captured host function runs once at each launch, and not before",
                 "[capture]") {
    calls = 0;
    int by = 1;
    Capturing capture;
    launch(fill_call(target(), 64, 1), capture.stream());
    REQUIRE(cuLaunchHostFunc(capture.stream(), count_call, &by) == CUDA_SUCCESS);
    const EndedCapture ended = capture.end();
    REQUIRE(ended.result == CUDA_SUCCESS);
    CHECK(nodes_of(ended.graph).size() == 2);
    synchronize();
    CHECK(calls == 0);
    const Exec exec = instantiate(ended.graph);
    run(exec);
    CHECK(calls == 1);
    by = 10; // the function reads its data when it runs
    run(exec);
    CHECK(calls == 11);
}

TEST_CASE_METHOD(Mapped, "SCP-01/often: a stream that captures many times records all of the work each time",
                 "[capture]") {
    constexpr size_t size = 4096;
    const Stream stream = create_stream();
    size_t wrong = 0;
    for (uint32_t i = 0; i < 40; ++i) {
        const Graph graph = capture(stream, [&](cudaStream_t capturing) {
            launch(fill_call(address(), size, i), capturing);
            launch(multiply_add_call(address(), size, 3, 1), capturing);
        });
        const Exec exec = instantiate(graph);
        run(exec);
        wrong += holds(address(), size, i * 3 + 1) ? 0 : 1;
    }
    CHECK(wrong == 0);
}

} // namespace cts
