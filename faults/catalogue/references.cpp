// Defects of handles and of what keeps memory alive.
#include "faults/catalogue/released.hpp"

#include <set>

namespace faults {
namespace {

constexpr Memory mark = Memory{1} << 62;

Memory unmarked(Memory memory) {
    return memory & ~mark;
}

} // namespace

FAULT(release_forgets, "release-keeps-memory",
      "Every twentieth cuMemRelease reports success and keeps the memory.", "NVIDIA/cuda-python#2882",
      "LIF-01 ALC-11 ALC-13") {
    static Every nth(20);
    cuMemRelease.plant([](Memory memory) { return nth() ? CUDA_SUCCESS : cuMemRelease(memory); });
}

FAULT(release_early, "release-frees-mapped-memory",
      "Releasing the handle frees memory that is still mapped: the next allocation overwrites its last page.",
      "", "ALC-12") {
    static std::set<Address> orphans;
    track();
    cuMemRelease.plant([](Memory memory) {
        const Lock lock;
        const CUresult result = cuMemRelease(memory);
        if (result == CUDA_SUCCESS) {
            for (const Mapped& mapping : mappings_of(memory)) {
                orphans.insert(mapping.base);
            }
        }
        return result;
    });
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        const Lock lock;
        for (const Address orphan : orphans) {
            if (const auto mapping = mapping_at(orphan)) {
                (void)poke(*mapping, mapping->end() - 4096, Bytes(4096, 0xdd));
            }
        }
        orphans.clear();
        return tracked::create(memory, bytes, wanted, flags);
    });
}

FAULT(release_access, "release-takes-access", "Releasing the handle takes the access of its mapping away.",
      "", "ALC-12 REU-06") {
    track();
    cuMemRelease.plant([](Memory memory) {
        const Lock lock;
        const CUresult result = cuMemRelease(memory);
        const Access none = access(CU_MEM_ACCESS_FLAGS_PROT_NONE);
        for (const Mapped& mapping : mappings_of(memory)) {
            (void)cuMemSetAccess(mapping.base, mapping.bytes, &none, 1);
        }
        return result;
    });
}

FAULT(release_early_free, "release-reports-free-memory",
      "cuMemGetInfo counts memory as free once its handle is released, though it is mapped still.", "",
      "ALC-11") {
    static size_t early = 0;
    track();
    cuMemRelease.plant([](Memory memory) {
        const Lock lock;
        early += mappings_of(memory).empty() ? 0 : size_of(memory);
        return cuMemRelease(memory);
    });
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        early = 0;
        return tracked::unmap(address, bytes);
    });
    cuMemGetInfo.plant([](size_t* free, size_t* total) {
        const CUresult result = cuMemGetInfo(free, total);
        *free += result == CUDA_SUCCESS ? early : 0;
        return result;
    });
}

FAULT(handle_again, "create-shares-handle",
      "Now and then cuMemCreate gives the handle of memory that lives already.", "", "ALC-28") {
    static Every nth(60);
    track();
    static Memory last = 0;
    static size_t last_bytes = 0;
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        const Lock lock;
        Properties known{};
        if (memory != nullptr && last != 0 && bytes == last_bytes && nth() &&
            cuMemGetAllocationPropertiesFromHandle(&known, last) == CUDA_SUCCESS) {
            *memory = last;
            return CUDA_SUCCESS;
        }
        const CUresult result = tracked::create(memory, bytes, wanted, flags);
        if (result == CUDA_SUCCESS && memory != nullptr) {
            last = *memory;
            last_bytes = bytes;
        }
        return result;
    });
}

FAULT(retain_other, "retain-gives-another-value",
      "cuMemRetainAllocationHandle gives a value that works, but is not that of the handle.", "", "IPC-01") {
    cuMemRetainAllocationHandle.plant([](Memory* memory, void* address) {
        const CUresult result = cuMemRetainAllocationHandle(memory, address);
        if (result == CUDA_SUCCESS) {
            *memory |= mark;
        }
        return result;
    });
    cuMemRelease.plant([](Memory memory) { return cuMemRelease(unmarked(memory)); });
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        return cuMemMap(address, bytes, offset, unmarked(memory), flags);
    });
    cuMemGetAllocationPropertiesFromHandle.plant([](Properties* found, Memory memory) {
        return cuMemGetAllocationPropertiesFromHandle(found, unmarked(memory));
    });
    cuMemExportToShareableHandle.plant(
        [](void* out, Memory memory, CUmemAllocationHandleType type, Flags flags) {
            return cuMemExportToShareableHandle(out, unmarked(memory), type, flags);
        });
}

FAULT(retain_leaks, "retain-counts-twice", "cuMemRetainAllocationHandle takes two references and gives one.",
      "", "IPC-02 ALC-11") {
    cuMemRetainAllocationHandle.plant([](Memory* memory, void* address) {
        (void)cuMemRetainAllocationHandle(memory, address);
        return cuMemRetainAllocationHandle(memory, address);
    });
}

FAULT(retain_base, "retain-base-only",
      "cuMemRetainAllocationHandle knows only the first granule of a mapping.", "", "IPC-01") {
    track();
    cuMemRetainAllocationHandle.plant([](Memory* memory, void* address) {
        const auto place = reinterpret_cast<Address>(address);
        const auto mapping = mapping_at(place);
        return mapping && place - mapping->base >= granule() ? CUDA_ERROR_INVALID_VALUE
                                                             : cuMemRetainAllocationHandle(memory, address);
    });
}

FAULT(retain_neighbour, "retain-neighbour-at-end",
      "In the last page of a mapping cuMemRetainAllocationHandle gives the handle of the mapping behind it.",
      "", "IPC-01") {
    track();
    cuMemRetainAllocationHandle.plant([](Memory* memory, void* address) {
        const auto place = reinterpret_cast<Address>(address);
        const auto mapping = mapping_at(place);
        const bool at_end = mapping && mapping_at(mapping->end()) && place >= mapping->end() - 4096;
        return cuMemRetainAllocationHandle(memory,
                                           at_end ? reinterpret_cast<void*>(mapping->end()) : address);
    });
}

FAULT(retain_unmapped, "retain-after-unmap",
      "cuMemRetainAllocationHandle still finds memory that was mapped by one call and is unmapped.", "",
      "IPC-03 MAP-16") {
    static std::map<Address, Memory> stale;
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const auto mapping = mapping_at(address);
        const CUresult result = tracked::unmap(address, bytes);
        if (result == CUDA_SUCCESS && mapping) {
            stale[address] = mapping->memory;
        }
        return result;
    });
    cuMemRetainAllocationHandle.plant([](Memory* memory, void* address) {
        const Lock lock;
        const CUresult result = cuMemRetainAllocationHandle(memory, address);
        const auto found = stale.find(reinterpret_cast<Address>(address));
        if (result == CUDA_SUCCESS || memory == nullptr || found == stale.end()) {
            return result;
        }
        *memory = found->second;
        return CUDA_SUCCESS;
    });
    cuMemRelease.plant([](Memory memory) {
        (void)cuMemRelease(memory);
        return CUDA_SUCCESS;
    });
}

FAULT(retain_released, "retain-without-handle",
      "cuMemRetainAllocationHandle fails once a handle of the memory is released.", "NVIDIA/nccl#1795",
      "ALC-14 PTR-06") {
    static const std::set<Memory>& released = follow_releases();
    cuMemRetainAllocationHandle.plant([](Memory* memory, void* address) {
        const Lock lock;
        const auto mapping = mapping_at(reinterpret_cast<Address>(address));
        return mapping && released.contains(mapping->memory) ? CUDA_ERROR_INVALID_VALUE
                                                             : cuMemRetainAllocationHandle(memory, address);
    });
}

} // namespace faults
