// Set-up that the self-tests share.
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <cuda.h>

#include <cstddef>

namespace sim::tests {

constexpr size_t mib = size_t{1} << 20;

/// The primary context of device 0, for one test case.
struct Gpu {
    Gpu() {
        REQUIRE(cuInit(0) == CUDA_SUCCESS);
        CUcontext context = nullptr;
        REQUIRE(cuDevicePrimaryCtxRetain(&context, 0) == CUDA_SUCCESS);
        REQUIRE(cuCtxSetCurrent(context) == CUDA_SUCCESS);
    }
    ~Gpu() {
        cuCtxSetCurrent(nullptr);
        cuDevicePrimaryCtxRelease(0);
    }
    Gpu(const Gpu&) = delete;
    Gpu& operator=(const Gpu&) = delete;
};

inline size_t free_memory() {
    size_t free = 0;
    size_t total = 0;
    REQUIRE(cuMemGetInfo(&free, &total) == CUDA_SUCCESS);
    return free;
}

inline CUmemAllocationProp memory_of(CUmemLocationType location, bool shareable = false) {
    CUmemAllocationProp properties{};
    properties.type = CU_MEM_ALLOCATION_TYPE_PINNED;
    properties.location.type = location;
    properties.requestedHandleTypes =
        shareable ? CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR : CU_MEM_HANDLE_TYPE_NONE;
    return properties;
}

inline CUmemGenericAllocationHandle create(size_t bytes, const CUmemAllocationProp& properties) {
    CUmemGenericAllocationHandle handle = 0;
    REQUIRE(cuMemCreate(&handle, bytes, &properties, 0) == CUDA_SUCCESS);
    return handle;
}

inline CUdeviceptr reserve(size_t bytes) {
    CUdeviceptr address = 0;
    REQUIRE(cuMemAddressReserve(&address, bytes, 0, 0, 0) == CUDA_SUCCESS);
    return address;
}

inline void grant(CUdeviceptr address, size_t bytes, CUmemLocationType location, CUmemAccess_flags flags) {
    CUmemAccessDesc descriptor{};
    descriptor.location.type = location;
    descriptor.flags = flags;
    REQUIRE(cuMemSetAccess(address, bytes, &descriptor, 1) == CUDA_SUCCESS);
}

} // namespace sim::tests
