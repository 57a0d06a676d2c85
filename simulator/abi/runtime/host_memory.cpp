#include "abi/runtime/runtime.hpp"

using namespace sim;
using runtime::on_context;

extern "C" {

cudaError_t CUDARTAPI cudaHostAlloc(void** out, size_t bytes, unsigned int flags) {
    return on_context([&] { return cuMemHostAlloc(out, bytes, flags); });
}

cudaError_t CUDARTAPI cudaMallocHost(void** out, size_t bytes) {
    return cudaHostAlloc(out, bytes, 0);
}

cudaError_t CUDARTAPI cudaFreeHost(void* pointer) {
    return on_context([&] { return pointer == nullptr ? CUDA_SUCCESS : cuMemFreeHost(pointer); });
}

cudaError_t CUDARTAPI cudaHostRegister(void* pointer, size_t bytes, unsigned int flags) {
    return on_context([&] { return cuMemHostRegister(pointer, bytes, flags); });
}

cudaError_t CUDARTAPI cudaHostUnregister(void* pointer) {
    return on_context([&] { return cuMemHostUnregister(pointer); });
}

cudaError_t CUDARTAPI cudaHostGetDevicePointer(void** out, void* pointer, unsigned int flags) {
    return on_context([&] {
        if (out == nullptr) {
            return CUDA_ERROR_INVALID_VALUE;
        }
        CUdeviceptr address = 0;
        SIM_TRY(cuMemHostGetDevicePointer(&address, pointer, flags));
        *out = reinterpret_cast<void*>(address);
        return CUDA_SUCCESS;
    });
}

cudaError_t CUDARTAPI cudaHostGetFlags(unsigned int* flags, void* pointer) {
    return on_context([&] { return cuMemHostGetFlags(flags, pointer); });
}

} // extern "C"
