// The two forms in which a launch gives its arguments.
#pragma once

#include "core/kernels.hpp"
#include "core/operation.hpp"

namespace sim {

/// Copies the arguments of `launch.kernel` out of an array of pointers or, when that is null, out of the
/// parameter buffer named by `extra`. INVALID_VALUE: neither is given but the kernel has parameters, both are
/// given, or the buffer is too small.
CUresult copy_arguments(void* const* pointers, void* const* extra, KernelLaunch& launch);

} // namespace sim
