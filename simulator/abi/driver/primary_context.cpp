#include "abi/driver/driver.hpp"

using namespace sim;

namespace {

CUresult check_device(CUdevice device) {
    SIM_TRY(require_initialised());
    return device == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

} // namespace

extern "C" {

CUresult CUDAAPI cuDevicePrimaryCtxRetain(CUcontext* out, CUdevice device) {
    SIM_TRY(check_device(device));
    if (out == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    SIM_TRY(sticky_error());
    Context* context = nullptr;
    SIM_TRY(retain_primary_context(&context));
    *out = context->handle();
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuDevicePrimaryCtxRelease_v2(CUdevice device) {
    SIM_TRY(check_device(device));
    return release_primary_context();
}
CUresult CUDAAPI cuDevicePrimaryCtxRelease(CUdevice device) {
    return cuDevicePrimaryCtxRelease_v2(device);
}

CUresult CUDAAPI cuDevicePrimaryCtxReset_v2(CUdevice device) {
    SIM_TRY(check_device(device));
    return reset_primary_context();
}
CUresult CUDAAPI cuDevicePrimaryCtxReset(CUdevice device) {
    return cuDevicePrimaryCtxReset_v2(device);
}

CUresult CUDAAPI cuDevicePrimaryCtxSetFlags_v2(CUdevice device, unsigned int flags) {
    SIM_TRY(check_device(device));
    return (flags & ~static_cast<unsigned>(CU_CTX_FLAGS_MASK)) != 0 ? CUDA_ERROR_INVALID_VALUE
                                                                    : set_primary_context_flags(flags);
}
CUresult CUDAAPI cuDevicePrimaryCtxSetFlags(CUdevice device, unsigned int flags) {
    return cuDevicePrimaryCtxSetFlags_v2(device, flags);
}

CUresult CUDAAPI cuDevicePrimaryCtxGetState(CUdevice device, unsigned int* flags, int* active) {
    SIM_TRY(check_device(device));
    if (flags == nullptr || active == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *flags = primary_context_flags();
    *active = primary_context() != nullptr ? 1 : 0;
    return CUDA_SUCCESS;
}

} // extern "C"
