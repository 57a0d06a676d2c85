// Defects of what a device and a driver say of themselves.
#include "faults/core/tracker.hpp"

#include <algorithm>
#include <cstring>
#include <dlfcn.h>
#include <functional>
#include <strings.h>

namespace faults {
namespace {

constexpr int rdma = 110;
constexpr int win32 = 104;

/// Plants `change(value)` on the answer to one attribute.
void plant_attribute(int changed, const std::function<void(int&)>& change) {
    cuDeviceGetAttribute.plant([changed, change](int* value, CUdevice_attribute attribute, CUdevice device) {
        const CUresult result = cuDeviceGetAttribute(value, attribute, device);
        if (result == CUDA_SUCCESS && attribute == changed) {
            change(*value);
        }
        return result;
    });
}

/// Announces a kind of memory and refuses to create it.
void plant_broken_promise(int announced, bool (*is_kind)(const Properties&)) {
    plant_attribute(announced, [](int& value) { value = 1; });
    cuMemCreate.plant([is_kind](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        return wanted != nullptr && is_kind(*wanted) ? CUDA_ERROR_NOT_SUPPORTED
                                                     : cuMemCreate(memory, bytes, wanted, flags);
    });
}

} // namespace

FAULT(attribute_unknown, "attribute-unknown-is-zero",
      "An attribute that the driver does not know is answered with 0.", "", "CAPQ-06") {
    cuDeviceGetAttribute.plant([](int* value, CUdevice_attribute attribute, CUdevice device) {
        const CUresult result = cuDeviceGetAttribute(value, attribute, device);
        if (result == CUDA_ERROR_INVALID_VALUE && attribute > 0) {
            *value = 0;
            return CUDA_SUCCESS;
        }
        return result;
    });
}

FAULT(attribute_writes, "attribute-refused-writes",
      "An attribute that the driver does not know is refused after 0 was written.", "", "CAPQ-06") {
    cuDeviceGetAttribute.plant([](int* value, CUdevice_attribute attribute, CUdevice device) {
        const CUresult result = cuDeviceGetAttribute(value, attribute, device);
        *value = result == CUDA_ERROR_INVALID_VALUE ? 0 : *value;
        return result;
    });
}

FAULT(attribute_bits, "attribute-of-many-bits",
      "VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED is a set of bits, not 0 or 1.", "", "CAPQ-01 CAPQ-02 REU-01") {
    plant_attribute(CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED,
                    [](int& value) { value = value == 0 ? 0 : 3; });
}

FAULT(attribute_forgets, "attribute-changes-its-mind",
      "VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED is 0 when it is asked for twice in a row.", "", "CAPQ-02") {
    static std::atomic<int> last = 0;
    cuDeviceGetAttribute.plant([](int* value, CUdevice_attribute attribute, CUdevice device) {
        const CUresult result = cuDeviceGetAttribute(value, attribute, device);
        if (last.exchange(attribute) == attribute &&
            attribute == CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED) {
            *value = 0;
            last = 0;
        }
        return result;
    });
}

FAULT(attribute_posix, "descriptors-not-announced",
      "Memory can be shared by descriptor, but the attribute says that it cannot.", "", "CAPQ-04") {
    plant_attribute(CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
                    [](int& value) { value = 0; });
}

FAULT(attribute_win32, "win32-announced-minus-one", "The attribute for Win32 handles is -1 on Linux.", "",
      "CAPQ-03") {
    plant_attribute(win32, [](int& value) { value = -1; });
}

FAULT(attribute_pools, "pools-not-announced", "Memory pools work, but the attribute says that they do not.",
      "", "CAPQ-04") {
    plant_attribute(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, [](int& value) { value = 0; });
}

FAULT(attribute_rdma, "rdma-announced-wrongly",
      "The attribute for GPUDirect RDMA says the opposite of what the device does.", "NVIDIA/gdrcopy#177",
      "ALC-17 CAPQ-04 PTR-12") {
    plant_attribute(rdma, [](int& value) { value = value == 0 ? 1 : 0; });
}

FAULT(compression_promised, "compression-promised",
      "Compressible memory is announced, and refused when asked for.", "", "CAPQ-04 ALC-15") {
    plant_broken_promise(CU_DEVICE_ATTRIBUTE_GENERIC_COMPRESSION_SUPPORTED, [](const Properties& wanted) {
        return wanted.allocFlags.compressionType != CU_MEM_ALLOCATION_COMP_NONE;
    });
}

FAULT(sparse_promised, "sparse-promised",
      "Sparse arrays are announced, and their tile pools refused when asked for.", "", "CAPQ-04 ALC-20") {
    plant_broken_promise(CU_DEVICE_ATTRIBUTE_SPARSE_CUDA_ARRAY_SUPPORTED, [](const Properties& wanted) {
        return (wanted.allocFlags.usage & CU_MEM_CREATE_USAGE_TILE_POOL) != 0;
    });
}

FAULT(decompression_promised, "decompression-promised",
      "Hardware decompression is announced, and memory for it refused.", "", "ALC-21") {
    plant_broken_promise(136, [](const Properties& wanted) { return (wanted.allocFlags.usage & 2) != 0; });
}

FAULT(entry_missing, "entry-point-missing", "cuMemRetainAllocationHandle is found at newer versions only.",
      "", "CAPQ-07") {
    cuGetProcAddress.plant([](const char* name, void** function, int version, cuuint64_t flags,
                              CUdriverProcAddressQueryResult* status) {
        const CUresult result = cuGetProcAddress(name, function, version, flags, status);
        if (std::strcmp(name, "cuMemRetainAllocationHandle") == 0 && version < 12000) {
            *function = nullptr;
            *status = CU_GET_PROC_ADDRESS_VERSION_NOT_SUFFICIENT;
        }
        return result;
    });
}

FAULT(entry_early, "entry-point-too-early", "An entry point is found at versions before its first.", "",
      "CAPQ-07") {
    cuGetProcAddress.plant([](const char* name, void** function, int version, cuuint64_t flags,
                              CUdriverProcAddressQueryResult* status) {
        return cuGetProcAddress(name, function, std::clamp(version, 11000, 12000), flags, status);
    });
}

FAULT(entry_case, "entry-point-any-case", "Entry points are found whatever the case of their letters.", "",
      "CAPQ-07") {
    cuGetProcAddress.plant([](const char* name, void** function, int version, cuuint64_t flags,
                              CUdriverProcAddressQueryResult* status) {
        const CUresult result = cuGetProcAddress(name, function, version, flags, status);
        return *function == nullptr && strcasecmp(name, "cuMemCreate") == 0
                   ? cuGetProcAddress("cuMemCreate", function, version, flags, status)
                   : result;
    });
}

FAULT(entry_status, "entry-point-status-unset",
      "The status of a look-up that finds nothing is left as it was.", "", "CAPQ-07") {
    cuGetProcAddress.plant([](const char* name, void** function, int version, cuuint64_t flags,
                              CUdriverProcAddressQueryResult* status) {
        CUdriverProcAddressQueryResult found{};
        const CUresult result = cuGetProcAddress(name, function, version, flags, &found);
        if (*function != nullptr) {
            *status = found;
        }
        return result;
    });
}

FAULT(entry_newer, "entry-point-newer-accepted",
      "A version beyond the driver's gives the driver's newest form.", "", "CAPQ-07") {
    cuGetProcAddress.plant([](const char* name, void** function, int version, cuuint64_t flags,
                              CUdriverProcAddressQueryResult* status) {
        const CUresult result = cuGetProcAddress(name, function, version, flags, status);
        return result == CUDA_ERROR_INVALID_VALUE ? cuGetProcAddress(name, function, 12000, flags, status)
                                                  : result;
    });
}

FAULT(initialised_early, "initialised-on-load",
      "The driver initialises itself when it is loaded: calls before cuInit succeed.", "", "CAPQ-08") {
    if (void* library = dlopen("libcuda.so.1", RTLD_NOW)) {
        if (auto* init = reinterpret_cast<CUresult (*)(unsigned)>(dlsym(library, "cuInit"))) {
            (void)init(0);
        }
    }
}

FAULT(foreign_code, "fault-reported-as-other",
      "After a kernel's fault cuMemRelease answers INVALID_CONTEXT instead of that fault.", "", "CAPQ-09") {
    static std::atomic<bool> faulted = false;
    cudaDeviceSynchronize.plant([] {
        const cudaError_t result = cudaDeviceSynchronize();
        faulted = faulted || result == cudaErrorIllegalAddress;
        return result;
    });
    cuMemRelease.plant(
        [](Memory memory) { return faulted ? CUDA_ERROR_INVALID_CONTEXT : cuMemRelease(memory); });
}

} // namespace faults
