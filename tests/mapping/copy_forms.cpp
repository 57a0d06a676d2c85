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

/// Four slices of three rows of 1,000 words each, with gaps behind each row and each slice.
struct Box {
    static constexpr size_t width = 4000, height = 3, depth = 4;
    size_t pitch, rows; // rows: from slice to slice

    size_t at(size_t slice, size_t row) const { return (slice * rows + row) * pitch; }
};

/// Of rows of 512 words, four times: 64 words from each, from column 16 of the third row on.
constexpr size_t pitch = 2048;
constexpr size_t target_pitch = pitch + 512;
constexpr size_t column = 64;
constexpr size_t width = 256;

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

TEST_CASE_METHOD(Patchwork, "MAP-12/box: a three-dimensional copy takes each row of each slice where it lies",
                 "[mapping]") {
    const Box from{4096, 5};
    const Box to{4608, 4};
    const CUdeviceptr target = buffer() + granules(1) - to.at(2, 1) - 512; // crosses an allocation
    // Both begin behind a slice, a row and a few columns of what they are part of.
    constexpr size_t source_column = 64, target_column = 128;
    const CUdeviceptr source_base = plain();
    const CUdeviceptr source = source_base + from.at(1, 1) + source_column;
    const CUdeviceptr target_base = target - to.at(1, 1) - target_column;
    ramp(source, from.at(Box::depth, 0), 0x700);
    CUDA_MEMCPY3D copy{};
    copy.srcMemoryType = copy.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    copy.srcDevice = source_base;
    copy.srcPitch = from.pitch;
    copy.srcHeight = from.rows;
    copy.srcXInBytes = source_column;
    copy.dstXInBytes = target_column;
    copy.srcY = copy.srcZ = copy.dstY = copy.dstZ = 1;
    copy.dstDevice = target_base;
    copy.dstPitch = to.pitch;
    copy.dstHeight = to.rows;
    copy.WidthInBytes = Box::width;
    copy.Height = Box::height;
    copy.Depth = Box::depth;
    cudaMemcpy3DParms same{}; // as the runtime has it
    same.srcPtr = cudaPitchedPtr{pointer(source_base), from.pitch, Box::width, from.rows};
    same.srcPos = cudaPos{source_column, 1, 1};
    same.dstPtr = cudaPitchedPtr{pointer(target_base), to.pitch, Box::width, to.rows};
    same.dstPos = cudaPos{target_column, 1, 1};
    same.extent = cudaExtent{Box::width, Box::height, Box::depth};
    same.kind = cudaMemcpyDeviceToDevice;
    const auto copy_by = [&](int form) {
        switch (form) {
        case 0:
            return cuMemcpy3D(&copy) == CUDA_SUCCESS;
        case 1:
            return cuMemcpy3DAsync(&copy, nullptr) == CUDA_SUCCESS;
        case 2:
            return cudaMemcpy3D(&same) == cudaSuccess;
        default:
            return cudaMemcpy3DAsync(&same, nullptr) == cudaSuccess;
        }
    };
    for (int form = 0; form < 4; ++form) {
        CAPTURE(form);
        fill(target, to.at(Box::depth, 0), 0x55);
        REQUIRE(copy_by(form));
        synchronize();
        for (size_t slice = 0; slice < Box::depth; ++slice) {
            for (size_t row = 0; row < Box::height; ++row) {
                CAPTURE(slice, row);
                const auto first = static_cast<uint32_t>(0x700 + word_count(from.at(slice, row)));
                CHECK(kernel_sees_ramp(target + to.at(slice, row), Box::width, first));
                CHECK(holds(target + to.at(slice, row) + Box::width, to.pitch - Box::width, 0x55));
            }
            CHECK(holds(target + to.at(slice, Box::height), to.pitch, 0x55)); // between the slices nothing is
        }
    }
}

TEST_CASE_METHOD(Patchwork, "MAP-12/packed: rows and boxes without gaps are copied and filled, all of them",
                 "[mapping]") {
    constexpr size_t rows = 6;
    constexpr size_t size = rows * pitch;
    const CUdeviceptr start = buffer() + granules(1) - 3 * pitch - 256; // the fourth row crosses the border
    ramp(plain(), size, 0xe00);
    CUDA_MEMCPY2D flat{};
    flat.srcMemoryType = flat.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    flat.srcDevice = plain();
    flat.dstDevice = start;
    flat.srcPitch = flat.dstPitch = flat.WidthInBytes = pitch;
    flat.Height = rows;
    CUDA_MEMCPY3D box{}; // of slices of one row each
    box.srcMemoryType = box.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    box.srcDevice = plain();
    box.dstDevice = start;
    box.srcPitch = box.dstPitch = box.WidthInBytes = pitch;
    box.srcHeight = box.dstHeight = box.Height = 1;
    box.Depth = rows;
    const auto copy_by = [&](int form) {
        switch (form) {
        case 0:
            return cuMemcpy2D(&flat);
        case 1:
            return cuMemcpy2DAsync(&flat, nullptr);
        case 2:
            return cuMemcpy2DUnaligned(&flat);
        case 3:
            return cuMemcpy3D(&box);
        case 4:
            return cuMemcpy3DAsync(&box, nullptr);
        case 5: // equal errors of the runtime have equal numbers
            return static_cast<CUresult>(cudaMemcpy2D(pointer(start), pitch, pointer(plain()), pitch, pitch,
                                                      rows, cudaMemcpyDeviceToDevice));
        default:
            return static_cast<CUresult>(cudaMemcpy2DAsync(pointer(start), pitch, pointer(plain()), pitch,
                                                           pitch, rows, cudaMemcpyDeviceToDevice, nullptr));
        }
    };
    const auto fill_by = [&](int form) {
        switch (form) {
        case 0:
            return cuMemsetD2D8(start, pitch, 0xe1, pitch, rows);
        case 1:
            return cuMemsetD2D16(start, pitch, 0xe1e1, pitch / 2, rows);
        case 2:
            return cuMemsetD2D8Async(start, pitch, 0xe1, pitch, rows, nullptr);
        case 3:
            return cuMemsetD2D16Async(start, pitch, 0xe1e1, pitch / 2, rows, nullptr);
        case 4:
            return cuMemsetD2D32Async(start, pitch, 0xe1e1e1e1, pitch / 4, rows, nullptr);
        case 5:
            return static_cast<CUresult>(cudaMemset2D(pointer(start), pitch, 0xe1, pitch, rows));
        default:
            return static_cast<CUresult>(
                cudaMemset2DAsync(pointer(start), pitch, 0xe1, pitch, rows, nullptr));
        }
    };
    for (int form = 0; form < 7; ++form) {
        CAPTURE(form);
        fill(start - 256, size + 512, 0x55);
        REQUIRE(copy_by(form) == CUDA_SUCCESS);
        synchronize();
        CHECK(kernel_sees_ramp(start, size, 0xe00));
        REQUIRE(fill_by(form) == CUDA_SUCCESS);
        synchronize();
        CHECK(kernel_sees(start, size, 0xe1e1e1e1));
        CHECK(holds(start - 256, 256, 0x55));
        CHECK(holds(start + size, 256, 0x55));
    }
}

TEST_CASE_METHOD(Patchwork, "MAP-12/part_of_rows: a copy of rows begins at the row and column that it names",
                 "[mapping]") {
    ramp(buffer(), granules(1), 0x800);
    CUDA_MEMCPY2D copy{};
    copy.srcMemoryType = copy.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    copy.srcDevice = buffer();
    copy.srcY = 2;
    copy.srcXInBytes = column;
    copy.dstDevice = plain();
    copy.dstY = 1;
    copy.dstXInBytes = 2 * column;
    copy.srcPitch = pitch;
    copy.dstPitch = target_pitch;
    copy.WidthInBytes = width;
    copy.Height = 4;
    const std::vector<uint32_t> data = ramp_of(6 * pitch, 0x800);
    CUDA_MEMCPY2D from_host = copy;
    from_host.srcMemoryType = CU_MEMORYTYPE_HOST;
    from_host.srcHost = data.data();
    const auto copy_by = [&](int form) {
        const CUdeviceptr from = buffer() + 2 * pitch + column;
        const CUdeviceptr to = plain() + target_pitch + 2 * column;
        switch (form) {
        case 0:
            return cuMemcpy2D(&copy) == CUDA_SUCCESS;
        case 1:
            return cuMemcpy2DAsync(&copy, nullptr) == CUDA_SUCCESS;
        case 2:
            return cuMemcpy2DUnaligned(&copy) == CUDA_SUCCESS;
        case 3: // the same rows from the host
            return cuMemcpy2D(&from_host) == CUDA_SUCCESS;
        default: // which names no rows and columns
            return cudaMemcpy2DAsync(pointer(to), target_pitch, pointer(from), pitch, width, 4,
                                     cudaMemcpyDeviceToDevice, nullptr) == cudaSuccess;
        }
    };
    for (int form = 0; form < 5; ++form) {
        CAPTURE(form);
        fill(plain(), granules(1), 0x55);
        REQUIRE(copy_by(form));
        synchronize();
        CHECK(holds(plain(), target_pitch + 2 * column, 0x55));
        for (size_t row = 0; row < 4; ++row) {
            CAPTURE(row);
            const auto first = static_cast<uint32_t>(0x800 + word_count((row + 2) * pitch + column));
            const CUdeviceptr place = plain() + (row + 1) * target_pitch + 2 * column;
            CHECK(kernel_sees_ramp(place, width, first));
            CHECK(holds(place + width, target_pitch - width, 0x55)); // to the next row
        }
    }
    std::vector<uint32_t> back(word_count(6 * target_pitch), 0x55);
    copy.dstMemoryType = CU_MEMORYTYPE_HOST;
    copy.dstHost = back.data();
    REQUIRE(cuMemcpy2D(&copy) == CUDA_SUCCESS);
    for (size_t row = 0; row < 4; ++row) {
        CAPTURE(row);
        const auto first = static_cast<uint32_t>(0x800 + word_count((row + 2) * pitch + column));
        const uint32_t* place = back.data() + word_count((row + 1) * target_pitch + 2 * column);
        CHECK(host_holds_ramp(place, width, first));
        CHECK(host_holds(place + word_count(width), target_pitch - width, 0x55));
    }
    CHECK(host_holds(back.data(), target_pitch + 2 * column, 0x55));
}

} // namespace cts
