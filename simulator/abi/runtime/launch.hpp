// A runtime launch in two steps, for cudaLaunchKernel and for nvcc's <<<>>>.
#pragma once

#include "core/operation.hpp"

#include <cuda_runtime_api.h>

namespace sim::runtime {

/// Errors: cudaErrorInvalidDeviceFunction for a null kernel, INVALID_VALUE for missing arguments.
CUresult make_launch(const Kernel* kernel, dim3 grid, dim3 block, size_t shared_bytes, void** arguments,
                     KernelLaunch* out);

/// Errors: those of submit(); cudaErrorInvalidConfiguration for a shape that the device cannot run.
CUresult submit_launch(cudaStream_t stream, KernelLaunch launch);

} // namespace sim::runtime
