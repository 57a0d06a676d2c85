// Defects of cuMemGetAllocationPropertiesFromHandle, of cuMemGetInfo, and of memory and its context.
#include "faults/catalogue/imported.hpp"

#include <set>

namespace faults {
namespace {

/// Changes the answer of cuMemGetAllocationPropertiesFromHandle.
template<typename Change>
void plant_answer(Change change) {
    cuMemGetAllocationPropertiesFromHandle.plant([change](Properties* found, Memory memory) {
        const CUresult result = cuMemGetAllocationPropertiesFromHandle(found, memory);
        if (result == CUDA_SUCCESS) {
            change(*found, memory);
        }
        return result;
    });
}

} // namespace

FAULT(properties_change, "properties-change-with-release",
      "Memory says that it is shareable once its handle was released, though it was not created so.", "",
      "ALC-14") {
    static std::set<Memory> released;
    cuMemRelease.plant([](Memory memory) {
        const Lock lock;
        const CUresult result = cuMemRelease(memory);
        if (result == CUDA_SUCCESS) {
            released.insert(memory);
        }
        return result;
    });
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        const Lock lock;
        const CUresult result = cuMemCreate(memory, bytes, wanted, flags);
        if (result == CUDA_SUCCESS) {
            released.erase(*memory);
        }
        return result;
    });
    plant_answer([](Properties& found, Memory memory) {
        const Lock lock;
        if (released.contains(memory)) {
            found.requestedHandleTypes = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;
        }
    });
}

FAULT(properties_types, "properties-without-handle-types",
      "The properties of shareable memory say that no handle type was requested.", "", "ALC-14") {
    plant_answer([](Properties& found, Memory) { found.requestedHandleTypes = CU_MEM_HANDLE_TYPE_NONE; });
}

FAULT(properties_compression, "properties-claim-compression",
      "The properties of plain memory say that it is compressible.", "", "ALC-14") {
    plant_answer(
        [](Properties& found, Memory) { found.allocFlags.compressionType = CU_MEM_ALLOCATION_COMP_GENERIC; });
}

FAULT(properties_import, "properties-of-import-without-device",
      "Imported memory says that it lies on the device after its own.", "", "ALC-14 IPC-16") {
    track_imports();
    plant_answer([](Properties& found, Memory memory) {
        const Lock lock;
        found.location.id += imported().contains(memory) ? 1 : 0;
    });
}

FAULT(properties_unset, "properties-partly-unset",
      "cuMemGetAllocationPropertiesFromHandle leaves the usage flags as they were in the caller's structure.",
      "", "ALC-14") {
    cuMemGetAllocationPropertiesFromHandle.plant([](Properties* found, Memory memory) {
        const auto before = found == nullptr ? 0 : found->allocFlags.usage;
        const CUresult result = cuMemGetAllocationPropertiesFromHandle(found, memory);
        if (result == CUDA_SUCCESS && found != nullptr) {
            found->allocFlags.usage = before;
        }
        return result;
    });
}

FAULT(properties_null, "properties-null-accepted",
      "cuMemGetAllocationPropertiesFromHandle reports success when there is nowhere to put them.", "",
      "ALC-14") {
    cuMemGetAllocationPropertiesFromHandle.plant([](Properties* found, Memory memory) {
        return found == nullptr ? CUDA_SUCCESS : cuMemGetAllocationPropertiesFromHandle(found, memory);
    });
}

FAULT(info_late, "free-memory-late", "cuMemGetInfo answers what was free at the call before.", "",
      "REU-08 ALC-04 MAP-16") {
    static size_t last = 0;
    cuMemGetInfo.plant([](size_t* free, size_t* total) {
        const Lock lock;
        const CUresult result = cuMemGetInfo(free, total);
        if (result == CUDA_SUCCESS) {
            std::swap(*free, last);
            *free = *free == 0 ? last : *free;
        }
        return result;
    });
}

FAULT(info_drifts, "free-memory-drifts",
      "With every thousandth release cuMemGetInfo reports a page less for good.", "", "LIF-01") {
    static Every thousandth(1000);
    static std::atomic<size_t> lost = 0;
    cuMemRelease.plant([](Memory memory) {
        lost += thousandth() ? 4096 : 0;
        return cuMemRelease(memory);
    });
    cuMemGetInfo.plant([](size_t* free, size_t* total) {
        const CUresult result = cuMemGetInfo(free, total);
        *free -= result == CUDA_SUCCESS ? lost.load() : 0;
        return result;
    });
}

FAULT(memory_of_context, "memory-dies-with-context",
      "Destroying a context unmaps what was mapped while it was current.", "", "ALC-23") {
    static std::map<Address, CUcontext> owners;
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        (void)cuCtxGetCurrent(&owners[address]);
        return tracked::map(address, bytes, offset, memory, flags);
    });
    cuCtxDestroy.plant([](CUcontext context) {
        const Lock lock;
        for (const auto& [address, owner] : owners) {
            const auto mapping = mapping_at(address);
            if (owner == context && mapping) {
                (void)tracked::unmap(mapping->base, mapping->bytes);
            }
        }
        return cuCtxDestroy(context);
    });
}

} // namespace faults
