// Allocations mapped back to back, under the rarer forms of copy and fill: each crosses the borders by code
// of its own.
#include "tests/mapping/patchwork.hpp"

#include <algorithm>

namespace cts {
namespace {

using Bytes = std::vector<unsigned char>;

Bytes bytes_at(CUdeviceptr address, size_t count) {
    Bytes found(count);
    must(cuMemcpyDtoH(found.data(), address, count), "cuMemcpyDtoH");
    return found;
}

} // namespace

TEST_CASE_METHOD(Patchwork, "MAP-12/device_forms: every copy between device addresses crosses allocations",
                 "[mapping]") {
    const Stream stream = create_stream();
    const auto copy_by = [&](int form, CUdeviceptr target, CUdeviceptr source) {
        switch (form) {
        case 0:
            return cuMemcpy(target, source, bytes());
        case 1:
            return cuMemcpyPeer(target, context(), source, context(), bytes());
        case 2:
            return cuMemcpyPeerAsync(target, context(), source, context(), bytes(), stream);
        case 3: // equal errors of the runtime have equal numbers
            return static_cast<CUresult>(
                cudaMemcpyPeer(pointer(target), device(), pointer(source), device(), bytes()));
        case 4:
            return static_cast<CUresult>(
                cudaMemcpyPeerAsync(pointer(target), device(), pointer(source), device(), bytes(), stream));
        default:
            return cuMemcpyDtoDAsync(target, source, bytes(), stream);
        }
    };
    for (int form = 0; form < 6; ++form) {
        CAPTURE(form);
        const auto first = static_cast<uint32_t>(0x500 + form);
        ramp(plain(), bytes(), first);
        fill(buffer(), bytes(), 0);
        REQUIRE(copy_by(form, buffer(), plain()) == CUDA_SUCCESS);
        synchronize();
        CHECK(kernel_sees_ramp(buffer(), bytes(), first));
        fill(plain(), bytes(), 0);
        REQUIRE(copy_by(form, plain(), buffer()) == CUDA_SUCCESS);
        synchronize();
        CHECK(kernel_sees_ramp(plain(), bytes(), first));
    }
}

TEST_CASE_METHOD(Patchwork, "MAP-12/host_async: asynchronous copies from and to the host cross allocations",
                 "[mapping]") {
    const Stream stream = create_stream();
    const PinnedMemory host = allocate_pinned(bytes());
    auto* const data = static_cast<uint32_t*>(host.get());
    const std::vector<uint32_t> expected = ramp_of(bytes(), 0x600);
    std::copy(expected.begin(), expected.end(), data);
    fill(buffer(), bytes(), 0);
    REQUIRE(cuMemcpyHtoDAsync(buffer(), data, bytes(), stream) == CUDA_SUCCESS);
    synchronize();
    CHECK(kernel_sees_ramp(buffer(), bytes(), 0x600));
    std::fill_n(data, word_count(bytes()), 0U);
    REQUIRE(cuMemcpyDtoHAsync(data, buffer(), bytes(), stream) == CUDA_SUCCESS);
    synchronize();
    CHECK(host_holds_ramp(data, bytes(), 0x600));
}

TEST_CASE_METHOD(Patchwork, "MAP-12/fills: fills by bytes and by 16 bits cross allocations to the last byte",
                 "[mapping]") {
    constexpr size_t count = 8191;
    for (const size_t border : {1, 3, 4, 7}) { // in granules: where one allocation follows another
        CAPTURE(border);
        const CUdeviceptr start = buffer() + granules(border) - 4096;
        const auto check = [&](const Bytes& pattern, size_t filled) {
            Bytes expected(filled + 1, 0x55); // and not a byte more
            for (size_t i = 0; i < filled; ++i) {
                expected[i] = pattern[i % pattern.size()];
            }
            synchronize();
            CHECK(bytes_at(start, filled + 1) == expected);
            fill(start, 16384, 0x55555555);
        };
        fill(start, 16384, 0x55555555);
        REQUIRE(cuMemsetD8(start, 0xa8, count) == CUDA_SUCCESS);
        check({0xa8}, count);
        REQUIRE(cuMemsetD8Async(start, 0xa9, count, nullptr) == CUDA_SUCCESS);
        check({0xa9}, count);
        REQUIRE(cuMemsetD16(start, 0x16a7, count) == CUDA_SUCCESS);
        check({0xa7, 0x16}, 2 * count);
        REQUIRE(cuMemsetD16Async(start, 0x16a6, count, nullptr) == CUDA_SUCCESS);
        check({0xa6, 0x16}, 2 * count);
    }
}

TEST_CASE_METHOD(Patchwork, "MAP-12/fill_rows: fills of rows of bytes and of 16 bits cross allocations",
                 "[mapping]") {
    constexpr size_t rows = 9;
    const size_t step = 4096 + 512;
    const CUdeviceptr start = buffer() + granules(1) - 4 * step - 1024; // the fifth row crosses the border
    const auto check = [&](const Bytes& pattern, size_t filled) {
        synchronize();
        for (size_t row = 0; row < rows; ++row) {
            CAPTURE(row);
            Bytes expected(filled + 1, 0x55);
            for (size_t i = 0; i < filled; ++i) {
                expected[i] = pattern[i % pattern.size()];
            }
            CHECK(bytes_at(start + row * step, filled + 1) == expected);
        }
        CHECK(bytes_at(start + rows * step, 4) == Bytes(4, 0x55));
    };
    fill(start, (rows + 1) * step, 0x55555555);
    REQUIRE(cuMemsetD2D8(start, step, 0xb8, 3001, rows) == CUDA_SUCCESS);
    check({0xb8}, 3001);
    fill(start, (rows + 1) * step, 0x55555555);
    REQUIRE(cuMemsetD2D16(start, step, 0x16b7, 1501, rows) == CUDA_SUCCESS);
    check({0xb7, 0x16}, 3002);
    fill(start, (rows + 1) * step, 0x55555555);
    REQUIRE(cuMemsetD2D32(start, step, 0x161616b5, word_count(step), rows) == CUDA_SUCCESS); // without gaps
    synchronize();
    CHECK(kernel_sees(start, rows * step, 0x161616b5));
    CHECK(holds(start + rows * step, step, 0x55555555));
    fill(start, (rows + 1) * step, 0x55555555);
    REQUIRE(cuMemsetD2D32Async(start, step, 0x161616b6, 751, rows, nullptr) == CUDA_SUCCESS);
    check({0xb6, 0x16, 0x16, 0x16}, 3004);
    fill(start, (rows + 1) * step, 0x55555555);
    REQUIRE(cuMemsetD2D16Async(start, step, 0x16b4, 1501, rows, nullptr) == CUDA_SUCCESS);
    check({0xb4, 0x16}, 3002);
    fill(start, (rows + 1) * step, 0x55555555);
    REQUIRE(cuMemsetD2D8Async(start, step, 0xb3, 3001, rows, nullptr) == CUDA_SUCCESS);
    check({0xb3}, 3001);
    fill(start, (rows + 1) * step, 0x55555555);
    REQUIRE(cudaMemset2DAsync(pointer(start), step, 0xb2, 3001, rows, nullptr) == cudaSuccess);
    check({0xb2}, 3001);
}

} // namespace cts
