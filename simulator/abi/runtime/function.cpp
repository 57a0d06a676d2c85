// Questions about kernels.
#include "abi/runtime/runtime.hpp"
#include "core/device_limits.hpp"
#include "core/kernels.hpp"

using namespace sim;
using runtime::on_context;

namespace {

CUresult find(const void* host, const void* out, const Kernel** kernel) {
    *kernel = find_kernel_by_host(host);
    if (out == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    return *kernel == nullptr ? static_cast<CUresult>(cudaErrorInvalidDeviceFunction) : CUDA_SUCCESS;
}

} // namespace

extern "C" {

cudaError_t CUDARTAPI cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void* function) {
    return on_context([&] {
        const Kernel* kernel = nullptr;
        SIM_TRY(find(function, attributes, &kernel));
        *attributes = {};
        attributes->maxThreadsPerBlock = limits::threads_per_block;
        attributes->numRegs = 32;
        attributes->ptxVersion = attributes->binaryVersion =
            limits::compute_major * 10 + limits::compute_minor;
        attributes->maxDynamicSharedSizeBytes = limits::shared_bytes_per_block;
        attributes->preferredShmemCarveout = -1;
        return CUDA_SUCCESS;
    });
}

cudaError_t CUDARTAPI cudaGetFuncBySymbol(cudaFunction_t* out, const void* symbol) {
    return on_context([&] {
        const Kernel* kernel = nullptr;
        SIM_TRY(find(symbol, out, &kernel));
        *out = kernel->function();
        return CUDA_SUCCESS;
    });
}

cudaError_t CUDARTAPI cudaGetKernel(cudaKernel_t* out, const void* function) {
    return on_context([&] {
        const Kernel* kernel = nullptr;
        SIM_TRY(find(function, out, &kernel));
        *out = reinterpret_cast<cudaKernel_t>(kernel->function());
        return CUDA_SUCCESS;
    });
}

cudaError_t CUDARTAPI cudaFuncGetName(const char** name, const void* function) {
    return on_context([&] {
        const Kernel* kernel = nullptr;
        SIM_TRY(find(function, name, &kernel));
        *name = kernel->name.c_str();
        return CUDA_SUCCESS;
    });
}

cudaError_t CUDARTAPI cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, const void* function,
                                                                    int block_size, size_t shared_bytes) {
    return on_context([&] {
        const Kernel* kernel = nullptr;
        SIM_TRY(find(function, blocks, &kernel));
        if (block_size <= 0 || shared_bytes > limits::shared_bytes_per_block) {
            return CUDA_ERROR_INVALID_VALUE;
        }
        *blocks = static_cast<int>(limits::threads_per_multiprocessor) / block_size;
        return CUDA_SUCCESS;
    });
}

} // extern "C"
