#include "abi/runtime/runtime.hpp"

namespace sim::runtime {
namespace {

thread_local cudaError_t last_error = cudaSuccess;

} // namespace

CUresult ensure_context() {
    if (const CUresult ready = initialise(); ready != CUDA_SUCCESS) {
        return ready;
    }
    if (const CUresult error = sticky_error(); error != CUDA_SUCCESS) {
        return error;
    }
    Context* current = current_context();
    if (current != nullptr && !(current->primary && primary_context() == nullptr)) {
        return require_context();
    }
    return use_primary_context();
}

CUresult use_primary_context() {
    const Lock lock;
    Context* primary = primary_context();
    if (primary == nullptr) {
        // One reference for the whole runtime, given back by cudaDeviceReset or with the process.
        if (const CUresult retained = retain_primary_context(&primary); retained != CUDA_SUCCESS) {
            return retained;
        }
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
