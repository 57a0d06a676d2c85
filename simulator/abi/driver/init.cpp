// Initialisation and version.
#include "abi/driver/driver.hpp"

/// How a program, and the suite, can tell that this is no GPU driver.
extern "C" const char vmm_cts_simulator[];
extern "C" const char vmm_cts_simulator[] = "cuda-vmm-cts simulator";

using namespace sim;

extern "C" {

CUresult CUDAAPI cuInit(unsigned int flags) {
    return flags == 0 ? initialise() : CUDA_ERROR_INVALID_VALUE;
}

CUresult CUDAAPI cuDriverGetVersion(int* version) {
    if (version == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *version = CUDA_VERSION;
    return CUDA_SUCCESS;
}

} // extern "C"
