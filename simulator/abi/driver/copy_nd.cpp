// Copies of two and three dimensions.
#include "abi/driver/driver.hpp"
#include "core/copy_parameters.hpp"
#include "core/submit.hpp"

using namespace sim;

namespace {

template<class Parameters>
CUresult copy_now(const Parameters* parameters) {
    Copy copy;
    SIM_TRY(require_context());
    SIM_TRY(parameters == nullptr ? CUDA_ERROR_INVALID_VALUE : to_copy(*parameters, &copy));
    return submit_synchronous(copy);
}

template<class Parameters>
CUresult copy_in(CUstream handle, const Parameters* parameters) {
    Copy copy;
    Stream* stream = nullptr;
    SIM_TRY(find_stream(handle, &stream));
    SIM_TRY(parameters == nullptr ? CUDA_ERROR_INVALID_VALUE : to_copy(*parameters, &copy));
    return submit(*stream, copy);
}

} // namespace

extern "C" {

CUresult CUDAAPI cuMemcpy2D_v2(const CUDA_MEMCPY2D* parameters) {
    return copy_now(parameters);
}
CUresult CUDAAPI cuMemcpy2DUnaligned_v2(const CUDA_MEMCPY2D* parameters) {
    return copy_now(parameters);
}
CUresult CUDAAPI cuMemcpy2DAsync_v2(const CUDA_MEMCPY2D* parameters, CUstream stream) {
    return copy_in(stream, parameters);
}
CUresult CUDAAPI cuMemcpy3D_v2(const CUDA_MEMCPY3D* parameters) {
    return copy_now(parameters);
}
CUresult CUDAAPI cuMemcpy3DAsync_v2(const CUDA_MEMCPY3D* parameters, CUstream stream) {
    return copy_in(stream, parameters);
}

} // extern "C"
