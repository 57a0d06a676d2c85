#include "abi/runtime/runtime.hpp"

namespace sim::runtime {
namespace {

thread_local cudaError_t last_error = cudaSuccess;

/// The runtime keeps one reference to the primary context from its first use on: what others release does not
/// take the context away from under it.
CUresult hold_primary_context(Context** out) {
    const Lock lock;
    static bool holds = false;
    if (holds && primary_context() == nullptr) {
        release_primary_context(); // cuDevicePrimaryCtxReset or cudaDeviceReset went over our reference
        holds = false;
    }
    if (holds) {
        *out = primary_context();
        return CUDA_SUCCESS;
    }
    holds = true;
    return retain_primary_context(out);
}

} // namespace

CUresult ensure_context() {
    if (const CUresult ready = initialise(); ready != CUDA_SUCCESS) {
        return ready;
    }
    if (const CUresult error = sticky_error(); error != CUDA_SUCCESS) {
        return error;
    }
    const Context* current = current_context();
    return current != nullptr && !current->primary ? require_context() : use_primary_context();
}

CUresult use_primary_context() {
    Context* primary = nullptr;
    if (const CUresult held = hold_primary_context(&primary); held != CUDA_SUCCESS) {
        return held;
    }
    set_current_context(primary);
    return CUDA_SUCCESS;
}

cudaError_t finish(cudaError_t result) {
    if (result != cudaSuccess && result != cudaErrorNotReady) {
        last_error = result;
    }
    return result;
}

cudaError_t finish(CUresult result) {
    return finish(static_cast<cudaError_t>(result));
}

cudaError_t peek_last_error() {
    const CUresult sticky = reported_sticky_error();
    return sticky != CUDA_SUCCESS ? static_cast<cudaError_t>(sticky) : last_error;
}

cudaError_t take_last_error() {
    const cudaError_t error = peek_last_error();
    last_error = cudaSuccess;
    return error;
}

} // namespace sim::runtime
