// A kernel launch on the CPU.
#pragma once

#include "core/operation.hpp"

namespace sim {

/// What a launch is refused for: grid, block, shared memory, cooperative size. INVALID_VALUE,
/// COOPERATIVE_LAUNCH_TOO_LARGE; NOT_SUPPORTED, and once a line on stderr, for a kernel without a CPU body.
CUresult check_launch(const KernelLaunch& launch);

/// Runs all threads. A fault poisons the process; the launch itself has succeeded.
CUresult run_kernel(const KernelLaunch& launch);

} // namespace sim
