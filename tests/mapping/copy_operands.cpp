// Allocations mapped back to back, under the runtime's copies and fills, and beside operands of other kinds:
// memory of cudaMalloc, pageable memory, and addresses that are given as unified ones.
#include "tests/mapping/patchwork.hpp"

namespace cts {
namespace {

/// Rows that begin at ever other places of the granules, with gaps.
struct Rows {
    size_t pitch, width, count;

    explicit Rows(size_t granule, size_t bytes)
        : pitch(granule / 2 + 512), width(granule / 2), count(bytes / pitch) {}
};

} // namespace

TEST_CASE_METHOD(Patchwork, "MAP-12/runtime: the runtime's copies and fills cross allocations, too",
                 "[mapping]") {
    const std::vector<uint32_t> data = ramp_of(bytes(), 0x900);
    fill(buffer(), bytes(), 0);
    REQUIRE(cudaMemcpy(pointer(buffer()), data.data(), bytes(), cudaMemcpyHostToDevice) == cudaSuccess);
    synchronize();
    CHECK(kernel_sees_ramp(buffer(), bytes(), 0x900));
    std::vector<uint32_t> back(data.size());
    REQUIRE(cudaMemcpy(back.data(), pointer(buffer()), bytes(), cudaMemcpyDefault) == cudaSuccess);
    CHECK(host_holds_ramp(back.data(), bytes(), 0x900));

    fill(plain(), bytes(), 0);
    REQUIRE(cudaMemcpyAsync(pointer(plain()), pointer(buffer()), bytes(), cudaMemcpyDeviceToDevice,
                            nullptr) == cudaSuccess);
    synchronize();
    CHECK(kernel_sees_ramp(plain(), bytes(), 0x900));
    for (const bool asynchronous : {false, true}) {
        CAPTURE(asynchronous);
        fill(buffer(), bytes(), 0x55555555);
        void* const inner = pointer(buffer() + 4096);
        REQUIRE((asynchronous ? cudaMemsetAsync(inner, 0xc8, bytes() - 8192, nullptr)
                              : cudaMemset(inner, 0xc8, bytes() - 8192)) == cudaSuccess);
        synchronize();
        CHECK(kernel_sees(buffer() + 4096, bytes() - 8192, 0xc8c8c8c8));
        CHECK(holds(buffer(), 4096, 0x55555555));
        CHECK(holds(buffer() + bytes() - 4096, 4096, 0x55555555));
    }
}

TEST_CASE_METHOD(Patchwork, "MAP-12/runtime_rows: so do its copies and fills of rows, and leave the gaps",
                 "[mapping]") {
    const Rows rows(granularity(), bytes());
    const std::vector<uint32_t> data = ramp_of(rows.width * rows.count, 0xa00);
    fill(buffer(), bytes(), 0xff);
    REQUIRE(cudaMemcpy2D(pointer(buffer()), rows.pitch, data.data(), rows.width, rows.width, rows.count,
                         cudaMemcpyHostToDevice) == cudaSuccess);
    synchronize();
    for (size_t row = 0; row < rows.count; ++row) {
        CAPTURE(row);
        const auto first = static_cast<uint32_t>(0xa00 + row * word_count(rows.width));
        CHECK(kernel_sees_ramp(buffer() + row * rows.pitch, rows.width, first));
        CHECK(holds(buffer() + row * rows.pitch + rows.width, 512, 0xff));
    }
    REQUIRE(cudaMemset2D(pointer(buffer()), rows.pitch, 0xd8, rows.width, rows.count) == cudaSuccess);
    synchronize();
    for (size_t row = 0; row < rows.count; ++row) {
        CAPTURE(row);
        CHECK(kernel_sees(buffer() + row * rows.pitch, rows.width, 0xd8d8d8d8));
        CHECK(holds(buffer() + row * rows.pitch + rows.width, 512, 0xff));
    }
}

TEST_CASE_METHOD(Patchwork, "MAP-12/operands: so do copies to and from memory of cudaMalloc and the host",
                 "[mapping]") {
    const DeviceMemory device = allocate_device(bytes());
    const CUdeviceptr other = device_address(device.get());
    ramp(buffer(), bytes(), 0xb00);
    fill(other, bytes(), 0);
    REQUIRE(cuMemcpyDtoD(other, buffer(), bytes()) == CUDA_SUCCESS);
    synchronize();
    CHECK(kernel_sees_ramp(other, bytes(), 0xb00));
    fill(buffer(), bytes(), 0);
    REQUIRE(cuMemcpyDtoD(buffer(), other, bytes()) == CUDA_SUCCESS);
    synchronize();
    CHECK(kernel_sees_ramp(buffer(), bytes(), 0xb00));

    const std::vector<uint32_t> data = ramp_of(bytes(), 0xc00);
    std::vector<uint32_t> back(data.size());
    REQUIRE(cuMemcpy(buffer(), device_address(data.data()), bytes()) == CUDA_SUCCESS);
    synchronize();
    CHECK(kernel_sees_ramp(buffer(), bytes(), 0xc00));
    REQUIRE(cuMemcpy(device_address(back.data()), buffer(), bytes()) == CUDA_SUCCESS);
    synchronize();
    CHECK(host_holds_ramp(back.data(), bytes(), 0xc00));
}

TEST_CASE_METHOD(Patchwork,
                 "MAP-12/row_operands: so do rows and boxes from and to the host, and unified addresses",
                 "[mapping]") {
    const Rows rows(granularity(), bytes());
    const std::vector<uint32_t> data = ramp_of(rows.width * rows.count, 0xd00);
    CUDA_MEMCPY3D box{};
    box.srcMemoryType = CU_MEMORYTYPE_HOST;
    box.srcHost = data.data();
    box.srcPitch = box.WidthInBytes = rows.width;
    box.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    box.dstDevice = buffer();
    box.dstPitch = rows.pitch;
    box.srcHeight = box.dstHeight = box.Height = rows.count;
    box.Depth = 1;
    fill(buffer(), bytes(), 0xff);
    REQUIRE(cuMemcpy3D(&box) == CUDA_SUCCESS);
    synchronize();
    for (size_t row = 0; row < rows.count; ++row) {
        CAPTURE(row);
        const auto first = static_cast<uint32_t>(0xd00 + row * word_count(rows.width));
        CHECK(kernel_sees_ramp(buffer() + row * rows.pitch, rows.width, first));
        CHECK(holds(buffer() + row * rows.pitch + rows.width, 512, 0xff));
    }

    CUDA_MEMCPY2D copy{};
    copy.srcDevice = buffer();
    copy.srcPitch = rows.pitch;
    copy.dstPitch = copy.WidthInBytes = rows.width;
    copy.Height = rows.count;
    for (const CUmemorytype type : {CU_MEMORYTYPE_DEVICE, CU_MEMORYTYPE_UNIFIED}) {
        CAPTURE(static_cast<int>(type));
        std::vector<uint32_t> back(data.size());
        copy.srcMemoryType = type;
        copy.dstMemoryType = CU_MEMORYTYPE_HOST;
        copy.dstHost = back.data();
        REQUIRE(cuMemcpy2D(&copy) == CUDA_SUCCESS);
        CHECK(host_holds_ramp(back.data(), rows.width * rows.count, 0xd00));

        fill(plain(), bytes(), 0);
        copy.dstMemoryType = type;
        copy.dstDevice = plain();
        REQUIRE(cuMemcpy2D(&copy) == CUDA_SUCCESS);
        synchronize();
        CHECK(kernel_sees_ramp(plain(), rows.width * rows.count, 0xd00));
    }
}

} // namespace cts
