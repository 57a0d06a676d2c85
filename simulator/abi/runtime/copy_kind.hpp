// The direction of a copy as the memory types of its operands.
#pragma once

#include <cuda.h>
#include <cuda_runtime_api.h>

namespace sim::runtime {

/// False for a number that is no direction (cudaErrorInvalidMemcpyDirection).
inline bool memory_types(cudaMemcpyKind kind, CUmemorytype* source, CUmemorytype* target) {
    switch (kind) {
    case cudaMemcpyHostToHost:
        *source = *target = CU_MEMORYTYPE_HOST;
        return true;
    case cudaMemcpyHostToDevice:
        *source = CU_MEMORYTYPE_HOST;
        *target = CU_MEMORYTYPE_DEVICE;
        return true;
    case cudaMemcpyDeviceToHost:
        *source = CU_MEMORYTYPE_DEVICE;
        *target = CU_MEMORYTYPE_HOST;
        return true;
    case cudaMemcpyDeviceToDevice:
        *source = *target = CU_MEMORYTYPE_DEVICE;
        return true;
    case cudaMemcpyDefault:
        *source = *target = CU_MEMORYTYPE_UNIFIED;
        return true;
    default:
        return false;
    }
}

} // namespace sim::runtime
