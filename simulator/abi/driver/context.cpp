#include "abi/driver/driver.hpp"
#include "core/capture.hpp"
#include "core/pool.hpp"

using namespace sim;

namespace {

CUresult create(CUcontext* out, unsigned flags, CUdevice device) {
    SIM_TRY(require_initialised());
    if (out == nullptr || (flags & ~static_cast<unsigned>(CU_CTX_FLAGS_MASK)) != 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (device != 0) {
        return CUDA_ERROR_INVALID_DEVICE;
    }
    SIM_TRY(sticky_error());
    Context* context = nullptr;
    SIM_TRY(create_context(flags, &context));
    *out = context->handle();
    return CUDA_SUCCESS;
}

/// Null means the current context.
CUresult find(CUcontext handle, Context** out) {
    if (handle == nullptr) {
        return require_context(out);
    }
    SIM_TRY(require_initialised());
    *out = find_context(handle);
    return *out == nullptr ? CUDA_ERROR_INVALID_CONTEXT : sticky_error();
}

CUresult synchronise(Context& context) {
    SIM_TRY(refuse_synchronise(context));
    trim_pools();
    return sticky_error();
}

} // namespace

extern "C" {

CUresult CUDAAPI cuCtxCreate_v2(CUcontext* out, unsigned int flags, CUdevice device) {
    return create(out, flags, device);
}

CUresult CUDAAPI cuCtxCreate_v3(CUcontext* out, CUexecAffinityParam* affinity, int count, unsigned int flags,
                                CUdevice device) {
    return affinity != nullptr || count != 0 ? CUDA_ERROR_NOT_SUPPORTED : create(out, flags, device);
}

#if CUDA_VERSION >= 12050
CUresult CUDAAPI cuCtxCreate_v4(CUcontext* out, CUctxCreateParams* parameters, unsigned int flags,
                                CUdevice device) {
    const bool plain =
        parameters == nullptr || (parameters->execAffinityParams == nullptr &&
                                  parameters->numExecAffinityParams == 0 && parameters->cigParams == nullptr);
    return plain ? create(out, flags, device) : CUDA_ERROR_NOT_SUPPORTED;
}
#endif

CUresult CUDAAPI cuCtxDestroy_v2(CUcontext handle) {
    SIM_TRY(require_initialised());
    Context* context = find_context(handle);
    // A primary context is released, not destroyed (cuDevicePrimaryCtxRetain).
    return context == nullptr || context->primary ? CUDA_ERROR_INVALID_CONTEXT : destroy_context(*context);
}

CUresult CUDAAPI cuCtxPushCurrent_v2(CUcontext handle) {
    SIM_TRY(require_initialised());
    Context* context = find_context(handle);
    if (context == nullptr) {
        return CUDA_ERROR_INVALID_CONTEXT;
    }
    push_context(*context);
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuCtxPopCurrent_v2(CUcontext* out) {
    SIM_TRY(require_initialised());
    Context* context = nullptr;
    SIM_TRY(pop_context(&context));
    if (out != nullptr) {
        *out = context->handle();
    }
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuCtxSetCurrent(CUcontext handle) {
    SIM_TRY(require_initialised());
    Context* context = find_context(handle);
    if (handle != nullptr && context == nullptr) {
        return CUDA_ERROR_INVALID_CONTEXT;
    }
    set_current_context(context);
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuCtxGetCurrent(CUcontext* out) {
    SIM_TRY(require_initialised());
    if (out == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    Context* context = current_context();
    *out = context == nullptr ? nullptr : context->handle();
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuCtxGetDevice(CUdevice* device) {
    SIM_TRY(require_context());
    if (device == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *device = 0;
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuCtxSynchronize(void) {
    Context* context = nullptr;
    SIM_TRY(require_context(&context));
    return synchronise(*context);
}

#if CUDA_VERSION >= 13000
CUresult CUDAAPI cuCtxGetDevice_v2(CUdevice* device, CUcontext handle) {
    Context* context = nullptr;
    SIM_TRY(find(handle, &context));
    if (device == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *device = 0;
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuCtxSynchronize_v2(CUcontext handle) {
    Context* context = nullptr;
    SIM_TRY(find(handle, &context));
    return synchronise(*context);
}
#endif

CUresult CUDAAPI cuCtxGetApiVersion(CUcontext handle, unsigned int* version) {
    Context* context = nullptr;
    SIM_TRY(find(handle, &context));
    if (version == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *version = context->api_version;
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuCtxGetFlags(unsigned int* flags) {
    Context* context = nullptr;
    SIM_TRY(require_context(&context));
    if (flags == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *flags = context->flags;
    return CUDA_SUCCESS;
}

} // extern "C"
