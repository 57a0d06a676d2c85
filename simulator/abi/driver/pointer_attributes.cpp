#include "abi/driver/pointer.hpp"
#include "core/context.hpp"
#include "core/physical.hpp"
#include "core/pool.hpp"

#include <cstring>

namespace sim {
namespace {

template<class Value>
CUresult give(void* out, Value value) {
    std::memcpy(out, &value, sizeof(Value));
    return CUDA_SUCCESS;
}

bool is_host(const Range& range) {
    return range.kind == RangeKind::host || range.kind == RangeKind::registered;
}

CUmemorytype memory_type(const Range& range, const Mapping* mapping) {
    const bool host = is_host(range) || (mapping != nullptr && !mapping->physical->on_device());
    return host ? CU_MEMORYTYPE_HOST : CU_MEMORYTYPE_DEVICE;
}

bool host_can_read(const Range& range, const Mapping* mapping) {
    return is_host(range) || range.kind == RangeKind::managed ||
           (mapping != nullptr && mapping->host_access != CU_MEM_ACCESS_FLAGS_PROT_NONE);
}

unsigned long long access_flags(const Range& range, const Mapping* mapping) {
    if (is_host(range)) {
        return CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
    }
    return mapping == nullptr ? CU_MEM_ACCESS_FLAGS_PROT_NONE : mapping->device_access;
}

/// What is known of the range alone.
CUresult range_attribute(void* out, CUpointer_attribute attribute, Address address, const Range& range,
                         const Mapping* mapping) {
    switch (attribute) {
    case CU_POINTER_ATTRIBUTE_CONTEXT: // memory of cuMemCreate, pools and graphs belongs to no context
        return give<void*>(out, range.context == nullptr ? nullptr : range.context->handle());
    case CU_POINTER_ATTRIBUTE_MEMORY_TYPE:
        return give(out, static_cast<unsigned>(memory_type(range, mapping)));
    case CU_POINTER_ATTRIBUTE_DEVICE_POINTER:
        return give(out, address);
    case CU_POINTER_ATTRIBUTE_HOST_POINTER:
        return host_can_read(range, mapping) ? give(out, address) : CUDA_ERROR_INVALID_VALUE;
    case CU_POINTER_ATTRIBUTE_SYNC_MEMOPS:
        return give(out, range.sync_memops ? 1U : 0U);
    case CU_POINTER_ATTRIBUTE_BUFFER_ID:
        return give(out, range.buffer_id);
    case CU_POINTER_ATTRIBUTE_IS_MANAGED:
        return give(out, range.kind == RangeKind::managed ? 1U : 0U);
    case CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL:
        return give(out, 0);
    case CU_POINTER_ATTRIBUTE_RANGE_START_ADDR:
        return give(out, range.base);
    case CU_POINTER_ATTRIBUTE_RANGE_SIZE:
        return give(out, range.bytes);
    case CU_POINTER_ATTRIBUTE_MAPPED:
        return give(out, mapping != nullptr || is_host(range) ? 1U : 0U);
    case CU_POINTER_ATTRIBUTE_ACCESS_FLAGS:
        return give(out, access_flags(range, mapping));
    case CU_POINTER_ATTRIBUTE_MEMPOOL_HANDLE:
        return give<void*>(out, range.pool == nullptr ? nullptr : range.pool->handle());
    case CU_POINTER_ATTRIBUTE_IS_GPU_DIRECT_RDMA_CAPABLE:
        return give(out, mapping == nullptr
                             ? 0U
                             : unsigned{mapping->physical->properties.allocFlags.gpuDirectRDMACapable});
    case CU_POINTER_ATTRIBUTE_IS_LEGACY_CUDA_IPC_CAPABLE:
        return give(out, 0U);
    default:
        return CUDA_ERROR_INVALID_VALUE;
    }
}

/// What only a mapping can tell.
CUresult mapping_attribute(void* out, CUpointer_attribute attribute, const Mapping* mapping) {
    if (mapping == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    switch (attribute) {
    case CU_POINTER_ATTRIBUTE_ALLOWED_HANDLE_TYPES:
        return give(out, static_cast<unsigned long long>(mapping->physical->properties.requestedHandleTypes));
    case CU_POINTER_ATTRIBUTE_MAPPING_BASE_ADDR:
        return give(out, mapping->base);
    case CU_POINTER_ATTRIBUTE_MAPPING_SIZE:
        return give(out, mapping->bytes);
    default: // CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID
        return give(out, mapping->physical->block_id);
    }
}

bool needs_mapping(CUpointer_attribute attribute) {
    return attribute == CU_POINTER_ATTRIBUTE_ALLOWED_HANDLE_TYPES ||
           attribute == CU_POINTER_ATTRIBUTE_MAPPING_BASE_ADDR ||
           attribute == CU_POINTER_ATTRIBUTE_MAPPING_SIZE ||
           attribute == CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID;
}

} // namespace

CUresult pointer_attribute(void* out, CUpointer_attribute attribute, Address address) {
    Range* range = find_range(address);
    if (range == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const Mapping* mapping = find_mapping(*range, address);
    return needs_mapping(attribute) ? mapping_attribute(out, attribute, mapping)
                                    : range_attribute(out, attribute, address, *range, mapping);
}

void null_attribute(void* out, CUpointer_attribute attribute) {
    switch (attribute) {
    case CU_POINTER_ATTRIBUTE_P2P_TOKENS:
        std::memset(out, 0, sizeof(CUDA_POINTER_ATTRIBUTE_P2P_TOKENS));
        break;
    case CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL:
        give(out, -2); // as cudaInvalidDeviceId: no device has this number
        break;
    case CU_POINTER_ATTRIBUTE_MEMORY_TYPE:
    case CU_POINTER_ATTRIBUTE_SYNC_MEMOPS:
    case CU_POINTER_ATTRIBUTE_IS_MANAGED:
    case CU_POINTER_ATTRIBUTE_IS_LEGACY_CUDA_IPC_CAPABLE:
    case CU_POINTER_ATTRIBUTE_MAPPED:
    case CU_POINTER_ATTRIBUTE_IS_GPU_DIRECT_RDMA_CAPABLE:
        give(out, 0U);
        break;
    default:
        give(out, 0ULL);
    }
}

} // namespace sim
