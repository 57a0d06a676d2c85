#include "core/pool.hpp"

#include "abi/driver/driver.hpp"
#include "core/capture.hpp"

#include <cstring>

using namespace sim;

namespace {

CUresult find(CUmemoryPool handle, std::shared_ptr<MemoryPool>* out) {
    SIM_TRY(require_initialised());
    *out = find_pool(handle);
    return *out == nullptr ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

/// Calls with(value) for the field of the attribute; counters are 64 bit, switches are int.
template<class With>
CUresult with_field(MemoryPool& pool, CUmemPool_attribute attribute, With&& with) {
    switch (attribute) {
    case CU_MEMPOOL_ATTR_REUSE_FOLLOW_EVENT_DEPENDENCIES:
        return with(pool.reuse_follow_events);
    case CU_MEMPOOL_ATTR_REUSE_ALLOW_OPPORTUNISTIC:
        return with(pool.reuse_opportunistic);
    case CU_MEMPOOL_ATTR_REUSE_ALLOW_INTERNAL_DEPENDENCIES:
        return with(pool.reuse_internal);
    case CU_MEMPOOL_ATTR_RELEASE_THRESHOLD:
        return with(pool.release_threshold);
    case CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT:
        return with(pool.reserved);
    case CU_MEMPOOL_ATTR_RESERVED_MEM_HIGH:
        return with(pool.reserved_high);
    case CU_MEMPOOL_ATTR_USED_MEM_CURRENT:
        return with(pool.used);
    case CU_MEMPOOL_ATTR_USED_MEM_HIGH:
        return with(pool.used_high);
    default:
        return CUDA_ERROR_INVALID_VALUE;
    }
}

/// High watermarks can only be reset, to zero, and then begin again at the current value.
CUresult reset_high(uint64_t& high, uint64_t current, const void* value) {
    uint64_t wanted = 0;
    std::memcpy(&wanted, value, sizeof wanted);
    if (wanted != 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    high = current;
    return CUDA_SUCCESS;
}

CUresult check_device(CUdevice device) {
    SIM_TRY(require_initialised());
    return device == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

} // namespace

extern "C" {

CUresult CUDAAPI cuMemPoolCreate(CUmemoryPool* out, const CUmemPoolProps* properties) {
    SIM_TRY(require_initialised());
    return out == nullptr || properties == nullptr ? CUDA_ERROR_INVALID_VALUE : create_pool(*properties, out);
}

CUresult CUDAAPI cuMemPoolDestroy(CUmemoryPool handle) {
    SIM_TRY(require_initialised());
    return destroy_pool(handle);
}

CUresult CUDAAPI cuMemPoolGetAttribute(CUmemoryPool handle, CUmemPool_attribute attribute, void* value) {
    const Lock lock;
    std::shared_ptr<MemoryPool> pool;
    SIM_TRY(find(handle, &pool));
    SIM_TRY(refuse_if_capturing(UnsafeCall::pool_attribute));
    if (value == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    return with_field(*pool, attribute, [&](const auto& field) {
        std::memcpy(value, &field, sizeof field);
        return CUDA_SUCCESS;
    });
}

CUresult CUDAAPI cuMemPoolSetAttribute(CUmemoryPool handle, CUmemPool_attribute attribute, void* value) {
    const Lock lock;
    std::shared_ptr<MemoryPool> pool;
    SIM_TRY(find(handle, &pool));
    SIM_TRY(refuse_if_capturing(UnsafeCall::pool_attribute));
    if (value == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    switch (attribute) {
    case CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT:
    case CU_MEMPOOL_ATTR_USED_MEM_CURRENT:
        return CUDA_ERROR_INVALID_VALUE;
    case CU_MEMPOOL_ATTR_RESERVED_MEM_HIGH:
        return reset_high(pool->reserved_high, pool->reserved, value);
    case CU_MEMPOOL_ATTR_USED_MEM_HIGH:
        return reset_high(pool->used_high, pool->used, value);
    default:
        return with_field(*pool, attribute, [&](auto& field) {
            std::memcpy(&field, value, sizeof field);
            return CUDA_SUCCESS;
        });
    }
}

CUresult CUDAAPI cuMemPoolTrimTo(CUmemoryPool handle, size_t keep) {
    const Lock lock;
    std::shared_ptr<MemoryPool> pool;
    SIM_TRY(find(handle, &pool));
    trim_pool(*pool, keep);
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuMemPoolSetAccess(CUmemoryPool handle, const CUmemAccessDesc* map, size_t count) {
    const Lock lock;
    std::shared_ptr<MemoryPool> pool;
    SIM_TRY(find(handle, &pool));
    if (map == nullptr || count == 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    for (size_t i = 0; i < count; ++i) {
        if (map[i].location.type != CU_MEM_LOCATION_TYPE_DEVICE || map[i].location.id != 0) {
            return CUDA_ERROR_INVALID_DEVICE;
        }
        // cuMemPoolSetAccess: the access of the device that holds the memory cannot be taken away.
        if (map[i].flags != CU_MEM_ACCESS_FLAGS_PROT_READWRITE) {
            return CUDA_ERROR_INVALID_VALUE;
        }
    }
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuMemPoolGetAccess(CUmemAccess_flags* flags, CUmemoryPool handle, CUmemLocation* location) {
    const Lock lock;
    std::shared_ptr<MemoryPool> pool;
    SIM_TRY(find(handle, &pool));
    if (flags == nullptr || location == nullptr || location->type != CU_MEM_LOCATION_TYPE_DEVICE ||
        location->id != 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *flags = pool->access;
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuDeviceGetDefaultMemPool(CUmemoryPool* out, CUdevice device) {
    SIM_TRY(check_device(device));
    if (out == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *out = default_pool()->handle();
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuDeviceGetMemPool(CUmemoryPool* out, CUdevice device) {
    SIM_TRY(check_device(device));
    if (out == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *out = current_pool()->handle();
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuDeviceSetMemPool(CUdevice device, CUmemoryPool handle) {
    SIM_TRY(check_device(device));
    return set_current_pool(handle);
}

} // extern "C"
