// Kernel launches as the APIs describe them, for stream calls and graph nodes alike.
#pragma once

#include "core/operation.hpp"

namespace sim {

/// Copies the arguments, given either one by one or as a buffer (CU_LAUNCH_PARAM_BUFFER_POINTER), into
/// `launch`, whose kernel is set. Errors: INVALID_VALUE when both or, for a kernel with parameters, neither
/// is given, and for a buffer that is too small.
CUresult set_arguments(KernelLaunch& launch, void* const* arguments, void* const* extra);

/// Reads the attributes that the simulator knows: cooperative and priority; those that only hint at
/// performance are accepted. NOT_SUPPORTED for the rest.
CUresult set_attributes(KernelLaunch& launch, const CUlaunchAttribute* attributes, unsigned count);

} // namespace sim
