// Limits, priorities, peers.
#include "abi/driver/driver.hpp"
#include "core/device_limits.hpp"

#include <optional>

using namespace sim;

namespace {

std::optional<size_t> default_limit(CUlimit limit) {
    switch (limit) {
    case CU_LIMIT_STACK_SIZE:
        return 1024;
    case CU_LIMIT_PRINTF_FIFO_SIZE:
        return 1 << 20;
    case CU_LIMIT_MALLOC_HEAP_SIZE:
        return 8 << 20;
    case CU_LIMIT_DEV_RUNTIME_PENDING_LAUNCH_COUNT:
        return 2048;
    case CU_LIMIT_MAX_L2_FETCH_GRANULARITY:
        return 64;
    case CU_LIMIT_PERSISTING_L2_CACHE_SIZE:
        return 0;
    default:
        return std::nullopt;
    }
}

} // namespace

extern "C" {

CUresult CUDAAPI cuCtxGetLimit(size_t* value, CUlimit limit) {
    Context* context = nullptr;
    SIM_TRY(require_context(&context));
    if (value == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const auto initial = default_limit(limit);
    if (!initial) {
        return CUDA_ERROR_UNSUPPORTED_LIMIT;
    }
    const Lock lock;
    const auto set = context->limits.find(limit);
    *value = set == context->limits.end() ? *initial : set->second;
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuCtxSetLimit(CUlimit limit, size_t value) {
    Context* context = nullptr;
    SIM_TRY(require_context(&context));
    if (!default_limit(limit)) {
        return CUDA_ERROR_UNSUPPORTED_LIMIT;
    }
    const Lock lock;
    context->limits[limit] = value;
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuCtxGetStreamPriorityRange(int* least, int* greatest) {
    SIM_TRY(require_context());
    if (least != nullptr) {
        *least = limits::lowest_priority;
    }
    if (greatest != nullptr) {
        *greatest = limits::greatest_priority;
    }
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuCtxEnablePeerAccess(CUcontext peer, unsigned int flags) {
    SIM_TRY(require_context());
    if (flags != 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    return find_context(peer) == nullptr ? CUDA_ERROR_INVALID_CONTEXT : CUDA_ERROR_PEER_ACCESS_UNSUPPORTED;
}

CUresult CUDAAPI cuCtxDisablePeerAccess(CUcontext peer) {
    SIM_TRY(require_context());
    return find_context(peer) == nullptr ? CUDA_ERROR_INVALID_CONTEXT : CUDA_ERROR_PEER_ACCESS_NOT_ENABLED;
}

} // extern "C"
