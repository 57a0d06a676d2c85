// Defects by which old contents, old access or old answers show under a condition: the ways in which caches
// go unnoticed by a simple remap.
#include "faults/catalogue/released.hpp"

#include <functional>
#include <set>

namespace faults {
namespace {

struct Remap {
    Mapped before;
    CUmemAccess_flags access_before; // when it was unmapped
    bool reservation_freed;          // since then
    Mapped now;
    CUmemAccess_flags access_now;
    bool first_time; // that this memory comes to this address
};

struct Past {
    Mapped mapping;
    CUmemAccess_flags access;
    Bytes page;
    bool freed = false;
};

/// The first page of a mapping shows what the mapping before it showed, where `stale(remap)` says so.
void plant_stale(const std::function<bool(const Remap&)>& stale) {
    static std::map<Address, Past> past;
    static std::set<std::pair<Address, Memory>> seen;
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        for (const Mapped& mapping : mappings_in(address, bytes)) {
            past[mapping.base] = {mapping, access_at(mapping.base), peek(mapping, mapping.base, 4096)};
        }
        return tracked::unmap(address, bytes);
    });
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        const CUresult result = tracked::free(address, bytes);
        for (auto& [at, one] : past) {
            one.freed = one.freed || (result == CUDA_SUCCESS && at >= address && at < address + bytes);
        }
        return result;
    });
    cuMemSetAccess.plant([stale](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const CUresult result = cuMemSetAccess(address, bytes, wanted, count);
        for (const Mapped& now :
             result == CUDA_SUCCESS ? mappings_in(address, bytes) : std::vector<Mapped>()) {
            const auto found = past.find(now.base);
            const bool first_time = seen.insert({now.base, now.memory}).second;
            if (found == past.end() || wanted->flags == CU_MEM_ACCESS_FLAGS_PROT_NONE) {
                continue;
            }
            const Past old = found->second;
            past.erase(found);
            if (old.mapping.memory != now.memory &&
                stale({old.mapping, old.access, old.freed, now, wanted->flags, first_time})) {
                (void)poke(now, now.base, old.page);
            }
        }
        return result;
    });
}

} // namespace

FAULT(stale_alias, "stale-when-aliased",
      "After a remap to memory that is mapped elsewhere, too, the first page shows the old memory.", "",
      "MAP-21") {
    plant_stale([](const Remap& remap) { return mappings_of(remap.now.memory).size() > 1; });
}

FAULT(stale_read_only, "stale-when-read-only",
      "After a remap that grants read access only the first page shows the old memory.", "", "MAP-21") {
    plant_stale([](const Remap& remap) { return remap.access_now == CU_MEM_ACCESS_FLAGS_PROT_READ; });
}

FAULT(stale_revoked, "stale-when-revoked-first",
      "The first page shows the old memory when its access was taken away before it was unmapped.", "",
      "MAP-21") {
    plant_stale([](const Remap& remap) { return remap.access_before == CU_MEM_ACCESS_FLAGS_PROT_NONE; });
}

FAULT(stale_reserved_again, "stale-when-reserved-again",
      "The first page shows the old memory when the addresses were freed and reserved again meanwhile.", "",
      "MAP-21") {
    plant_stale([](const Remap& remap) { return remap.reservation_freed; });
}

FAULT(stale_return, "stale-when-memory-returns",
      "The first page shows the old memory when the new one was mapped at that address before.", "",
      "MAP-21 MAP-22") {
    plant_stale([](const Remap& remap) { return !remap.first_time; });
}

FAULT(stale_large, "stale-when-grown",
      "After a remap of several granules to memory of one the first page shows the old memory.", "",
      "MAP-16") {
    plant_stale([](const Remap& remap) { return remap.before.bytes > remap.now.bytes; });
}

FAULT(access_survives, "access-survives-free",
      "A mapping at addresses that were freed and reserved again has the access of the time before.", "",
      "MAP-21") {
    static std::map<Address, CUmemAccess_flags> old;
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        for (const Mapped& mapping : mappings_in(address, bytes)) {
            old[mapping.base] = access_at(mapping.base);
        }
        return tracked::unmap(address, bytes);
    });
    static std::map<Address, CUmemAccess_flags> freed;
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        const CUresult result = tracked::free(address, bytes);
        for (auto one = old.lower_bound(address); one != old.end() && one->first < address + bytes;) {
            freed[one->first] = one->second;
            one = old.erase(one);
        }
        return result;
    });
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        if (result == CUDA_SUCCESS && freed.contains(address)) {
            const Access before = access(freed.extract(address).mapped());
            (void)cuMemSetAccess(address, bytes, &before, 1);
        }
        return result;
    });
}

FAULT(types_of_handle, "allowed-types-lost-with-handle",
      "ALLOWED_HANDLE_TYPES is none once the handle of the mapped memory is released.", "", "PTR-05") {
    static const std::set<Memory>& released = follow_releases();
    cuPointerGetAttribute.plant([](void* data, CUpointer_attribute attribute, Address address) {
        const Lock lock;
        const CUresult result = cuPointerGetAttribute(data, attribute, address);
        const auto mapping = mapping_at(address);
        if (result == CUDA_SUCCESS && attribute == CU_POINTER_ATTRIBUTE_ALLOWED_HANDLE_TYPES && mapping &&
            released.contains(mapping->memory)) {
            *static_cast<unsigned long long*>(data) = 0;
        }
        return result;
    });
}

FAULT(unmap_mixed, "unmap-mixed-access-refused",
      "An unmap of several mappings is refused when their accesses differ.", "", "MAP-16") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const std::vector<Mapped> all = mappings_in(address, bytes);
        bool differ = false;
        for (const Mapped& mapping : all) {
            differ = differ || access_at(mapping.base) != access_at(all.front().base);
        }
        return differ ? CUDA_ERROR_INVALID_VALUE : tracked::unmap(address, bytes);
    });
}

FAULT(unmap_twins, "unmap-of-twins-keeps-memory",
      "An unmap of several mappings of one memory drops one reference.", "", "MAP-16") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const std::vector<Mapped> all = mappings_in(address, bytes);
        if (all.size() > 1 && all[0].memory == all[1].memory) {
            leak_reference(address);
        }
        return tracked::unmap(address, bytes);
    });
}

FAULT(unmap_first_alias, "unmap-of-first-alias-keeps-memory",
      "Unmapping the older of two aliases keeps a reference to their memory.", "", "ALC-11") {
    static std::map<Address, unsigned> order;
    static unsigned next = 0;
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        order[address] = ++next;
        return tracked::map(address, bytes, offset, memory, flags);
    });
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const auto mapping = mapping_at(address);
        const std::vector<Mapped> all = mapping ? mappings_of(mapping->memory) : std::vector<Mapped>();
        for (const Mapped& other : all) {
            if (mapping->base == address && order[other.base] > order[address]) {
                leak_reference(address);
                break;
            }
        }
        return tracked::unmap(address, bytes);
    });
}

} // namespace faults
