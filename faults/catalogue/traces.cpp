// Defects by which what was there before leaves a trace: an order of letting go, a remap, a count of changes.
#include "faults/catalogue/pointer_answer.hpp"
#include "faults/catalogue/released.hpp"

#include <algorithm>
#include <list>

namespace faults {
namespace {

/// Overwrites one word of a mapping.
void lose_word(const Mapped& mapping, Address at) {
    (void)poke(mapping, at, Bytes(4, 0xd1));
}

bool grants_processor(const Access* wanted, size_t count) {
    for (size_t i = 0; wanted != nullptr && i < count; ++i) {
        if (wanted[i].location.type != CU_MEM_LOCATION_TYPE_DEVICE &&
            wanted[i].flags != CU_MEM_ACCESS_FLAGS_PROT_NONE) {
            return true;
        }
    }
    return false;
}

} // namespace

FAULT(trace_arena, "release-waits-for-newer-memory",
      "Memory of several granules comes back when all that was created after it is released, too.", "",
      "ALC-11") {
    struct Created {
        Memory memory;
        bool released;
    };
    static std::list<Created> arena; // in the order of creation
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        const Lock lock;
        const CUresult result = cuMemCreate(memory, bytes, wanted, flags);
        if (result == CUDA_SUCCESS && bytes > granule()) {
            arena.push_back({*memory, false});
        }
        return result;
    });
    cuMemRelease.plant([](Memory memory) {
        const Lock lock;
        const auto found = std::find_if(arena.begin(), arena.end(), [&](const Created& one) {
            return one.memory == memory && !one.released;
        });
        if (found == arena.end()) {
            return cuMemRelease(memory);
        }
        found->released = true;
        while (!arena.empty() && arena.back().released) {
            (void)cuMemRelease(arena.back().memory);
            arena.pop_back();
        }
        return CUDA_SUCCESS;
    });
}

FAULT(trace_processor, "host-grant-survives-remap",
      "Where the processor had access, memory of the host that is mapped next is open to it.", "", "HST-05") {
    static std::map<Address, Access> granted;
    track();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const CUresult result = cuMemSetAccess(address, bytes, wanted, count);
        for (size_t i = 0; result == CUDA_SUCCESS && grants_processor(wanted, count) && i < count; ++i) {
            if (wanted[i].location.type != CU_MEM_LOCATION_TYPE_DEVICE) {
                granted[address] = wanted[i];
            }
        }
        return result;
    });
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        granted.erase(granted.lower_bound(address), granted.lower_bound(address + bytes));
        return tracked::free(address, bytes);
    });
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        const auto found = granted.find(address);
        if (result == CUDA_SUCCESS && found != granted.end()) {
            (void)cuMemSetAccess(address, bytes, &found->second, 1); // refused for memory of the device
        }
        return result;
    });
}

FAULT(trace_type, "memory-type-stale-after-host-memory",
      "MEMORY_TYPE is answered from a cache by address that a remap does not clear.", "", "PTR-08") {
    static std::map<Address, unsigned> cache;
    plant_answer<unsigned>(CU_POINTER_ATTRIBUTE_MEMORY_TYPE, [](unsigned& type, Address address) {
        const Lock lock;
        type = cache.try_emplace(address, type).first->second;
    });
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        cache.clear();
        return tracked::free(address, bytes);
    });
}

FAULT(trace_export, "export-needs-handle-of-creation",
      "Memory whose handle was released cannot be exported by one that is retained.", "", "IPC-05") {
    static const std::set<Memory>& released = follow_releases();
    cuMemExportToShareableHandle.plant(
        [](void* handle, Memory memory, CUmemAllocationHandleType type, Flags flags) {
            const Lock lock;
            return released.contains(memory) ? CUDA_ERROR_INVALID_VALUE
                                             : cuMemExportToShareableHandle(handle, memory, type, flags);
        });
}

FAULT(trace_neighbour, "range-size-of-adjacent-reservations",
      "RANGE_SIZE reaches to the end of the reservation behind, where that begins without a gap.", "",
      "PTR-01") {
    plant_answer<size_t>(CU_POINTER_ATTRIBUTE_RANGE_SIZE, [](size_t& size, Address address) {
        const auto range = reservation_at(address);
        const auto behind = range ? reservation_at(range->first + range->second) : std::nullopt;
        size += behind ? behind->second : 0;
    });
}

FAULT(trace_change, "access-change-loses-word-every-50th",
      "Every 50th change of access loses the last word of the mapping.", "", "ACC-07") {
    track();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        static Every fiftieth(50);
        const CUresult result = cuMemSetAccess(address, bytes, wanted, count);
        const auto mapping = mapping_at(address);
        if (result == CUDA_SUCCESS && mapping && fiftieth()) {
            lose_word(*mapping, mapping->end() - 4);
        }
        return result;
    });
}

FAULT(trace_unmap, "unmap-loses-word-every-30th",
      "Every 30th unmap loses the first word of the memory, which lives on.", "", "MAP-22") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        static Every thirtieth(30);
        const auto mapping = mapping_at(address);
        if (mapping && mapping->base == address && thirtieth()) {
            lose_word(*mapping, address);
        }
        return tracked::unmap(address, bytes);
    });
}

FAULT(
    trace_granularity, "granularity-after-shareable-twice",
    "The granularity of plain memory is told twice as large when that of shareable memory was asked before.",
    "", "ALC-01") {
    cuMemGetAllocationGranularity.plant(
        [](size_t* bytes, const Properties* wanted, CUmemAllocationGranularity_flags option) {
            const Lock lock;
            static bool after_shareable = false;
            const CUresult result = cuMemGetAllocationGranularity(bytes, wanted, option);
            if (result == CUDA_SUCCESS) {
                const bool shareable = wanted->requestedHandleTypes != CU_MEM_HANDLE_TYPE_NONE;
                *bytes *= after_shareable && !shareable ? 2 : 1;
                after_shareable = shareable;
            }
            return result;
        });
}

FAULT(trace_thread, "attribute-zero-in-other-threads",
      "VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED is 0 for all threads but the first that asks.", "", "REU-01") {
    cuDeviceGetAttribute.plant([](int* value, CUdevice_attribute attribute, CUdevice device) {
        static thread_local const char self = 0;
        static std::atomic<const char*> first{nullptr};
        const char* none = nullptr;
        const bool other = !first.compare_exchange_strong(none, &self) && first.load() != &self;
        const CUresult result = cuDeviceGetAttribute(value, attribute, device);
        if (result == CUDA_SUCCESS && other &&
            attribute == CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED) {
            *value = 0;
        }
        return result;
    });
}

FAULT(trace_second_import, "second-import-is-read-only",
      "What is imported a second time from one descriptor can be mapped for reading only.", "", "IPC-09") {
    static std::map<int, unsigned> imports;
    static std::set<Address> limited;
    static bool second = false;
    track();
    cuMemImportFromShareableHandle.plant([](Memory* memory, void* handle, CUmemAllocationHandleType type) {
        const Lock lock;
        const CUresult result = cuMemImportFromShareableHandle(memory, handle, type);
        const auto number = static_cast<int>(reinterpret_cast<intptr_t>(handle));
        second = result == CUDA_SUCCESS && ++imports[number] % 2 == 0;
        return result;
    });
    cuMemExportToShareableHandle.plant(
        [](void* handle, Memory memory, CUmemAllocationHandleType type, Flags flags) {
            const Lock lock;
            const CUresult result = cuMemExportToShareableHandle(handle, memory, type, flags);
            if (result == CUDA_SUCCESS && type == CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR) {
                imports.erase(*static_cast<int*>(handle));
            }
            return result;
        });
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        limited.erase(address);
        if (second) {
            limited.insert(address);
        }
        second = false;
        return tracked::map(address, bytes, offset, memory, flags);
    });
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        if (count != 1 || wanted == nullptr || !limited.contains(address) ||
            wanted->flags != CU_MEM_ACCESS_FLAGS_PROT_READWRITE) {
            return cuMemSetAccess(address, bytes, wanted, count);
        }
        Access less = *wanted;
        less.flags = CU_MEM_ACCESS_FLAGS_PROT_READ;
        return cuMemSetAccess(address, bytes, &less, 1);
    });
}

} // namespace faults
