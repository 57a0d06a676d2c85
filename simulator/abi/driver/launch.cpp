// Kernel launches.
#include "core/launch.hpp"

#include "abi/driver/driver.hpp"
#include "core/kernels.hpp"
#include "core/submit.hpp"

using namespace sim;

namespace {

struct Shape {
    unsigned grid[3], block[3], shared_bytes;
};

KernelLaunch make(const Kernel& kernel, const Shape& shape) {
    KernelLaunch launch;
    launch.kernel = &kernel;
    std::copy(shape.grid, shape.grid + 3, launch.grid);
    std::copy(shape.block, shape.block + 3, launch.block);
    launch.shared_bytes = shape.shared_bytes;
    return launch;
}

CUresult find(CUfunction function, CUstream handle, const Kernel** kernel, Stream** stream) {
    SIM_TRY(find_stream(handle, stream));
    *kernel = find_kernel(function);
    return *kernel == nullptr ? CUDA_ERROR_INVALID_HANDLE : CUDA_SUCCESS;
}

CUresult launch_shape(CUfunction function, const Shape& shape, bool cooperative, CUstream handle,
                      void** arguments, void** extra) {
    const Kernel* kernel = nullptr;
    Stream* stream = nullptr;
    SIM_TRY(find(function, handle, &kernel, &stream));
    KernelLaunch launch = make(*kernel, shape);
    launch.cooperative = cooperative;
    launch.priority = stream->priority;
    SIM_TRY(set_arguments(launch, arguments, extra));
    return submit(*stream, std::move(launch));
}

} // namespace

extern "C" {

CUresult CUDAAPI cuLaunchKernel(CUfunction function, unsigned int grid_x, unsigned int grid_y,
                                unsigned int grid_z, unsigned int block_x, unsigned int block_y,
                                unsigned int block_z, unsigned int shared_bytes, CUstream stream,
                                void** arguments, void** extra) {
    const Shape shape{{grid_x, grid_y, grid_z}, {block_x, block_y, block_z}, shared_bytes};
    return launch_shape(function, shape, false, stream, arguments, extra);
}

CUresult CUDAAPI cuLaunchCooperativeKernel(CUfunction function, unsigned int grid_x, unsigned int grid_y,
                                           unsigned int grid_z, unsigned int block_x, unsigned int block_y,
                                           unsigned int block_z, unsigned int shared_bytes, CUstream stream,
                                           void** arguments) {
    const Shape shape{{grid_x, grid_y, grid_z}, {block_x, block_y, block_z}, shared_bytes};
    return launch_shape(function, shape, true, stream, arguments, nullptr);
}

CUresult CUDAAPI cuLaunchKernelEx(const CUlaunchConfig* config, CUfunction function, void** arguments,
                                  void** extra) {
    if (config == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const Kernel* kernel = nullptr;
    Stream* stream = nullptr;
    SIM_TRY(find(function, config->hStream, &kernel, &stream));
    KernelLaunch launch = make(*kernel, {{config->gridDimX, config->gridDimY, config->gridDimZ},
                                         {config->blockDimX, config->blockDimY, config->blockDimZ},
                                         config->sharedMemBytes});
    launch.priority = stream->priority;
    SIM_TRY(set_attributes(launch, config->attrs, config->numAttrs));
    SIM_TRY(set_arguments(launch, arguments, extra));
    return submit(*stream, std::move(launch));
}

} // extern "C"
