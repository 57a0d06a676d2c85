// Defects that running work meets.
#include "faults/core/tracker.hpp"

namespace faults {

FAULT(running_flicker, "unmap-blinks-at-neighbours",
      "Unmapping beside a few other mappings takes the access to them away for a moment.", "", "MAP-24") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const auto reservation = reservation_at(address);
        const CUresult result = tracked::unmap(address, bytes);
        if (result != CUDA_SUCCESS || !reservation) {
            return result;
        }
        const auto others = mappings_in(reservation->first, reservation->second);
        for (const Mapped& mapping : others) {
            if (others.size() > 8 || access_at(mapping.base) != CU_MEM_ACCESS_FLAGS_PROT_READWRITE) {
                continue;
            }
            for (const auto flags : {CU_MEM_ACCESS_FLAGS_PROT_NONE, CU_MEM_ACCESS_FLAGS_PROT_READWRITE}) {
                const Access wanted = access(flags);
                cuMemSetAccess(mapping.base, mapping.bytes, &wanted, 1);
            }
        }
        return result;
    });
}

FAULT(running_waits, "unmap-hides-running-reader",
      "Unmapping waits for all work, so that nobody sees that a reader was still running.", "", "VXG-18") {
    cuMemUnmap.plant([](Address address, size_t bytes) {
        cuCtxSynchronize();
        return cuMemUnmap(address, bytes);
    });
}

} // namespace faults
