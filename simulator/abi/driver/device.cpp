#include "abi/driver/driver.hpp"
#include "core/device_limits.hpp"
#include "core/environment.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

using namespace sim;

namespace {

CUresult check_device(CUdevice device) {
    SIM_TRY(require_initialised());
    return device == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

} // namespace

extern "C" {

CUresult CUDAAPI cuDeviceGet(CUdevice* device, int ordinal) {
    SIM_TRY(require_initialised());
    if (device == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    SIM_TRY(check_device(ordinal));
    *device = ordinal;
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuDeviceGetCount(int* count) {
    SIM_TRY(require_initialised());
    if (count == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *count = 1;
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuDeviceGetName(char* name, int length, CUdevice device) {
    SIM_TRY(check_device(device));
    if (name == nullptr || length <= 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    std::snprintf(name, static_cast<size_t>(length), "%s", limits::device_name);
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuDeviceGetUuid_v2(CUuuid* uuid, CUdevice device) {
    SIM_TRY(check_device(device));
    if (uuid == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const std::string name = "vmm-cts-sim-" + gpu_name();
    std::memset(uuid->bytes, 0, sizeof uuid->bytes);
    std::memcpy(uuid->bytes, name.data(), std::min(name.size(), sizeof uuid->bytes));
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuDeviceGetUuid(CUuuid* uuid, CUdevice device) {
    return cuDeviceGetUuid_v2(uuid, device);
}

CUresult CUDAAPI cuDeviceTotalMem_v2(size_t* bytes, CUdevice device) {
    SIM_TRY(check_device(device));
    if (bytes == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *bytes = device_memory_bytes();
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuDeviceGetPCIBusId(char* id, int length, CUdevice device) {
    SIM_TRY(check_device(device));
    if (id == nullptr || length <= 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    std::snprintf(id, static_cast<size_t>(length), "0000:00:00.0");
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuDeviceCanAccessPeer(int* can_access, CUdevice device, CUdevice peer) {
    SIM_TRY(check_device(device));
    SIM_TRY(check_device(peer));
    if (can_access == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *can_access = 0; // a device is no peer of itself
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuDeviceGetP2PAttribute(int* value, CUdevice_P2PAttribute, CUdevice from, CUdevice to) {
    SIM_TRY(check_device(from));
    SIM_TRY(check_device(to));
    return value == nullptr ? CUDA_ERROR_INVALID_VALUE
                            : CUDA_ERROR_INVALID_DEVICE; // a pair of one device is none
}

} // extern "C"
