// For calls of cuMemCreate that a driver should refuse, or may: what it made anyway goes when the case ends.
#pragma once

#include "fixtures/rungs/granule.hpp"

namespace cts {

struct Attempt {
    CUresult result = CUDA_ERROR_UNKNOWN;
    Allocation memory; // of an attempt that succeeded
};

inline Attempt try_create(size_t bytes, const CUmemAllocationProp& properties, unsigned long long flags = 0) {
    CUmemGenericAllocationHandle handle = 0;
    const CUresult result = cuMemCreate(&handle, bytes, &properties, flags);
    return {result, Allocation(result == CUDA_SUCCESS ? handle : 0)};
}

} // namespace cts
