#include "abi/driver/pointer.hpp"

#include "abi/driver/driver.hpp"

#include <cstring>

using namespace sim;

extern "C" {

CUresult CUDAAPI cuPointerGetAttribute(void* data, CUpointer_attribute attribute, CUdeviceptr address) {
    SIM_TRY(require_context());
    const Lock lock;
    return data == nullptr ? CUDA_ERROR_INVALID_VALUE : pointer_attribute(data, attribute, address);
}

/// "Unlike cuPointerGetAttribute, this function will not return an error when the ptr encountered is not a
/// valid CUDA pointer": the attributes are given null values instead.
CUresult CUDAAPI cuPointerGetAttributes(unsigned int count, CUpointer_attribute* attributes, void** data,
                                        CUdeviceptr address) {
    SIM_TRY(require_context());
    if (count == 0 || attributes == nullptr || data == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const Lock lock;
    for (unsigned i = 0; i < count; ++i) {
        if (data[i] == nullptr || attributes[i] < CU_POINTER_ATTRIBUTE_CONTEXT ||
            attributes[i] > CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID) {
            return CUDA_ERROR_INVALID_VALUE;
        }
    }
    for (unsigned i = 0; i < count; ++i) {
        if (pointer_attribute(data[i], attributes[i], address) != CUDA_SUCCESS) {
            null_attribute(data[i], attributes[i]);
        }
    }
    return CUDA_SUCCESS;
}

/// Only SYNC_MEMOPS can be set, and not on memory of cuMemCreate.
CUresult CUDAAPI cuPointerSetAttribute(const void* value, CUpointer_attribute attribute,
                                       CUdeviceptr address) {
    SIM_TRY(require_context());
    const Lock lock;
    Range* range = find_range(address);
    if (value == nullptr || range == nullptr || attribute != CU_POINTER_ATTRIBUTE_SYNC_MEMOPS) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (range->kind == RangeKind::reservation || range->kind == RangeKind::pool ||
        range->kind == RangeKind::graph) {
        return CUDA_ERROR_NOT_SUPPORTED;
    }
    unsigned wanted = 0;
    std::memcpy(&wanted, value, sizeof wanted);
    range->sync_memops = wanted != 0;
    return CUDA_SUCCESS;
}

} // extern "C"
