// Kernel launches by host function.
#include "core/launch.hpp"

#include "abi/runtime/launch.hpp"
#include "abi/runtime/runtime.hpp"
#include "core/kernels.hpp"
#include "core/submit.hpp"

using namespace sim;
using runtime::on_context;

namespace sim::runtime {

CUresult make_launch(const Kernel* kernel, dim3 grid, dim3 block, size_t shared_bytes, void** arguments,
                     KernelLaunch* out) {
    if (kernel == nullptr) {
        return static_cast<CUresult>(cudaErrorInvalidDeviceFunction);
    }
    *out = {};
    out->kernel = kernel;
    const unsigned grid_extent[3] = {grid.x, grid.y, grid.z};
    const unsigned block_extent[3] = {block.x, block.y, block.z};
    std::copy(grid_extent, grid_extent + 3, out->grid);
    std::copy(block_extent, block_extent + 3, out->block);
    out->shared_bytes = static_cast<unsigned>(shared_bytes);
    return set_arguments(*out, arguments, nullptr);
}

CUresult submit_launch(cudaStream_t handle, KernelLaunch launch) {
    Stream* stream = nullptr;
    SIM_TRY(find_stream(handle, &stream));
    if (launch.priority == 0) {
        launch.priority = stream->priority;
    }
    const CUresult result = submit(*stream, std::move(launch));
    // The runtime has an error of its own for a grid or block that the device cannot run.
    return result == CUDA_ERROR_INVALID_VALUE ? static_cast<CUresult>(cudaErrorInvalidConfiguration) : result;
}

} // namespace sim::runtime

namespace {

cudaError_t launch_function(const void* function, dim3 grid, dim3 block, void** arguments,
                            size_t shared_bytes, cudaStream_t stream, bool cooperative) {
    return on_context([&] {
        KernelLaunch launch;
        SIM_TRY(runtime::make_launch(find_kernel_by_host(function), grid, block, shared_bytes, arguments,
                                     &launch));
        launch.cooperative = cooperative;
        return runtime::submit_launch(stream, std::move(launch));
    });
}

} // namespace

static_assert(sizeof(cudaLaunchAttribute) == sizeof(CUlaunchAttribute));

extern "C" {

cudaError_t CUDARTAPI cudaLaunchKernel(const void* function, dim3 grid, dim3 block, void** arguments,
                                       size_t shared_bytes, cudaStream_t stream) {
    return launch_function(function, grid, block, arguments, shared_bytes, stream, false);
}

cudaError_t CUDARTAPI cudaLaunchCooperativeKernel(const void* function, dim3 grid, dim3 block,
                                                  void** arguments, size_t shared_bytes,
                                                  cudaStream_t stream) {
    return launch_function(function, grid, block, arguments, shared_bytes, stream, true);
}

cudaError_t CUDARTAPI cudaLaunchKernelExC(const cudaLaunchConfig_t* config, const void* function,
                                          void** arguments) {
    return on_context([&] {
        if (config == nullptr) {
            return CUDA_ERROR_INVALID_VALUE;
        }
        KernelLaunch launch;
        SIM_TRY(runtime::make_launch(find_kernel_by_host(function), config->gridDim, config->blockDim,
                                     config->dynamicSmemBytes, arguments, &launch));
        SIM_TRY(set_attributes(launch, reinterpret_cast<const CUlaunchAttribute*>(config->attrs),
                               config->numAttrs));
        return runtime::submit_launch(config->stream, std::move(launch));
    });
}

} // extern "C"
