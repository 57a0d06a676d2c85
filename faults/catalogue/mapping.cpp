// Defects of cuMemMap: what it accepts, and what a mapping is.
#include "faults/core/tracker.hpp"

namespace faults {
namespace {

/// Mappings of another size than the caller knows: what was asked, and what is there.
std::map<Address, std::pair<Mapped, Mapped>>& adjusted() {
    static std::map<Address, std::pair<Mapped, Mapped>> instance;
    return instance;
}

CUresult map_otherwise(const Mapped& asked, const Mapped& done) {
    const Lock lock;
    const CUresult result = cuMemMap(done.base, done.bytes, 0, done.memory, 0);
    if (result == CUDA_SUCCESS && (asked.base != done.base || asked.bytes != done.bytes)) {
        adjusted()[asked.base] = {asked, done};
    }
    return result;
}

void plant_unmap_of_adjusted() {
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const auto found = adjusted().find(address);
        if (found == adjusted().end() || found->second.first.bytes != bytes) {
            return cuMemUnmap(address, bytes);
        }
        const Mapped done = found->second.second;
        adjusted().erase(found);
        return cuMemUnmap(done.base, done.bytes);
    });
}

} // namespace

FAULT(map_offset_accepted, "map-ignores-offset",
      "cuMemMap ignores its offset instead of refusing one that is not zero.", "openxla/xla#38779",
      "MAP-06 MAP-25") {
    cuMemMap.plant([](Address address, size_t bytes, size_t, Memory memory, Flags flags) {
        return cuMemMap(address, bytes, 0, memory, flags);
    });
}

FAULT(map_flags, "map-high-flags-ignored", "cuMemMap looks at the low 32 bits of its flags only.", "",
      "MAP-09") {
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        return cuMemMap(address, bytes, offset, memory, flags & 0xffffffffU);
    });
}

FAULT(map_flags_refused, "map-refused-but-mapped", "cuMemMap refuses unknown flags after it has mapped.", "",
      "MAP-25 MAP-09") {
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const CUresult result = cuMemMap(address, bytes, offset, memory, 0);
        return flags == 0 ? result : CUDA_ERROR_INVALID_VALUE;
    });
}

FAULT(map_size_rounded, "map-size-rounded", "cuMemMap rounds a size off the granularity up.", "", "MAP-05") {
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const size_t one = granule();
        if (flags != 0 || offset != 0 || bytes % one == 0) {
            return cuMemMap(address, bytes, offset, memory, flags);
        }
        return map_otherwise({address, bytes, memory}, {address, bytes + one - bytes % one, memory});
    });
    plant_unmap_of_adjusted();
}

FAULT(map_address_rounded, "map-address-rounded",
      "cuMemMap rounds an address in the upper half of a granule down to its start.", "", "MAP-05 REU-04") {
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const size_t over = address % granule();
        if (flags != 0 || offset != 0 || over < granule() / 2) {
            return cuMemMap(address, bytes, offset, memory, flags);
        }
        return map_otherwise({address, bytes, memory}, {address - over, bytes, memory});
    });
    plant_unmap_of_adjusted();
}

FAULT(map_clamped, "map-larger-clamped",
      "cuMemMap maps the whole allocation when more than that is asked for, and reports success.", "",
      "MAP-07 MAP-25") {
    cuMemCreate.plant(&tracked::create);
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const size_t there = size_of(memory);
        if (flags != 0 || offset != 0 || there == 0 || bytes <= there || bytes % granule() != 0) {
            return cuMemMap(address, bytes, offset, memory, flags);
        }
        return map_otherwise({address, bytes, memory}, {address, there, memory});
    });
    plant_unmap_of_adjusted();
}

FAULT(map_zero, "map-zero-bytes", "cuMemMap reports success for no bytes.", "", "MAP-09 MAP-25") {
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        return bytes == 0 ? CUDA_SUCCESS : cuMemMap(address, bytes, offset, memory, flags);
    });
}

FAULT(map_over, "map-replaces-mapping",
      "cuMemMap over exactly one mapping takes it away and maps the new memory.", "", "MAP-04 MAP-25") {
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const auto there = mapping_at(address);
        if (there && there->base == address && there->bytes == bytes && there->memory != memory) {
            (void)tracked::unmap(address, bytes);
        }
        return tracked::map(address, bytes, offset, memory, flags);
    });
}

FAULT(map_first_granule, "map-checks-first-granule",
      "cuMemMap looks for a mapping at the first granule only: behind it, what is there is taken away.", "",
      "MAP-04") {
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        if (!mapping_at(address) && flags == 0 && offset == 0 && bytes <= size_of(memory)) {
            for (const Mapped& there : mappings_in(address, bytes)) {
                (void)tracked::unmap(there.base, there.bytes);
            }
        }
        return tracked::map(address, bytes, offset, memory, flags);
    });
}

FAULT(map_same_again, "map-counts-same-memory",
      "Mapping the memory that is mapped there already is counted and reports success.", "", "MAP-04") {
    static std::map<Address, unsigned> counts;
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const auto there = mapping_at(address);
        const bool same = there && there->base == address && there->bytes == bytes && there->memory == memory;
        counts[address] += same ? 1 : 0;
        return same ? CUDA_SUCCESS : tracked::map(address, bytes, offset, memory, flags);
    });
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        if (counts[address] > 0) {
            --counts[address];
            return CUDA_SUCCESS;
        }
        return tracked::unmap(address, bytes);
    });
}

FAULT(map_refusal_takes_access, "map-refused-takes-access",
      "A cuMemMap that is refused because something is mapped there leaves the old mapping without access.",
      "", "MAP-04") {
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        if (result != CUDA_SUCCESS) {
            const Access none = access(CU_MEM_ACCESS_FLAGS_PROT_NONE);
            for (const Mapped& there : mappings_in(address, bytes)) {
                (void)cuMemSetAccess(there.base, there.bytes, &none, 1);
            }
        }
        return result;
    });
}

FAULT(map_refusal_keeps, "map-refused-keeps-reference",
      "Every refused cuMemMap keeps a reference to the memory.", "invergent-ai/surogate#117", "MAP-25") {
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        const size_t whole = size_of(memory);
        Address hidden = 0;
        if (result != CUDA_SUCCESS && whole != 0 && mappings_of(memory).empty() &&
            cuMemAddressReserve(&hidden, whole, 0, 0, 0) == CUDA_SUCCESS &&
            cuMemMap(hidden, whole, 0, memory, 0) == CUDA_SUCCESS) {
            leak_reference(hidden);
            (void)cuMemUnmap(hidden, whole);
            (void)cuMemAddressFree(hidden, whole);
        }
        return result;
    });
}

FAULT(map_refusal_context, "map-refused-drops-context",
      "A refused cuMemMap leaves the thread without a current context.", "", "MAP-04 MAP-05 MAP-25") {
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const CUresult result = cuMemMap(address, bytes, offset, memory, flags);
        if (result == CUDA_ERROR_INVALID_VALUE) {
            (void)cuCtxSetCurrent(nullptr);
        }
        return result;
    });
}

FAULT(map_device_memory, "map-over-device-memory",
      "cuMemMap reports success for an address that cudaMalloc has handed out.", "", "MAP-02") {
    static std::map<Address, size_t> blocks;
    cudaMalloc.plant([](void** memory, size_t bytes) {
        const Lock lock;
        const cudaError_t result = cudaMalloc(memory, bytes);
        if (result == cudaSuccess) {
            blocks[reinterpret_cast<Address>(*memory)] = bytes;
        }
        return result;
    });
    cudaFree.plant([](void* memory) {
        const Lock lock;
        blocks.erase(reinterpret_cast<Address>(memory));
        return cudaFree(memory);
    });
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const auto after = blocks.upper_bound(address);
        const bool inside =
            after != blocks.begin() && address - std::prev(after)->first < std::prev(after)->second;
        return inside ? CUDA_SUCCESS : cuMemMap(address, bytes, offset, memory, flags);
    });
}

FAULT(map_last_granule, "map-last-granule-refused",
      "The last granule of a reservation of more than one cannot be mapped alone.", "", "MAP-01 RSV-09") {
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const auto around = reservation_at(address);
        const bool last = around && around->second > bytes && bytes <= granule() &&
                          address + bytes == around->first + around->second;
        return last ? CUDA_ERROR_INVALID_VALUE : tracked::map(address, bytes, offset, memory, flags);
    });
}

FAULT(map_whole, "map-whole-refused",
      "cuMemMap takes less than the allocation and, of several granules, not all of it.", "",
      "MAP-07 MAP-12") {
    cuMemCreate.plant(&tracked::create);
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        return bytes > granule() && bytes == size_of(memory)
                   ? CUDA_ERROR_INVALID_VALUE
                   : cuMemMap(address, bytes, offset, memory, flags);
    });
}

FAULT(map_first_part, "map-part-takes-all",
      "Mapping the first part of an allocation maps all of it where there is room.", "", "MAP-08") {
    cuMemCreate.plant(&tracked::create);
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const size_t whole = size_of(memory);
        const bool part = flags == 0 && offset == 0 && bytes != 0 && bytes < whole && bytes % granule() == 0;
        return part && map_otherwise({address, bytes, memory}, {address, whole, memory}) == CUDA_SUCCESS
                   ? CUDA_SUCCESS
                   : cuMemMap(address, bytes, offset, memory, flags);
    });
    plant_unmap_of_adjusted();
}

FAULT(map_fills, "map-of-whole-reservation-refused",
      "Every other mapping that fills its reservation to the end is refused.", "", "REU-03") {
    static Every other(2);
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const auto around = reservation_at(address);
        return around == std::pair(address, bytes) && other()
                   ? CUDA_ERROR_INVALID_VALUE
                   : tracked::map(address, bytes, offset, memory, flags);
    });
}

} // namespace faults
