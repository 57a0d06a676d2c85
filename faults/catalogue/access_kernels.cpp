// Defects by which copies and kernels differ: the driver refuses a copy, but the page that a kernel uses
// stays as it was, or the reverse.
#include "faults/core/tracker.hpp"

namespace faults {
namespace {

/// What the caller has set, by mapping, where the page tables have more.
std::map<Address, CUmemAccess_flags>& pretended() {
    static std::map<Address, CUmemAccess_flags> instance;
    return instance;
}

bool denies(Address address, bool writes) {
    const Lock lock;
    const auto mapping = mapping_at(address);
    const auto found = mapping ? pretended().find(mapping->base) : pretended().end();
    return found != pretended().end() && (writes || found->second == CU_MEM_ACCESS_FLAGS_PROT_NONE);
}

bool denies(Address address, size_t bytes, bool writes) {
    return bytes != 0 && (denies(address, writes) || denies(address + bytes - 1, writes));
}

bool any_mapping(const Mapped&, size_t) {
    return true;
}

/// `kept`: the access that is pretended only, of the mappings that `chosen(mapping, index)` names.
template<typename Chosen>
void plant_for_copies_only(CUmemAccess_flags kept, Chosen chosen) {
    track();
    cuMemSetAccess.plant([kept, chosen](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const std::vector<Mapped> all = mappings_in(address, bytes);
        const bool whole = !all.empty() && all.front().base == address && all.back().end() == address + bytes;
        if (whole && count == 1 && wanted != nullptr && wanted->flags == kept &&
            wanted->location.type == CU_MEM_LOCATION_TYPE_DEVICE && wanted->location.id == here().id &&
            access_at(address) != CU_MEM_ACCESS_FLAGS_PROT_NONE) {
            for (size_t index = 0; index < all.size(); ++index) {
                if (chosen(all[index], index)) {
                    pretended()[all[index].base] = kept;
                } else {
                    pretended().erase(all[index].base);
                    (void)cuMemSetAccess(all[index].base, all[index].bytes, wanted, 1);
                }
            }
            return CUDA_SUCCESS;
        }
        const CUresult result = cuMemSetAccess(address, bytes, wanted, count);
        for (const Mapped& mapping : result == CUDA_SUCCESS ? all : std::vector<Mapped>()) {
            pretended().erase(mapping.base);
        }
        return result;
    });
    cuMemGetAccess.plant([](Flags* flags, const CUmemLocation* location, Address address) {
        const Lock lock;
        const CUresult result = cuMemGetAccess(flags, location, address);
        const auto mapping = mapping_at(address);
        if (result == CUDA_SUCCESS && mapping && pretended().contains(mapping->base)) {
            *flags = pretended()[mapping->base];
        }
        return result;
    });
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const CUresult result = tracked::unmap(address, bytes);
        if (result == CUDA_SUCCESS) {
            pretended().erase(pretended().lower_bound(address), pretended().lower_bound(address + bytes));
        }
        return result;
    });
    cuMemcpyDtoH.plant([](void* target, Address source, size_t bytes) {
        return denies(source, bytes, false) ? CUDA_ERROR_INVALID_VALUE : cuMemcpyDtoH(target, source, bytes);
    });
    cuMemcpyHtoD.plant([](Address target, const void* source, size_t bytes) {
        return denies(target, bytes, true) ? CUDA_ERROR_INVALID_VALUE : cuMemcpyHtoD(target, source, bytes);
    });
    cuMemcpyDtoD.plant([](Address target, Address source, size_t bytes) {
        return denies(source, bytes, false) || denies(target, bytes, true)
                   ? CUDA_ERROR_INVALID_VALUE
                   : cuMemcpyDtoD(target, source, bytes);
    });
    cuMemsetD32.plant([](Address target, unsigned value, size_t words) {
        return denies(target, words * 4, true) ? CUDA_ERROR_INVALID_VALUE : cuMemsetD32(target, value, words);
    });
}

/// Plants copies from and to the host that go on where `allowed(address)` although the driver refuses.
template<typename Allowed>
void plant_open_copies(Allowed allowed) {
    track();
    cuMemcpyHtoD.plant([allowed](Address target, const void* source, size_t bytes) {
        const Lock lock;
        const auto mapping = mapping_at(target);
        const CUresult result = cuMemcpyHtoD(target, source, bytes);
        if (result == CUDA_SUCCESS || !mapping || target + bytes > mapping->end() || !allowed(target)) {
            return result;
        }
        const auto* data = static_cast<const unsigned char*>(source);
        return poke(*mapping, target, Bytes(data, data + bytes)) ? CUDA_SUCCESS : result;
    });
}

} // namespace

FAULT(revoked_for_copies, "revoked-for-copies-only",
      "Access that is taken away is closed to copies; kernels go on using their cached translation.", "",
      "ACC-06") {
    plant_for_copies_only(CU_MEM_ACCESS_FLAGS_PROT_NONE, any_mapping);
}

FAULT(read_only_for_copies, "read-only-for-copies-only",
      "Memory that is made read-only refuses copies into it; kernels still store.", "", "ACC-05") {
    plant_for_copies_only(CU_MEM_ACCESS_FLAGS_PROT_READ, any_mapping);
}

FAULT(revoked_second, "revoked-second-mapping-for-copies-only",
      "Of a call over several mappings the first is closed to kernels, and the others to copies only.", "",
      "ACC-06") {
    plant_for_copies_only(CU_MEM_ACCESS_FLAGS_PROT_NONE,
                          [](const Mapped&, size_t index) { return index > 0; });
}

FAULT(revoked_read_only, "revoked-read-only-for-copies-only",
      "Read access that is taken away is closed to copies; kernels go on loading.", "", "ACC-06") {
    plant_for_copies_only(CU_MEM_ACCESS_FLAGS_PROT_NONE, [](const Mapped& mapping, size_t) {
        return access_at(mapping.base) == CU_MEM_ACCESS_FLAGS_PROT_READ;
    });
}

FAULT(copies_write_read_only, "copies-write-read-only", "A copy from the host is let into read-only memory.",
      "", "ACC-05 ACC-07") {
    plant_open_copies([](Address address) { return access_at(address) == CU_MEM_ACCESS_FLAGS_PROT_READ; });
}

FAULT(copies_write_bare, "copies-write-fresh-mapping",
      "A copy from the host is let into memory that is mapped without access.", "", "MAP-14 ACC-06") {
    plant_open_copies([](Address address) { return access_at(address) == CU_MEM_ACCESS_FLAGS_PROT_NONE; });
}

FAULT(
    copy_border, "copy-checked-at-start-only",
    "A copy from the host that starts in writable memory is not checked where it runs into read-only memory.",
    "", "ACC-05") {
    track();
    cuMemcpyHtoD.plant([](Address target, const void* source, size_t bytes) {
        const Lock lock;
        const CUresult result = cuMemcpyHtoD(target, source, bytes);
        const auto first = mapping_at(target);
        const auto second = first ? mapping_at(first->end()) : std::nullopt;
        if (result == CUDA_SUCCESS || !second || access_at(target) != CU_MEM_ACCESS_FLAGS_PROT_READWRITE ||
            target + bytes > second->end()) {
            return result;
        }
        const auto* data = static_cast<const unsigned char*>(source);
        const auto part = static_cast<size_t>(first->end() - target);
        const bool done = poke(*first, target, Bytes(data, data + part)) &&
                          poke(*second, second->base, Bytes(data + part, data + bytes));
        return done ? CUDA_SUCCESS : result;
    });
}

FAULT(memset_read_only, "memset-read-only-swallowed",
      "A fill of memory without write access reports success and does nothing.", "",
      "ACC-05 ACC-06 MAP-14 MAP-20") {
    track();
    cuMemsetD32.plant([](Address target, unsigned value, size_t words) {
        const CUresult result = cuMemsetD32(target, value, words);
        return result != CUDA_SUCCESS && mapping_at(target) ? CUDA_SUCCESS : result;
    });
}

FAULT(read_only_source, "copy-from-read-only-refused",
      "A copy between device addresses wants its source writable.", "", "ACC-05") {
    track();
    cuMemcpyDtoD.plant([](Address target, Address source, size_t bytes) {
        return mapping_at(source) && access_at(source) != CU_MEM_ACCESS_FLAGS_PROT_READWRITE
                   ? CUDA_ERROR_INVALID_VALUE
                   : cuMemcpyDtoD(target, source, bytes);
    });
}

} // namespace faults
