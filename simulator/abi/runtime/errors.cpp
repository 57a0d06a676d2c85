#include "abi/error_text.hpp"
#include "abi/runtime/runtime.hpp"

using namespace sim;

extern "C" {

const char* CUDARTAPI cudaGetErrorName(cudaError_t error) {
    switch (static_cast<int>(error)) {
#define SIM_ERROR(number, name)                                                                              \
    case number:                                                                                             \
        return name;
#include "runtime_errors.inc"
#undef SIM_ERROR
    default:
        return "unrecognized error code";
    }
}

const char* CUDARTAPI cudaGetErrorString(cudaError_t error) {
    const char* text = error_text(error);
    return text != nullptr ? text : cudaGetErrorName(error);
}

cudaError_t CUDARTAPI cudaGetLastError(void) {
    return runtime::take_last_error();
}
cudaError_t CUDARTAPI cudaPeekAtLastError(void) {
    return runtime::peek_last_error();
}

} // extern "C"
