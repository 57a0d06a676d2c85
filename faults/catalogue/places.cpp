// Defects where memory of the host and of the device meet: in one range, in one call.
#include "faults/core/tracker.hpp"

namespace faults {
namespace {

bool is_of_host(const Mapped& mapping) {
    Memory memory = 0;
    Properties found{};
    if (cuMemRetainAllocationHandle(&memory, reinterpret_cast<void*>(mapping.base)) != CUDA_SUCCESS) {
        return false;
    }
    (void)cuMemGetAllocationPropertiesFromHandle(&found, memory);
    (void)cuMemRelease(memory);
    return found.location.type != CU_MEM_LOCATION_TYPE_DEVICE;
}

/// The first of the mappings of a range that is of another place than the one before it.
std::optional<Mapped> change_of_place(Address address, size_t bytes) {
    const std::vector<Mapped> all = mappings_in(address, bytes);
    for (size_t i = 1; i < all.size(); ++i) {
        if (is_of_host(all[i]) != is_of_host(all[i - 1])) {
            return all[i];
        }
    }
    return std::nullopt;
}

} // namespace

FAULT(place_order, "host-grant-first-hides-device",
      "Of a call with a grant for the processor and, behind it, one for the device the second is not set.",
      "", "HST-05") {
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const bool hides = wanted != nullptr && count == 2 &&
                           wanted[0].location.type != CU_MEM_LOCATION_TYPE_DEVICE &&
                           wanted[1].location.type == CU_MEM_LOCATION_TYPE_DEVICE;
        return cuMemSetAccess(address, bytes, wanted, hides ? 1 : count);
    });
}

FAULT(place_access, "access-stops-at-other-place",
      "cuMemSetAccess over memory of the device and of the host stops where the place changes.", "",
      "HST-12") {
    track();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const auto other = change_of_place(address, bytes);
        return cuMemSetAccess(address, other ? other->base - address : bytes, wanted, count);
    });
}

FAULT(place_unmap, "unmap-stops-at-other-place",
      "cuMemUnmap over memory of the device and of the host stops where the place changes.", "", "HST-12") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const auto other = change_of_place(address, bytes);
        return tracked::unmap(address, other ? other->base - address : bytes);
    });
}

FAULT(place_neighbour, "host-mapping-takes-neighbour-access",
      "Granting the processor access to memory of the host takes write access from device memory before it.",
      "", "HST-12") {
    track();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const CUresult result = cuMemSetAccess(address, bytes, wanted, count);
        const auto before = mapping_at(address - 1);
        if (result == CUDA_SUCCESS && count == 1 && before && !is_of_host(*before) &&
            wanted->location.type != CU_MEM_LOCATION_TYPE_DEVICE) {
            const Access less = access(CU_MEM_ACCESS_FLAGS_PROT_READ);
            (void)cuMemSetAccess(before->base, before->bytes, &less, 1);
        }
        return result;
    });
}

} // namespace faults
