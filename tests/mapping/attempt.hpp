// For calls that a driver should refuse: whatever such a call did anyway is undone when the case ends, so
// that a broken claim does not spill into the next case.
#pragma once

#include "fixtures/contents.hpp"
#include "fixtures/owners/memory.hpp"

#include <optional>

namespace cts {

/// Owns [address, address + bytes) when the cuMemMap that answered `result` has mapped it.
inline std::optional<Mapping> if_mapped(CUresult result, CUdeviceptr address, size_t bytes) {
    if (result != CUDA_SUCCESS) {
        return std::nullopt;
    }
    return Mapping::adopt(address, bytes);
}

/// Whether physical memory is mapped at `address`: only then can its handle be retained (Driver API,
/// cuMemRetainAllocationHandle).
inline bool is_mapped(CUdeviceptr address) {
    CUmemGenericAllocationHandle handle = 0;
    if (cuMemRetainAllocationHandle(&handle, reinterpret_cast<void*>(address)) != CUDA_SUCCESS) {
        return false;
    }
    const Allocation reference(handle);
    return true;
}

/// Writes `value` to one granule at `address` through a mapping that lives for this call only.
template<typename Rung>
void prepare(const Rung& rung, CUmemGenericAllocationHandle handle, CUdeviceptr address, uint32_t value) {
    const Mapping passing = rung.map(address, handle);
    fill(address, rung.granularity(), value);
}

} // namespace cts
