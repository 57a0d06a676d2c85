// Several allocations mapped back to back are one buffer (Programming Guide, Virtual Memory Management).
// Every way to move data crosses the borders between them.
#include "tests/mapping/patchwork.hpp"

namespace cts {
TEST_CASE_METHOD(Patchwork, "MAP-12/kernel: a kernel writes across allocations mapped back to back",
                 "[mapping]") {
    fill(buffer(), bytes(), 0);
    CHECK_FALSE(holds_ramp(buffer(), bytes(), 0x100));
    ramp(buffer(), bytes(), 0x100);
    CHECK(holds_ramp(buffer(), bytes(), 0x100));
    CHECK(kernel_sees_ramp(buffer(), bytes(), 0x100));
}

TEST_CASE_METHOD(Patchwork, "MAP-12/host: one copy from and to the host crosses allocations", "[mapping]") {
    fill(buffer(), bytes(), 0);
    const std::vector<uint32_t> data = ramp_of(bytes(), 0x200);
    REQUIRE(cuMemcpyHtoD(buffer(), data.data(), bytes()) == CUDA_SUCCESS);
    CHECK(kernel_sees_ramp(buffer(), bytes(), 0x200));
    std::vector<uint32_t> back(data.size());
    REQUIRE(cuMemcpyDtoH(back.data(), buffer(), bytes()) == CUDA_SUCCESS);
    CHECK(back == data);
}

TEST_CASE_METHOD(Patchwork, "MAP-12/device: one device copy crosses allocations in source and target",
                 "[mapping]") {
    ramp(plain(), bytes(), 0x300);
    fill(buffer(), bytes(), 0);
    REQUIRE(cuMemcpyDtoD(buffer(), plain(), bytes()) == CUDA_SUCCESS);
    synchronize();
    CHECK(kernel_sees_ramp(buffer(), bytes(), 0x300));
    fill(plain(), bytes(), 0);
    REQUIRE(cuMemcpyDtoD(plain(), buffer(), bytes()) == CUDA_SUCCESS);
    synchronize();
    CHECK(kernel_sees_ramp(plain(), bytes(), 0x300));
}

TEST_CASE_METHOD(Patchwork, "MAP-12/odd: a copy of odd size at odd addresses crosses a border byte by byte",
                 "[mapping]") {
    std::vector<unsigned char> data(8191);
    for (size_t i = 0; i < data.size(); ++i) {
        data[i] = static_cast<unsigned char>(i * 37 + 11);
    }
    for (const size_t border : {1, 3, 4, 7}) { // in granules: where one allocation follows another
        CAPTURE(border);
        const CUdeviceptr start = buffer() + granules(border) - 4097;
        fill(start - 3, 16384, 0x55555555);
        REQUIRE(cuMemcpyHtoD(start, data.data(), data.size()) == CUDA_SUCCESS);
        std::vector<unsigned char> back(data.size() + 2);
        REQUIRE(cuMemcpyDtoH(back.data(), start - 1, back.size()) == CUDA_SUCCESS);
        CHECK(std::equal(data.begin(), data.end(), back.begin() + 1));
        CHECK(back.front() == 0x55); // and not a byte more
        CHECK(back.back() == 0x55);
    }
}

TEST_CASE_METHOD(Patchwork, "MAP-12/memset: one memset crosses allocations and stops where it should",
                 "[mapping]") {
    fill(buffer(), bytes(), 1);
    const size_t inner = bytes() - 2 * 4096;
    REQUIRE(cuMemsetD32(buffer() + 4096, 0x7e57, word_count(inner)) == CUDA_SUCCESS);
    synchronize();
    CHECK(holds(buffer() + 4096, inner, 0x7e57));
    CHECK(kernel_sees(buffer() + 4096, inner, 0x7e57));
    CHECK(holds(buffer(), 4096, 1));
    CHECK(holds(buffer() + 4096 + inner, 4096, 1));
}

TEST_CASE_METHOD(Patchwork, "MAP-12/rows: two-dimensional copy and memset cross allocations row by row",
                 "[mapping]") {
    const size_t pitch = granularity() / 2 + 512; // rows start at ever other places and cross the borders
    const size_t width = granularity() / 2;
    const size_t rows = bytes() / pitch;
    fill(buffer(), bytes(), 0xff);
    const std::vector<uint32_t> data = ramp_of(width * rows, 0x400);

    CUDA_MEMCPY2D copy{};
    copy.srcMemoryType = CU_MEMORYTYPE_HOST;
    copy.srcHost = data.data();
    copy.srcPitch = width;
    copy.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    copy.dstDevice = buffer();
    copy.dstPitch = pitch;
    copy.WidthInBytes = width;
    copy.Height = rows;
    REQUIRE(cuMemcpy2D(&copy) == CUDA_SUCCESS);
    for (size_t row = 0; row < rows; ++row) {
        CAPTURE(row);
        const auto first = static_cast<uint32_t>(0x400 + row * word_count(width));
        CHECK(kernel_sees_ramp(buffer() + row * pitch, width, first));
        CHECK(holds_ramp(buffer() + row * pitch, width, first));
    }
    CHECK(holds(buffer() + width, pitch - width, 0xff)); // between the rows nothing is written

    REQUIRE(cuMemsetD2D32(buffer(), pitch, 0x2d, word_count(width), rows) == CUDA_SUCCESS);
    synchronize();
    for (size_t row = 0; row < rows; ++row) {
        CAPTURE(row);
        CHECK(kernel_sees(buffer() + row * pitch, width, 0x2d));
    }
    CHECK(holds(buffer() + width, pitch - width, 0xff));
}

TEST_CASE_METHOD(Granule, "MAP-12/table_border: memory mapped across a border of page tables is one buffer",
                 "[mapping]") {
    constexpr size_t count = 4;
    const Allocation memory = allocate(count);
    // Powers of two at which page tables of some level end, on the GPUs and hosts there are.
    for (const size_t border : {size_t{1} << 29, size_t{1} << 30, size_t{1} << 38}) {
        CAPTURE(border);
        const Reservation range(border + granules(count), border);
        const CUdeviceptr start = range.address(border) - granules(count / 2);
        REQUIRE(cuMemMap(start, granules(count), 0, memory, 0) == CUDA_SUCCESS);
        const Mapping mapped = Mapping::adopt(start, granules(count));
        const CUmemAccessDesc access = read_write();
        REQUIRE(cuMemSetAccess(start, granules(count), &access, 1) == CUDA_SUCCESS);
        const auto first = static_cast<uint32_t>(border >> 20);
        CHECK_FALSE(kernel_sees_ramp(start, granules(count), first));
        ramp(start, granules(count), first);
        CHECK(kernel_sees_ramp(start, granules(count), first));
        CHECK(holds_ramp(start, granules(count), first));
    }
}

TEST_CASE_METHOD(Granule, "MAP-12/table_border_roads: copies and fills go on across a border of page tables",
                 "[mapping]") {
    constexpr size_t count = 4;
    const Allocation memory = allocate(count);
    const Allocation other_memory = allocate(count);
    const Reservation elsewhere = reserve(count);
    const Mapping plain = map(elsewhere.address(), other_memory, count);
    const size_t bytes = granules(count);
    for (const size_t border : {size_t{1} << 25, size_t{1} << 29, size_t{1} << 30, size_t{1} << 38}) {
        CAPTURE(border);
        const Reservation range(border + bytes, border);
        const CUdeviceptr start = range.address(border) - bytes / 2;
        const Mapping mapped = map(start, memory, count);
        fill(start, bytes, 0);
        const auto first = static_cast<uint32_t>(border >> 20);
        const std::vector<uint32_t> data = ramp_of(bytes, first);
        REQUIRE(cuMemcpyHtoD(start, data.data(), bytes) == CUDA_SUCCESS);
        CHECK(kernel_sees_ramp(start, bytes, first));

        fill(plain.address(), bytes, 0);
        REQUIRE(cuMemcpyDtoD(plain.address(), start, bytes) == CUDA_SUCCESS);
        synchronize();
        CHECK(kernel_sees_ramp(plain.address(), bytes, first));

        REQUIRE(cuMemsetD32(start, first, word_count(bytes)) == CUDA_SUCCESS);
        synchronize();
        CHECK(kernel_sees(start, bytes, first));

        CUDA_MEMCPY2D rows{};
        rows.srcMemoryType = rows.dstMemoryType = CU_MEMORYTYPE_DEVICE;
        rows.srcDevice = plain.address();
        rows.dstDevice = start;
        rows.srcPitch = rows.dstPitch = rows.WidthInBytes = bytes / 64;
        rows.Height = 64;
        REQUIRE(cuMemcpy2D(&rows) == CUDA_SUCCESS);
        synchronize();
        CHECK(kernel_sees_ramp(start, bytes, first));
    }
}

} // namespace cts
