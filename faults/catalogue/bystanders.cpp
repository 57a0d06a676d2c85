// Defects that harm what a call does not name: another mapping of the memory, a neighbour, another memory.
#include "faults/catalogue/released.hpp"

#include <set>

namespace faults {
namespace {

constexpr auto no_access = CU_MEM_ACCESS_FLAGS_PROT_NONE;
constexpr auto read_access = CU_MEM_ACCESS_FLAGS_PROT_READ;

/// Lowers the access of a mapping; one that has less already keeps it.
void limit(const std::optional<Mapped>& mapping, CUmemAccess_flags flags) {
    if (mapping && access_at(mapping->base) > flags) {
        const Access wanted = access(flags);
        (void)cuMemSetAccess(mapping->base, mapping->bytes, &wanted, 1);
    }
}

/// Inverts the last word of a mapping.
void spoil(const std::optional<Mapped>& mapping) {
    if (mapping) {
        Bytes word = peek(*mapping, mapping->end() - 4, 4);
        for (unsigned char& byte : word) {
            byte = static_cast<unsigned char>(~byte);
        }
        (void)poke(*mapping, mapping->end() - 4, word);
    }
}

std::optional<Mapped> mapping_before(Address address) {
    return mapping_at(address - 1);
}

std::optional<Mapped> lowest_but(Memory memory) {
    for (const Mapped& mapping : mappings_in(0, ~size_t{0})) {
        if (mapping.memory != memory) {
            return mapping;
        }
    }
    return std::nullopt;
}

/// Plants `harm(mappings)` behind each unmap: the mappings that it takes, as they were.
template<typename Harm>
void plant_unmap(Harm harm) {
    track();
    cuMemUnmap.plant([harm](Address address, size_t bytes) {
        const Lock lock;
        const std::vector<Mapped> all = mappings_in(address, bytes);
        const CUresult result = tracked::unmap(address, bytes);
        if (result == CUDA_SUCCESS && !all.empty()) {
            harm(all);
        }
        return result;
    });
}

} // namespace

FAULT(unmap_alias_elsewhere, "unmap-takes-alias-access-elsewhere",
      "Unmapping memory takes the access of its mappings in other reservations.", "", "MAP-10") {
    plant_unmap([](const std::vector<Mapped>& gone) {
        for (const Mapped& alias : mappings_of(gone.front().memory)) {
            const auto here = reservation_at(gone.front().base);
            const auto there = reservation_at(alias.base);
            limit(here && there && *here != *there ? std::optional(alias) : std::nullopt, no_access);
        }
    });
}

FAULT(unmap_before, "unmap-write-protects-mapping-before",
      "Unmapping makes the mapping that ends where the range begins read-only.", "", "MAP-16") {
    plant_unmap(
        [](const std::vector<Mapped>& gone) { limit(mapping_before(gone.front().base), read_access); });
}

FAULT(unmap_behind, "unmap-write-protects-mapping-behind",
      "Unmapping makes the mapping that begins where the range ends read-only.", "", "MAP-16") {
    plant_unmap([](const std::vector<Mapped>& gone) { limit(mapping_at(gone.back().end()), read_access); });
}

FAULT(unmap_several_alias, "unmap-of-several-takes-alias-access",
      "An unmap of several mappings takes the access of other mappings of the second memory.", "", "MAP-16") {
    plant_unmap([](const std::vector<Mapped>& gone) {
        for (const Mapped& alias : gone.size() > 1 ? mappings_of(gone[1].memory) : std::vector<Mapped>()) {
            limit(alias, no_access);
        }
    });
}

FAULT(map_refused_alias, "map-refused-takes-access-elsewhere",
      "A refused cuMemMap leaves other mappings of the memory read-only.", "", "MAP-25") {
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        for (const Mapped& other : result == CUDA_SUCCESS ? std::vector<Mapped>() : mappings_of(memory)) {
            limit(other, read_access);
        }
        return result;
    });
}

FAULT(map_before, "map-in-front-takes-access",
      "Mapping memory right before another mapping takes write access from that.", "", "ACC-03") {
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        limit(result == CUDA_SUCCESS ? mapping_at(address + bytes) : std::nullopt, read_access);
        return result;
    });
}

FAULT(free_neighbour, "free-takes-access-of-next-range",
      "Freeing a reservation takes write access from what is mapped where the next one begins.", "",
      "RSV-13") {
    track();
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        const CUresult result = tracked::free(address, bytes);
        limit(result == CUDA_SUCCESS ? mapping_at(address + bytes) : std::nullopt, read_access);
        return result;
    });
}

FAULT(free_refused_access, "free-refused-takes-access",
      "A refused cuMemAddressFree leaves the mappings of the reservation read-only.", "", "RSV-11") {
    track();
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        const CUresult result = tracked::free(address, bytes);
        const auto around = result == CUDA_SUCCESS ? std::nullopt : reservation_at(address);
        for (const Mapped& mapping :
             around ? mappings_in(around->first, around->second) : std::vector<Mapped>()) {
            limit(mapping, read_access);
        }
        return result;
    });
}

FAULT(free_refused_closed, "free-refused-closes-middle",
      "After a refused cuMemAddressFree nothing can be mapped inside the reservation but at its ends.", "",
      "RSV-11") {
    static std::set<Address> closed;
    track();
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        const CUresult result = tracked::free(address, bytes);
        const auto around = reservation_at(address);
        if (around) {
            closed.insert(around->first);
        } else {
            closed.erase(address);
        }
        return result;
    });
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const auto around = reservation_at(address);
        const bool inside = around && closed.contains(around->first) && address != around->first &&
                            address + bytes != around->first + around->second;
        return inside ? CUDA_ERROR_INVALID_VALUE : tracked::map(address, bytes, offset, memory, flags);
    });
}

FAULT(release_alias, "release-takes-access-of-alias",
      "Releasing the handle of memory that is mapped twice makes the upper mapping read-only.", "",
      "ALC-12") {
    track();
    cuMemRelease.plant([](Memory memory) {
        const Lock lock;
        const CUresult result = cuMemRelease(memory);
        const std::vector<Mapped> all = mappings_of(memory);
        limit(result == CUDA_SUCCESS && all.size() > 1 ? std::optional(all.back()) : std::nullopt,
              read_access);
        return result;
    });
}

FAULT(release_other, "release-spoils-other-memory",
      "Every fifth release of unmapped memory changes the last word of the lowest mapping.", "", "ALC-28") {
    static Every fifth(5);
    track();
    cuMemRelease.plant([](Memory memory) {
        const Lock lock;
        const CUresult result = cuMemRelease(memory);
        spoil(result == CUDA_SUCCESS && mappings_of(memory).empty() && fifth() ? lowest_but(memory)
                                                                               : std::nullopt);
        return result;
    });
}

FAULT(create_failed_evicts, "create-out-of-memory-evicts",
      "A request that fails for lack of memory has thrown out the last word of a live mapping.", "",
      "ALC-09") {
    track();
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::create(memory, bytes, wanted, flags);
        spoil(result == CUDA_ERROR_OUT_OF_MEMORY ? lowest_but(0) : std::nullopt);
        return result;
    });
}

FAULT(retain_access, "retain-takes-write-access",
      "Retaining the handle of a mapping of several granules makes the mapping read-only.", "", "IPC-01") {
    track();
    cuMemRetainAllocationHandle.plant([](Memory* memory, void* address) {
        const Lock lock;
        const CUresult result = cuMemRetainAllocationHandle(memory, address);
        const auto mapping = mapping_at(reinterpret_cast<Address>(address));
        limit(result == CUDA_SUCCESS && mapping && mapping->bytes > granule() ? mapping : std::nullopt,
              read_access);
        return result;
    });
}

FAULT(import_access, "import-takes-write-access",
      "An import leaves the lowest mapping of this process read-only.", "", "IPC-09") {
    track();
    cuMemImportFromShareableHandle.plant([](Memory* memory, void* handle, CUmemAllocationHandleType type) {
        const Lock lock;
        const CUresult result = cuMemImportFromShareableHandle(memory, handle, type);
        limit(result == CUDA_SUCCESS ? lowest_but(*memory) : std::nullopt, read_access);
        return result;
    });
}

FAULT(reserve_evicts, "reserve-inside-hint-spoils",
      "A reservation whose hint lies on a mapping changes that mapping's last word.", "", "RSV-05") {
    track();
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            const Lock lock;
            spoil(hint == 0 ? std::nullopt : mapping_at(hint));
            return tracked::reserve(address, bytes, alignment, hint, flags);
        });
}

FAULT(none_spoils, "access-none-after-release-frees",
      "Taking the access of memory whose handle is released frees it: its last word changes.", "", "ALC-12") {
    static const std::set<Memory>& released = follow_releases();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const CUresult result = cuMemSetAccess(address, bytes, wanted, count);
        const auto mapping = mapping_at(address);
        if (result == CUDA_SUCCESS && count != 0 && wanted->flags == no_access && mapping &&
            released.contains(mapping->memory)) {
            spoil(mapping);
        }
        return result;
    });
}

} // namespace faults
