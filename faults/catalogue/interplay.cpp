// Defects where two features meet: aliases and access, imports and access, short cuts over many mappings.
#include "faults/catalogue/imported.hpp"

#include <set>

namespace faults {
namespace {

constexpr auto closed = CU_MEM_ACCESS_FLAGS_PROT_NONE;

/// Another mapping of the memory at `mapping` that has no access.
bool has_closed_alias(const Mapped& mapping) {
    for (const Mapped& other : mappings_of(mapping.memory)) {
        if (other.base != mapping.base && access_at(other.base) == closed) {
            return true;
        }
    }
    return false;
}

/// Mappings whose memory was an import when they were made.
std::set<Address>& import_mappings() {
    static std::set<Address> bases;
    return bases;
}

/// Keeps import_mappings().
void follow_imports() {
    track_imports();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        if (result == CUDA_SUCCESS && imported().contains(memory)) {
            import_mappings().insert(address);
        } else if (result == CUDA_SUCCESS) {
            import_mappings().erase(address);
        }
        return result;
    });
}

} // namespace

FAULT(meet_read_only_alias, "unmap-of-read-only-alias-write-protects",
      "Unmapping a read-only mapping makes the other mappings of its memory read-only.", "", "MAP-10") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const auto mapping = mapping_at(address);
        const bool reads = mapping && access_at(address) == CU_MEM_ACCESS_FLAGS_PROT_READ;
        const CUresult result = tracked::unmap(address, bytes);
        for (const Mapped& other :
             result == CUDA_SUCCESS && reads ? mappings_of(mapping->memory) : std::vector<Mapped>()) {
            if (access_at(other.base) != closed) {
                force(other, CU_MEM_ACCESS_FLAGS_PROT_READ);
            }
        }
        return result;
    });
}

FAULT(meet_closed_alias, "copy-lost-beside-closed-alias",
      "A copy from the host into memory that has a mapping without access, too, does not arrive.", "",
      "ACC-21") {
    track();
    cuMemcpyHtoD.plant([](Address target, const void* source, size_t bytes) {
        const Lock lock;
        const auto mapping = mapping_at(target);
        const bool lost =
            mapping && access_at(target) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE && has_closed_alias(*mapping);
        return lost ? CUDA_SUCCESS : cuMemcpyHtoD(target, source, bytes);
    });
}

FAULT(meet_grant, "grant-lost-beside-alias-that-lost-access",
      "Once access was taken from a mapping, granting it to other mappings of the memory reports success "
      "and sets nothing.",
      "", "ACC-21") {
    static std::set<Address> lost; // mappings that had access
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        for (const Mapped& mapping : mappings_in(address, bytes)) {
            lost.erase(mapping.base);
        }
        return tracked::unmap(address, bytes);
    });
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const auto mapping = mapping_at(address);
        if (!mapping || wanted == nullptr || count == 0) {
            return cuMemSetAccess(address, bytes, wanted, count);
        }
        if (wanted->flags == closed) {
            if (access_at(address) != closed) {
                lost.insert(mapping->base);
            }
            return cuMemSetAccess(address, bytes, wanted, count);
        }
        for (const Mapped& other : mappings_of(mapping->memory)) {
            if (other.base != mapping->base && lost.contains(other.base)) {
                return CUDA_SUCCESS;
            }
        }
        lost.erase(mapping->base);
        return cuMemSetAccess(address, bytes, wanted, count);
    });
}

FAULT(meet_stops, "access-stops-where-already-set",
      "A call over several mappings stops at the second or later that has that access already.", "",
      "ACC-03") {
    track();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const std::vector<Mapped> all = mappings_in(address, bytes);
        for (size_t i = 1; wanted != nullptr && count == 1 && i < all.size(); ++i) {
            if (all[i].end() == address + bytes) {
                break;
            }
            if (access_at(all[i].base) == wanted->flags) {
                return cuMemSetAccess(address, all[i].base - address, wanted, count);
            }
        }
        return cuMemSetAccess(address, bytes, wanted, count);
    });
}

FAULT(meet_first, "access-set-skipped-when-first-has-it",
      "A call over several mappings of which the first has that access already changes none.", "", "ACC-03") {
    track();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const std::vector<Mapped> all = mappings_in(address, bytes);
        const bool skip = wanted != nullptr && count == 1 && all.size() > 1 && all[0].base == address &&
                          all.back().end() == address + bytes && access_at(address) == wanted->flags;
        return skip ? CUDA_SUCCESS : cuMemSetAccess(address, bytes, wanted, count);
    });
}

FAULT(meet_exporter_access, "access-reaches-imports",
      "Taking access from a mapping takes it from the mappings of imports of the process, too.", "",
      "IPC-09") {
    follow_imports();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const CUresult result = cuMemSetAccess(address, bytes, wanted, count);
        if (result == CUDA_SUCCESS && count == 1 && wanted->flags == closed &&
            !import_mappings().contains(address)) {
            for (const Mapped& mapping : mappings_in(0, ~size_t{0})) {
                if (import_mappings().contains(mapping.base)) {
                    force(mapping, closed);
                }
            }
        }
        return result;
    });
}

FAULT(meet_exporter_unmap, "unmap-takes-access-of-imports",
      "Unmapping memory takes write access from the mappings of imports of the process.", "", "IPC-09") {
    follow_imports();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const CUresult result = tracked::unmap(address, bytes);
        const bool of_import = import_mappings().erase(address) != 0;
        for (const Mapped& mapping :
             result == CUDA_SUCCESS && !of_import ? mappings_in(0, ~size_t{0}) : std::vector<Mapped>()) {
            if (import_mappings().contains(mapping.base) && access_at(mapping.base) != closed) {
                force(mapping, CU_MEM_ACCESS_FLAGS_PROT_READ);
            }
        }
        return result;
    });
}

FAULT(meet_threads, "access-answer-cached-by-thread",
      "cuMemGetAccess answers a thread what it set itself, whatever another thread has set since.", "",
      "ACC-15") {
    static thread_local std::map<Address, Flags> own;
    static std::atomic<unsigned> unmapped{0};
    static thread_local unsigned seen = 0;
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        ++unmapped;
        return tracked::unmap(address, bytes);
    });
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const CUresult result = cuMemSetAccess(address, bytes, wanted, count);
        if (result == CUDA_SUCCESS && count == 1 && wanted->location.type == CU_MEM_LOCATION_TYPE_DEVICE) {
            own.clear();
            own[address] = wanted->flags;
        }
        return result;
    });
    cuMemGetAccess.plant([](Flags* flags, const CUmemLocation* location, Address address) {
        const CUresult result = cuMemGetAccess(flags, location, address);
        if (seen != unmapped) {
            own.clear();
            seen = unmapped;
        }
        const auto found = own.find(address);
        if (result == CUDA_SUCCESS && location->type == CU_MEM_LOCATION_TYPE_DEVICE && found != own.end()) {
            *flags = found->second;
        }
        return result;
    });
}

} // namespace faults
