// Defects of what cuMemSetAccess and cuMemGetAccess accept and answer.
#include "faults/core/tracker.hpp"

namespace faults {
namespace {

/// Plants a cuMemSetAccess that changes each descriptor by `change` first.
template<typename Change>
void plant_descriptors(Change change) {
    cuMemSetAccess.plant([change](Address address, size_t bytes, const Access* wanted, size_t count) {
        if (wanted == nullptr) {
            return cuMemSetAccess(address, bytes, wanted, count);
        }
        std::vector<Access> changed(wanted, wanted + count);
        for (Access& one : changed) {
            change(one);
        }
        return cuMemSetAccess(address, bytes, changed.data(), count);
    });
}

} // namespace

FAULT(set_flags, "set-access-flags-masked", "cuMemSetAccess looks at the lowest two bits of the flags only.",
      "", "ACC-12") {
    plant_descriptors([](Access& one) { one.flags = static_cast<CUmemAccess_flags>(one.flags & 3); });
}

FAULT(set_write_only, "set-access-write-only-accepted",
      "cuMemSetAccess takes flag 2, write only, for read and write.", "", "ACC-12") {
    plant_descriptors([](Access& one) {
        one.flags = static_cast<int>(one.flags) == 2 ? CU_MEM_ACCESS_FLAGS_PROT_READWRITE : one.flags;
    });
}

FAULT(set_device, "set-access-device-minus-one", "cuMemSetAccess takes device -1 for the current one.", "",
      "ACC-12") {
    plant_descriptors(
        [](Access& one) { one.location.id = one.location.id == -1 ? here().id : one.location.id; });
}

FAULT(set_location, "set-access-location-ignored",
      "cuMemSetAccess does not look at the type of the location.", "", "ACC-12 ACC-14") {
    plant_descriptors([](Access& one) { one.location = here(); });
}

FAULT(set_numa, "set-access-host-numa-ignored",
      "cuMemSetAccess for a host NUMA node on memory of the device reports success.", "", "ACC-14") {
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const CUresult result = cuMemSetAccess(address, bytes, wanted, count);
        return wanted != nullptr && wanted->location.type == CU_MEM_LOCATION_TYPE_HOST_NUMA ? CUDA_SUCCESS
                                                                                            : result;
    });
}

FAULT(set_null, "set-access-null-accepted", "cuMemSetAccess reports success when the descriptor is missing.",
      "", "ACC-12") {
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        return wanted == nullptr ? CUDA_SUCCESS : cuMemSetAccess(address, bytes, wanted, count);
    });
}

FAULT(set_no_bytes, "set-access-no-bytes", "cuMemSetAccess reports success for a range of no bytes.", "",
      "ACC-12") {
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        return bytes == 0 ? CUDA_SUCCESS : cuMemSetAccess(address, bytes, wanted, count);
    });
}

FAULT(set_rounded, "set-access-size-rounded",
      "cuMemSetAccess rounds a range off the granularity out to whole granules.", "", "ACC-12") {
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const size_t one = granule();
        const Address begin = address / one * one;
        const Address end = (address + bytes + one - 1) / one * one;
        return bytes == 0 ? CUDA_ERROR_INVALID_VALUE : cuMemSetAccess(begin, end - begin, wanted, count);
    });
}

FAULT(set_first_only, "set-access-first-descriptor-only",
      "cuMemSetAccess looks at the first descriptor only.", "", "ACC-12") {
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        return cuMemSetAccess(address, bytes, wanted, count > 1 ? 1 : count);
    });
}

FAULT(set_half_done, "set-access-refused-half-done",
      "A call with a bad second descriptor is refused after the first was applied.", "", "ACC-12") {
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const CUresult result = cuMemSetAccess(address, bytes, wanted, count);
        if (result != CUDA_SUCCESS && wanted != nullptr && count > 1) {
            (void)cuMemSetAccess(address, bytes, wanted, 1);
        }
        return result;
    });
}

FAULT(set_none_given, "set-access-empty-call-revokes",
      "cuMemSetAccess without any descriptor takes all access away.", "", "ACC-13") {
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Access none = access(CU_MEM_ACCESS_FLAGS_PROT_NONE);
        return count == 0 ? cuMemSetAccess(address, bytes, &none, 1)
                          : cuMemSetAccess(address, bytes, wanted, count);
    });
}

FAULT(set_holes, "set-access-hole-accepted",
      "cuMemSetAccess over a range of which a part is not mapped grants access to the rest.",
      "ROCm/rocm-systems#10778", "ACC-02") {
    track();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const CUresult result = cuMemSetAccess(address, bytes, wanted, count);
        const std::vector<Mapped> all = mappings_in(address, bytes);
        if (result == CUDA_SUCCESS || bytes % granule() != 0 || all.empty() || all.front().base < address ||
            all.back().end() > address + bytes) {
            return result;
        }
        CUresult each = CUDA_SUCCESS;
        for (const Mapped& mapping : all) {
            const CUresult one = cuMemSetAccess(mapping.base, mapping.bytes, wanted, count);
            each = one == CUDA_SUCCESS ? each : one;
        }
        return each;
    });
}

FAULT(set_later, "set-access-kept-for-later",
      "Access to a reservation without memory is refused, and granted when memory is mapped there.",
      "ROCm/rocm-systems#10778", "ACC-02") {
    static std::map<Address, Access> kept;
    track();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const CUresult result = cuMemSetAccess(address, bytes, wanted, count);
        if (result != CUDA_SUCCESS && wanted != nullptr && mappings_in(address, bytes).empty()) {
            kept[address] = *wanted;
        }
        return result;
    });
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        if (result == CUDA_SUCCESS && kept.contains(address)) {
            const Access granted = kept.extract(address).mapped();
            (void)cuMemSetAccess(address, bytes, &granted, 1);
        }
        return result;
    });
}

FAULT(set_device_memory, "set-access-device-memory",
      "cuMemSetAccess reports success for memory of cudaMalloc.", "", "ACC-02") {
    track();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const CUresult result = cuMemSetAccess(address, bytes, wanted, count);
        CUdeviceptr base = 0;
        return result != CUDA_SUCCESS && bytes != 0 && address != 0 && !reservation_at(address) &&
                       cuMemGetAddressRange(&base, nullptr, address) == CUDA_SUCCESS
                   ? CUDA_SUCCESS
                   : result;
    });
}

FAULT(get_base_only, "get-access-first-granule-only",
      "cuMemGetAccess answers none behind the first granule of a mapping.", "", "ACC-15 ACC-01") {
    track();
    cuMemGetAccess.plant([](Flags* flags, const CUmemLocation* location, Address address) {
        const CUresult result = cuMemGetAccess(flags, location, address);
        const auto mapping = mapping_at(address);
        if (result == CUDA_SUCCESS && mapping && address - mapping->base >= granule()) {
            *flags = CU_MEM_ACCESS_FLAGS_PROT_NONE;
        }
        return result;
    });
}

FAULT(get_host, "get-access-any-location", "cuMemGetAccess answers for the host what was set for the device.",
      "open-mpi/ompi#12751", "ACC-15") {
    cuMemGetAccess.plant([](Flags* flags, const CUmemLocation* location, Address address) {
        const CUmemLocation device = here();
        const bool host = location != nullptr && location->type > CU_MEM_LOCATION_TYPE_DEVICE;
        return cuMemGetAccess(flags, host ? &device : location, address);
    });
}

FAULT(get_device, "get-access-any-device", "cuMemGetAccess answers none for a device that does not exist.",
      "", "ACC-16") {
    cuMemGetAccess.plant([](Flags* flags, const CUmemLocation* location, Address address) {
        if (location != nullptr && location->type == CU_MEM_LOCATION_TYPE_DEVICE && location->id > 999) {
            *flags = CU_MEM_ACCESS_FLAGS_PROT_NONE;
            return CUDA_SUCCESS;
        }
        return cuMemGetAccess(flags, location, address);
    });
}

FAULT(get_null, "get-access-null-location", "cuMemGetAccess takes a missing location for the current device.",
      "", "ACC-16") {
    cuMemGetAccess.plant([](Flags* flags, const CUmemLocation* location, Address address) {
        const CUmemLocation device = here();
        return cuMemGetAccess(flags, location == nullptr ? &device : location, address);
    });
}

FAULT(get_unmapped, "get-access-after-unmap",
      "cuMemGetAccess answers none, without an error, where memory was mapped and is no more.", "",
      "ACC-16") {
    track();
    cuMemGetAccess.plant([](Flags* flags, const CUmemLocation* location, Address address) {
        const CUresult result = cuMemGetAccess(flags, location, address);
        if (result != CUDA_SUCCESS && flags != nullptr && location != nullptr && reservation_at(address) &&
            location->id >= 0 && location->id < 999) {
            *flags = CU_MEM_ACCESS_FLAGS_PROT_NONE;
            return CUDA_SUCCESS;
        }
        return result;
    });
}

FAULT(set_part, "set-access-part-changes-all",
      "Setting access to a part of one mapping changes all of it, whatever it answers.", "", "ACC-04") {
    track();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const CUresult result = cuMemSetAccess(address, bytes, wanted, count);
        const auto mapping = mapping_at(address);
        if (mapping && bytes % granule() == 0 && bytes < mapping->bytes) {
            (void)cuMemSetAccess(mapping->base, mapping->bytes, wanted, count);
        }
        return result;
    });
}

FAULT(get_first, "get-access-first-of-two",
      "Of two descriptors for one device the second is in force, and cuMemGetAccess tells the first.", "",
      "ACC-23") {
    static std::map<Address, CUmemAccess_flags> told;
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        told.erase(address);
        if (count != 2 || wanted == nullptr || wanted[1].flags > 3 ||
            (wanted[1].flags != 0 && (wanted[1].flags & 1) == 0)) {
            return cuMemSetAccess(address, bytes, wanted, count);
        }
        told[address] = wanted[0].flags;
        return cuMemSetAccess(address, bytes, wanted + 1, 1);
    });
    cuMemGetAccess.plant([](Flags* flags, const CUmemLocation* location, Address address) {
        const Lock lock;
        const CUresult result = cuMemGetAccess(flags, location, address);
        if (result == CUDA_SUCCESS && told.contains(address)) {
            *flags = told[address];
        }
        return result;
    });
}

} // namespace faults
