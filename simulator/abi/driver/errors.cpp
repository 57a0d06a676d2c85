#include "abi/error_text.hpp"

#include <cuda.h>

namespace {

const char* name_of(CUresult error) {
    switch (static_cast<int>(error)) {
#define SIM_ERROR(number, name)                                                                              \
    case number:                                                                                             \
        return name;
#include "driver_errors.inc"
#undef SIM_ERROR
    default:
        return nullptr;
    }
}

} // namespace

extern "C" {

CUresult CUDAAPI cuGetErrorName(CUresult error, const char** out) {
    if (out == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *out = name_of(error);
    return *out != nullptr ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult CUDAAPI cuGetErrorString(CUresult error, const char** out) {
    if (out == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const char* text = sim::error_text(error);
    *out = text != nullptr ? text : name_of(error);
    return *out != nullptr ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

} // extern "C"
