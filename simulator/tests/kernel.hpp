// A kernel of the suite, registered as nvcc's host code would: this program has none of its own.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>

namespace sim::tests {

/// Launches cts::kernels::fill with one thread.
cudaError_t launch_fill(uint32_t* data, size_t count, uint32_t value);

/// Launches a kernel that the simulator has no body for.
cudaError_t launch_unknown();

} // namespace sim::tests
