// What every driver entry point starts with.
#pragma once

#include "core/context.hpp"
#include "core/state.hpp"

/// Returns from the enclosing function when the call fails.
#define SIM_TRY(call)                                                                                        \
    do {                                                                                                     \
        if (const CUresult sim_result = (call); sim_result != CUDA_SUCCESS) {                                \
            return sim_result;                                                                               \
        }                                                                                                    \
    } while (false)

namespace sim {

/// NOT_INITIALIZED before cuInit.
inline CUresult require_initialised() {
    return initialised() ? CUDA_SUCCESS : CUDA_ERROR_NOT_INITIALIZED;
}

} // namespace sim
