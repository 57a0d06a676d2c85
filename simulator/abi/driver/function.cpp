// Kernel functions. Modules cannot be loaded: device code is machine code of a GPU, and the bodies of its
// kernels are compiled into the simulator. So every function belongs to one nameless module.
#include "abi/driver/driver.hpp"
#include "core/device_limits.hpp"
#include "core/kernels.hpp"

using namespace sim;

namespace {

char program_module; // its address is the handle

CUresult find(CUfunction function, const void* out, const Kernel** kernel) {
    SIM_TRY(require_context());
    *kernel = find_kernel(function);
    if (out == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    return *kernel == nullptr ? CUDA_ERROR_INVALID_HANDLE : CUDA_SUCCESS;
}

} // namespace

extern "C" {

CUresult CUDAAPI cuFuncGetModule(CUmodule* out, CUfunction function) {
    const Kernel* kernel = nullptr;
    SIM_TRY(find(function, out, &kernel));
    *out = reinterpret_cast<CUmodule>(&program_module);
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuModuleLoadData(CUmodule* out, const void* image) {
    SIM_TRY(require_context());
    return out == nullptr || image == nullptr ? CUDA_ERROR_INVALID_VALUE : CUDA_ERROR_NO_BINARY_FOR_GPU;
}

/// The one module is the program's and goes with it.
CUresult CUDAAPI cuModuleUnload(CUmodule) {
    SIM_TRY(require_context());
    return CUDA_ERROR_INVALID_HANDLE;
}

CUresult CUDAAPI cuModuleGetFunction(CUfunction* out, CUmodule module, const char* name) {
    SIM_TRY(require_context());
    if (out == nullptr || name == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (module != reinterpret_cast<CUmodule>(&program_module)) {
        return CUDA_ERROR_INVALID_HANDLE;
    }
    const Kernel* kernel = find_kernel_by_name(name);
    if (kernel == nullptr) {
        return CUDA_ERROR_NOT_FOUND;
    }
    *out = kernel->function();
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuFuncGetAttribute(int* value, CUfunction_attribute attribute, CUfunction function) {
    const Kernel* kernel = nullptr;
    SIM_TRY(find(function, value, &kernel));
    switch (attribute) {
    case CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK:
        *value = limits::threads_per_block;
        return CUDA_SUCCESS;
    case CU_FUNC_ATTRIBUTE_NUM_REGS:
        *value = 32;
        return CUDA_SUCCESS;
    case CU_FUNC_ATTRIBUTE_PTX_VERSION:
    case CU_FUNC_ATTRIBUTE_BINARY_VERSION:
        *value = limits::compute_major * 10 + limits::compute_minor;
        return CUDA_SUCCESS;
    case CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES:
        *value = limits::shared_bytes_per_block;
        return CUDA_SUCCESS;
    case CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT:
        *value = -1;
        return CUDA_SUCCESS;
    default:
        *value = 0;
        return attribute >= 0 && attribute < CU_FUNC_ATTRIBUTE_MAX ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
    }
}

CUresult CUDAAPI cuFuncGetName(const char** name, CUfunction function) {
    const Kernel* kernel = nullptr;
    SIM_TRY(find(function, name, &kernel));
    *name = kernel->name.c_str();
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuFuncGetParamInfo(CUfunction function, size_t index, size_t* offset, size_t* bytes) {
    const Kernel* kernel = nullptr;
    SIM_TRY(find(function, offset, &kernel));
    if (kernel->body == nullptr || index >= kernel->body->parameter_bytes.size()) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *offset = kernel->body->parameter_offsets[index];
    if (bytes != nullptr) {
        *bytes = kernel->body->parameter_bytes[index];
    }
    return CUDA_SUCCESS;
}

} // extern "C"
