// Defects of what a mapping gives: access, memory, identity; and of many mappings.
#include "faults/core/tracker.hpp"

#include <set>
#include <thread>

namespace faults {

FAULT(map_grants, "map-grants-access", "A fresh mapping can be read and written at once.", "",
      "MAP-01 MAP-14 MAP-20") {
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const CUresult result = cuMemMap(address, bytes, offset, memory, flags);
        if (result == CUDA_SUCCESS) {
            const Access all = access(CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
            (void)cuMemSetAccess(address, bytes, &all, 1);
        }
        return result;
    });
}

FAULT(map_inherits, "map-inherits-access", "A new mapping has the access that was set at its address before.",
      "", "MAP-20") {
    static std::map<Address, CUmemAccess_flags> before;
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        for (const Mapped& mapping : mappings_in(address, bytes)) {
            before[mapping.base] = access_at(mapping.base);
        }
        return tracked::unmap(address, bytes);
    });
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        before.erase(before.lower_bound(address), before.lower_bound(address + bytes));
        return tracked::free(address, bytes);
    });
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        if (result == CUDA_SUCCESS && before.contains(address)) {
            const Access old = access(before[address]);
            (void)cuMemSetAccess(address, bytes, &old, 1);
        }
        return result;
    });
}

FAULT(map_alias_access, "map-alias-inherits-access",
      "A second mapping of memory starts with the access of the first.", "", "MAP-10 ACC-21") {
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const std::vector<Mapped> others = mappings_of(memory);
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        if (result == CUDA_SUCCESS && !others.empty()) {
            const Access same = access(access_at(others.front().base));
            (void)cuMemSetAccess(address, bytes, &same, 1);
        }
        return result;
    });
}

FAULT(alias_copy, "alias-is-a-copy",
      "A second mapping of memory shows a copy of its contents, made when access is set.", "",
      "MAP-10 MAP-11 ACC-21 HST-11") {
    static std::map<Address, Mapped> copies; // by the address of the copy: what is copied
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const std::vector<Mapped> others = mappings_of(memory);
        Memory copy = memory;
        const Properties plain = plain_properties();
        if (!others.empty() && others.front().bytes == bytes && bytes <= 4 * granule()) {
            (void)tracked::create(&copy, bytes, &plain, 0);
        }
        const CUresult result = tracked::map(address, bytes, offset, copy, flags);
        if (copy != memory) {
            copies[address] = others.front();
            (void)cuMemRelease(copy);
        }
        return result;
    });
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* access, size_t count) {
        const Lock lock;
        const CUresult result = cuMemSetAccess(address, bytes, access, count);
        const auto found = copies.find(address);
        const auto mapping = mapping_at(address);
        if (result == CUDA_SUCCESS && found != copies.end() && mapping) {
            (void)poke(*mapping, address, peek(found->second, found->second.base, found->second.bytes));
            copies.erase(found);
        }
        return result;
    });
}

FAULT(alias_write_lost, "alias-copy-lost",
      "A copy from the host into memory through its second mapping does not arrive.", "", "MAP-10") {
    track();
    cuMemcpyHtoD.plant([](Address target, const void* source, size_t bytes) {
        const auto mapping = mapping_at(target);
        const bool second = mapping && mappings_of(mapping->memory).size() > 1 &&
                            mappings_of(mapping->memory).front().base != mapping->base;
        return second ? CUDA_SUCCESS : cuMemcpyHtoD(target, source, bytes);
    });
}

FAULT(map_table_full, "map-table-full",
      "A process can have 3,000 mappings; the next is refused for lack of memory.", "", "MAP-12") {
    static std::atomic<int> live = 0;
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const CUresult result =
            live >= 3000 ? CUDA_ERROR_OUT_OF_MEMORY : cuMemMap(address, bytes, offset, memory, flags);
        live += result == CUDA_SUCCESS ? 1 : 0;
        return result;
    });
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const CUresult result = cuMemUnmap(address, bytes);
        live -= result == CUDA_SUCCESS ? 1 : 0;
        return result;
    });
}

FAULT(map_two_winners, "map-two-winners", "Of two threads that map one address both are told that they did.",
      "", "MAP-28") {
    static std::map<Address, std::thread::id> owners;
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        const auto there = mapping_at(address);
        if (result == CUDA_SUCCESS) {
            owners[address] = std::this_thread::get_id();
        } else if (there && there->base == address && owners[address] != std::this_thread::get_id()) {
            return CUDA_SUCCESS;
        }
        return result;
    });
}

FAULT(map_other_thread, "map-fails-in-threads",
      "Every twentieth cuMemMap by a second thread is refused, as if its entry were in use.", "", "MAP-28") {
    static const std::thread::id first = std::this_thread::get_id();
    static Every nth(20);
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        return std::this_thread::get_id() != first && nth() ? CUDA_ERROR_INVALID_VALUE
                                                            : cuMemMap(address, bytes, offset, memory, flags);
    });
}

FAULT(free_unmaps, "free-unmaps",
      "cuMemFree of a mapped address takes the mapping away instead of leaving it alone.", "", "MAP-27") {
    track();
    cuMemFree.plant([](Address address) {
        const Lock lock;
        const auto mapping = mapping_at(address);
        return mapping && mapping->base == address ? tracked::unmap(address, mapping->bytes)
                                                   : cuMemFree(address);
    });
}

FAULT(latest_error, "refusal-left-in-runtime",
      "A refused cuMemMap or cuMemRelease is left for the next cudaPeekAtLastError to find.",
      "vllm-project/vllm#36651", "MAP-04 MAP-05 MAP-09") {
    static std::atomic<bool> left = false;
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const CUresult result = cuMemMap(address, bytes, offset, memory, flags);
        left = left || result != CUDA_SUCCESS;
        return result;
    });
    cuMemRelease.plant([](Memory memory) {
        const CUresult result = cuMemRelease(memory);
        left = left || result != CUDA_SUCCESS;
        return result;
    });
    cudaPeekAtLastError.plant([] { return left ? cudaErrorInvalidValue : cudaPeekAtLastError(); });
    cudaGetLastError.plant([] { return left.exchange(false) ? cudaErrorInvalidValue : cudaGetLastError(); });
}

FAULT(map_fails, "map-fails-now-and-then", "Every 150th cuMemMap fails for lack of memory.", "",
      "ACC-18 MAP-12 LIF-01") {
    static Every nth(150);
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        return nth() ? CUDA_ERROR_OUT_OF_MEMORY : cuMemMap(address, bytes, offset, memory, flags);
    });
}

// Mapping at an address anew must not reach what is mapped elsewhere.
FAULT(remap_spoils_another, "remap-spoils-another",
      "Mapping memory where memory was mapped before overwrites the first word of another mapping.", "",
      "REU-09") {
    static std::set<CUdeviceptr> ever;
    static std::set<CUdeviceptr> live;
    cuMemMap.plant([](CUdeviceptr address, size_t bytes, size_t offset, CUmemGenericAllocationHandle handle,
                      unsigned long long flags) {
        const CUresult result = cuMemMap(address, bytes, offset, handle, flags);
        if (result == CUDA_SUCCESS) {
            if (!ever.insert(address).second && !live.empty()) {
                (void)cuMemsetD32(*live.rbegin(), 0xbad, 1);
            }
            live.insert(address);
        }
        return result;
    });
    cuMemUnmap.plant([](CUdeviceptr address, size_t bytes) {
        const CUresult result = cuMemUnmap(address, bytes);
        if (result == CUDA_SUCCESS) {
            live.erase(live.lower_bound(address), live.lower_bound(address + bytes));
        }
        return result;
    });
}

} // namespace faults
