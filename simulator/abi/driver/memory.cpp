// Device memory without reservations and handles.
#include "core/memory.hpp"

#include "abi/driver/driver.hpp"
#include "core/capture.hpp"
#include "core/device_memory.hpp"
#include "core/environment.hpp"
#include "core/pool.hpp"

using namespace sim;

namespace {

constexpr size_t pitch_alignment = 512; // bytes

CUresult allocate_now(RangeKind kind, size_t bytes, CUdeviceptr* out) {
    Context* context = nullptr;
    SIM_TRY(require_context(&context));
    SIM_TRY(refuse_if_capturing(UnsafeCall::allocate));
    return out == nullptr ? CUDA_ERROR_INVALID_VALUE : allocate(kind, bytes, context, out);
}

/// Empty when the address is not one of an allocation.
std::optional<RangeKind> kind_at(CUdeviceptr base) {
    const Lock lock;
    const Range* range = find_range(base);
    return range != nullptr && range->base == base ? std::optional(range->kind) : std::nullopt;
}

} // namespace

extern "C" {

CUresult CUDAAPI cuMemGetInfo_v2(size_t* free_bytes, size_t* total_bytes) {
    SIM_TRY(require_context());
    if (free_bytes == nullptr || total_bytes == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const Lock lock;
    *free_bytes = free_device_memory();
    *total_bytes = device_memory_bytes();
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuMemAlloc_v2(CUdeviceptr* out, size_t bytes) {
    return allocate_now(RangeKind::device, bytes, out);
}

CUresult CUDAAPI cuMemAllocManaged(CUdeviceptr* out, size_t bytes, unsigned int flags) {
    if (flags != CU_MEM_ATTACH_GLOBAL && flags != CU_MEM_ATTACH_HOST) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    SIM_TRY(allocate_now(RangeKind::managed, bytes, out));
    const Lock lock;
    find_range(*out)->flags = flags;
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuMemAllocPitch_v2(CUdeviceptr* out, size_t* pitch, size_t width_bytes, size_t height,
                                    unsigned int element_bytes) {
    if (pitch == nullptr || (element_bytes != 4 && element_bytes != 8 && element_bytes != 16)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const size_t row = (width_bytes + pitch_alignment - 1) / pitch_alignment * pitch_alignment;
    if (height != 0 && row > SIZE_MAX / height) {
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    SIM_TRY(allocate_now(RangeKind::device, row * height, out));
    *pitch = row;
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuMemFree_v2(CUdeviceptr base) {
    SIM_TRY(require_context());
    SIM_TRY(refuse_if_capturing(UnsafeCall::free));
    const auto kind = kind_at(base);
    if (!kind) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    switch (*kind) {
    case RangeKind::device:
    case RangeKind::managed:
        return sim::free(base);
    case RangeKind::pool:
        SIM_TRY(free_to_pool(base));
        trim_pools(); // cuMemFree synchronises
        return CUDA_SUCCESS;
    case RangeKind::graph:
        return free_graph_allocation(base);
    default: // reservations are unmapped and freed by their own calls
        return CUDA_ERROR_INVALID_VALUE;
    }
}

CUresult CUDAAPI cuMemGetAddressRange_v2(CUdeviceptr* base, size_t* bytes, CUdeviceptr address) {
    SIM_TRY(require_context());
    const Lock lock;
    Range* range = find_range(address);
    if (range == nullptr) {
        return CUDA_ERROR_NOT_FOUND;
    }
    Address found_base = range->base;
    size_t found_bytes = range->bytes;
    if (range->kind == RangeKind::reservation) {
        const Mapping* mapping = find_mapping(*range, address);
        if (mapping == nullptr) {
            return CUDA_ERROR_NOT_FOUND;
        }
        found_base = mapping->base;
        found_bytes = mapping->bytes;
    }
    if (base != nullptr) {
        *base = found_base;
    }
    if (bytes != nullptr) {
        *bytes = found_bytes;
    }
    return CUDA_SUCCESS;
}

} // extern "C"
