#include "faults/core/hooks.hpp"

namespace faults {

FAULT(unmap_nothing, "unmap-does-nothing", "cuMemUnmap reports success and leaves the mapping in place.", "",
      "MAP-19 REU-08 REU-09") {
    cuMemUnmap.plant([](CUdeviceptr, size_t) { return CUDA_SUCCESS; });
}

FAULT(map_offset_accepted, "map-ignores-offset",
      "cuMemMap ignores its offset instead of refusing one that is not zero.", "", "MAP-06") {
    cuMemMap.plant([](CUdeviceptr address, size_t bytes, size_t, CUmemGenericAllocationHandle handle,
                      unsigned long long flags) { return cuMemMap(address, bytes, 0, handle, flags); });
}

} // namespace faults
