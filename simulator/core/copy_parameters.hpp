// The driver API's copy descriptors as a Copy, for stream calls and graph nodes alike.
#pragma once

#include "core/operation.hpp"

namespace sim {

/// Errors: INVALID_VALUE for a pitch below the width, an unknown memory type or a level of detail;
/// NOT_SUPPORTED for arrays, which the simulator lacks.
CUresult to_copy(const CUDA_MEMCPY2D_st& parameters, Copy* out);
CUresult to_copy(const CUDA_MEMCPY3D_st& parameters, Copy* out);

} // namespace sim
