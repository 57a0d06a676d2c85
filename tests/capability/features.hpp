// What a device announces by an attribute, against what it does.
#pragma once

#include "fixtures/contents.hpp"
#include "fixtures/rungs/granule.hpp"

namespace cts {

/// Attributes by number, as CUdevice_attribute has them: some are newer than the oldest toolkit that builds
/// the suite.
inline constexpr int posix_descriptor_attribute = 103;
inline constexpr int win32_attribute = 104;
inline constexpr int win32_kmt_attribute = 105;
inline constexpr int compression_attribute = 107;
inline constexpr int rdma_attribute = 110;
inline constexpr int sparse_attribute = 112;
inline constexpr int pools_attribute = 115;
inline constexpr int dma_buf_attribute = 124;
inline constexpr int fabric_attribute = 128;
inline constexpr int host_numa_attribute = 141;
inline constexpr int host_attribute = 145;

/// The value of a device attribute, 0 when the driver does not know it.
inline int announced(const Context& room, int attribute) {
    int value = 0;
    const CUresult result =
        cuDeviceGetAttribute(&value, static_cast<CUdevice_attribute>(attribute), room.device());
    return result == CUDA_SUCCESS ? value : 0;
}

/// Creates memory with `properties`, uses every word of it from the device and takes it back. Answers what
/// cuMemCreate answered; memory that was created but cannot be used throws SetupError or shows in `right`.
struct Trial {
    CUresult created = CUDA_ERROR_UNKNOWN;
    bool right = false; // what a kernel wrote came back
};

inline Trial try_memory(const Granule& room, const CUmemAllocationProp& properties) {
    size_t bytes = 0;
    Trial trial;
    trial.created = cuMemGetAllocationGranularity(&bytes, &properties, CU_MEM_ALLOC_GRANULARITY_MINIMUM);
    if (trial.created != CUDA_SUCCESS) {
        return trial;
    }
    CUmemGenericAllocationHandle handle = 0;
    trial.created = cuMemCreate(&handle, bytes, &properties, 0);
    if (trial.created != CUDA_SUCCESS) {
        return trial;
    }
    const Allocation memory(handle);
    const Reservation range(bytes, bytes);
    const Mapping mapped(range.address(), bytes, memory, room.read_write());
    fill(range.address(), bytes, 0x5eed);
    const bool before = static_cast<bool>(holds(range.address(), bytes, 0xcab1e));
    fill(range.address(), bytes, 0xcab1e);
    trial.right =
        !before && holds(range.address(), bytes, 0xcab1e) && kernel_sees(range.address(), bytes, 0xcab1e);
    return trial;
}

} // namespace cts
