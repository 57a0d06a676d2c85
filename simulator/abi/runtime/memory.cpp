#include "abi/runtime/runtime.hpp"

using namespace sim;
using runtime::on_context;

namespace {

CUdeviceptr address_of(const void* pointer) {
    return reinterpret_cast<CUdeviceptr>(pointer);
}

/// Calls allocate(address) and gives the address as a pointer; `out` keeps its value on failure.
template<class Allocate>
cudaError_t give_pointer(void** out, Allocate&& allocate) {
    return on_context([&] {
        if (out == nullptr) {
            return CUDA_ERROR_INVALID_VALUE;
        }
        CUdeviceptr address = 0;
        const CUresult result = allocate(&address);
        if (result == CUDA_SUCCESS) {
            *out = reinterpret_cast<void*>(address);
        }
        return result;
    });
}

} // namespace

extern "C" {

/// No bytes give a null pointer, as on the GPU.
cudaError_t CUDARTAPI cudaMalloc(void** out, size_t bytes) {
    return give_pointer(
        out, [&](CUdeviceptr* address) { return bytes == 0 ? CUDA_SUCCESS : cuMemAlloc(address, bytes); });
}

cudaError_t CUDARTAPI cudaMallocManaged(void** out, size_t bytes, unsigned int flags) {
    return give_pointer(out, [&](CUdeviceptr* address) { return cuMemAllocManaged(address, bytes, flags); });
}

cudaError_t CUDARTAPI cudaMallocPitch(void** out, size_t* pitch, size_t width, size_t height) {
    return give_pointer(
        out, [&](CUdeviceptr* address) { return cuMemAllocPitch(address, pitch, width, height, 4); });
}

cudaError_t CUDARTAPI cudaFree(void* pointer) {
    return on_context([&] { return pointer == nullptr ? CUDA_SUCCESS : cuMemFree(address_of(pointer)); });
}

cudaError_t CUDARTAPI cudaMemGetInfo(size_t* free_bytes, size_t* total_bytes) {
    return on_context([&] { return cuMemGetInfo(free_bytes, total_bytes); });
}

cudaError_t CUDARTAPI cudaMallocAsync(void** out, size_t bytes, cudaStream_t stream) {
    return give_pointer(out, [&](CUdeviceptr* address) { return cuMemAllocAsync(address, bytes, stream); });
}

cudaError_t CUDARTAPI cudaMallocFromPoolAsync(void** out, size_t bytes, cudaMemPool_t pool,
                                              cudaStream_t stream) {
    return give_pointer(
        out, [&](CUdeviceptr* address) { return cuMemAllocFromPoolAsync(address, bytes, pool, stream); });
}

cudaError_t CUDARTAPI cudaFreeAsync(void* pointer, cudaStream_t stream) {
    return on_context([&] { return cuMemFreeAsync(address_of(pointer), stream); });
}

} // extern "C"
