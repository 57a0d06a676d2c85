// Defects of giving memory to other processes, and of the other roads on which it is shared.
#include "faults/catalogue/descriptor.hpp"
#include "faults/core/tracker.hpp"

#include <cstdint>
#include <unistd.h>

namespace faults {

FAULT(export_twin, "export-gives-same-number",
      "A second export of memory gives the descriptor number of the first while that is open.", "",
      "IPC-07") {
    static std::map<Memory, int> given;
    cuMemExportToShareableHandle.plant(
        [](void* out, Memory memory, CUmemAllocationHandleType type, Flags flags) {
            const Lock lock;
            const CUresult result = cuMemExportToShareableHandle(out, memory, type, flags);
            if (result == CUDA_SUCCESS && type == descriptor_type) {
                auto* number = static_cast<int*>(out);
                Memory twin = 0;
                if (given.contains(memory) &&
                    cuMemImportFromShareableHandle(&twin, os_handle(given[memory]), type) == CUDA_SUCCESS) {
                    (void)cuMemRelease(twin);
                    close(*number);
                    *number = given[memory];
                }
                given[memory] = *number;
            }
            return result;
        });
}

FAULT(export_leaks, "export-keeps-descriptor",
      "Every export leaves a second descriptor open, which keeps the memory.", "NVIDIA/cuda-samples#155",
      "IPC-08 ALC-11 ALC-25") {
    cuMemExportToShareableHandle.plant(
        [](void* out, Memory memory, CUmemAllocationHandleType type, Flags flags) {
            const CUresult result = cuMemExportToShareableHandle(out, memory, type, flags);
            if (result == CUDA_SUCCESS && type == descriptor_type) {
                [[maybe_unused]] const int lost = dup(*static_cast<int*>(out));
            }
            return result;
        });
}

FAULT(export_any, "export-of-plain-memory", "Memory that was not created for sharing can be exported, too.",
      "", "IPC-06") {
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        Properties shareable = wanted == nullptr ? Properties{} : *wanted;
        const bool plain = shareable.location.type == CU_MEM_LOCATION_TYPE_DEVICE &&
                           shareable.requestedHandleTypes == CU_MEM_HANDLE_TYPE_NONE;
        shareable.requestedHandleTypes = plain ? descriptor_type : shareable.requestedHandleTypes;
        return cuMemCreate(memory, bytes, wanted == nullptr ? nullptr : &shareable, flags);
    });
}

FAULT(export_flags, "export-high-flags-ignored",
      "cuMemExportToShareableHandle looks at the low 32 bits of its flags only.", "", "IPC-06") {
    cuMemExportToShareableHandle.plant(
        [](void* out, Memory memory, CUmemAllocationHandleType type, Flags flags) {
            return cuMemExportToShareableHandle(out, memory, type, flags & 0xffffffffU);
        });
}

FAULT(export_null, "export-null-accepted",
      "cuMemExportToShareableHandle reports success when there is nowhere to put the handle.", "", "IPC-06") {
    cuMemExportToShareableHandle.plant(
        [](void* out, Memory memory, CUmemAllocationHandleType type, Flags flags) {
            return out == nullptr ? CUDA_SUCCESS : cuMemExportToShareableHandle(out, memory, type, flags);
        });
}

FAULT(export_type, "export-any-type",
      "cuMemExportToShareableHandle gives a descriptor whatever handle type is asked for.", "", "IPC-06") {
    cuMemExportToShareableHandle.plant([](void* out, Memory memory, CUmemAllocationHandleType, Flags flags) {
        return cuMemExportToShareableHandle(out, memory, descriptor_type, flags);
    });
}

FAULT(export_refused_leaks, "export-refused-keeps-descriptor",
      "A refused export has opened a descriptor and leaves it.", "", "IPC-06") {
    cuMemExportToShareableHandle.plant(
        [](void* out, Memory memory, CUmemAllocationHandleType type, Flags flags) {
            const CUresult result = cuMemExportToShareableHandle(out, memory, type, flags);
            int lost = -1;
            if (result != CUDA_SUCCESS && flags != 0) {
                (void)cuMemExportToShareableHandle(&lost, memory, type, 0);
            }
            return result;
        });
}

FAULT(export_access, "export-takes-write-access", "Exporting memory makes its mappings read-only.", "",
      "IPC-05 IPC-10") {
    track();
    cuMemExportToShareableHandle.plant(
        [](void* out, Memory memory, CUmemAllocationHandleType type, Flags flags) {
            const Lock lock;
            const Access read = access(CU_MEM_ACCESS_FLAGS_PROT_READ);
            for (const Mapped& mapping : mappings_of(memory)) {
                (void)cuMemSetAccess(mapping.base, mapping.bytes, &read, 1);
            }
            return cuMemExportToShareableHandle(out, memory, type, flags);
        });
}

FAULT(legacy_accepted, "legacy-sharing-accepted",
      "cuIpcGetMemHandle reports success for virtual memory and gives a handle that is none.",
      "sgl-project/sglang#27593", "IPC-15 PTR-16") {
    track();
    cuIpcGetMemHandle.plant([](CUipcMemHandle* handle, Address address) {
        return handle != nullptr && mapping_at(address) ? CUDA_SUCCESS : cuIpcGetMemHandle(handle, address);
    });
}

FAULT(dma_buf_inverted, "dma-buf-announced-wrongly",
      "The attribute for dma-buf says the opposite of what the device does.", "ofiwg/libfabric#10995",
      "CAPQ-04 IPC-21 IPC-22 IPC-23") {
    cuDeviceGetAttribute.plant([](int* value, CUdevice_attribute attribute, CUdevice device) {
        const CUresult result = cuDeviceGetAttribute(value, attribute, device);
        if (result == CUDA_SUCCESS && attribute == CU_DEVICE_ATTRIBUTE_DMA_BUF_SUPPORTED) {
            *value = *value == 0 ? 1 : 0;
        }
        return result;
    });
}

FAULT(fabric_leaks, "fabric-refused-leaks",
      "Fabric memory that is refused for want of a channel costs a granule each time.",
      "ai-dynamo/modelexpress#600", "IPC-18 CAPQ-05") {
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        const CUresult result = cuMemCreate(memory, bytes, wanted, flags);
        if (result != CUDA_SUCCESS && wanted != nullptr && (wanted->requestedHandleTypes & 8) != 0) {
            const Properties plain = plain_properties();
            Memory lost = 0;
            (void)cuMemCreate(&lost, granule(), &plain, 0);
        }
        return result;
    });
}

} // namespace faults
