#include "core/host_memory.hpp"

#include "abi/driver/driver.hpp"
#include "core/capture.hpp"

using namespace sim;

namespace {

Address address_of(void* pointer) {
    return reinterpret_cast<Address>(pointer);
}

bool is_host(const Range* range) {
    return range != nullptr && (range->kind == RangeKind::host || range->kind == RangeKind::registered);
}

} // namespace

extern "C" {

CUresult CUDAAPI cuMemHostAlloc(void** out, size_t bytes, unsigned int flags) {
    constexpr unsigned known =
        CU_MEMHOSTALLOC_PORTABLE | CU_MEMHOSTALLOC_DEVICEMAP | CU_MEMHOSTALLOC_WRITECOMBINED;
    Context* context = nullptr;
    SIM_TRY(require_context(&context));
    SIM_TRY(refuse_if_capturing(UnsafeCall::allocate));
    if (out == nullptr || (flags & ~known) != 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    Address base = 0;
    SIM_TRY(allocate_host(bytes, flags, *context, &base));
    *out = reinterpret_cast<void*>(base);
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuMemAllocHost_v2(void** out, size_t bytes) {
    return cuMemHostAlloc(out, bytes, 0);
}

CUresult CUDAAPI cuMemFreeHost(void* pointer) {
    SIM_TRY(require_context());
    SIM_TRY(refuse_if_capturing(UnsafeCall::free));
    return free_host(address_of(pointer));
}

CUresult CUDAAPI cuMemHostRegister_v2(void* pointer, size_t bytes, unsigned int flags) {
    constexpr unsigned known = CU_MEMHOSTREGISTER_PORTABLE | CU_MEMHOSTREGISTER_DEVICEMAP;
    Context* context = nullptr;
    SIM_TRY(require_context(&context));
    SIM_TRY(refuse_if_capturing(UnsafeCall::allocate));
    if ((flags & ~known) != 0) {
        return CUDA_ERROR_NOT_SUPPORTED; // I/O memory and read-only registration: their attributes are 0
    }
    return register_host(address_of(pointer), bytes, flags, *context);
}

CUresult CUDAAPI cuMemHostUnregister(void* pointer) {
    SIM_TRY(require_context());
    SIM_TRY(refuse_if_capturing(UnsafeCall::free));
    return unregister_host(address_of(pointer));
}

CUresult CUDAAPI cuMemHostGetDevicePointer_v2(CUdeviceptr* out, void* pointer, unsigned int flags) {
    SIM_TRY(require_context());
    const Lock lock;
    if (out == nullptr || flags != 0 || !is_host(find_range(address_of(pointer)))) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *out = address_of(pointer); // one address space for host and device
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuMemHostGetFlags(unsigned int* flags, void* pointer) {
    SIM_TRY(require_context());
    const Lock lock;
    const Range* range = find_range(address_of(pointer));
    if (flags == nullptr || range == nullptr || range->kind != RangeKind::host) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *flags = range->flags;
    return CUDA_SUCCESS;
}

} // extern "C"
