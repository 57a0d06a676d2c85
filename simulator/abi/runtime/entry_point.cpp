// Driver entry points by name.
#include "abi/runtime/runtime.hpp"

using namespace sim;

namespace {

cudaError_t find(const char* symbol, void** function, unsigned version, unsigned long long flags,
                 cudaDriverEntryPointQueryResult* status) {
    static_assert(static_cast<int>(cudaDriverEntryPointVersionNotSufficent) ==
                  static_cast<int>(CU_GET_PROC_ADDRESS_VERSION_NOT_SUFFICIENT));
    CUdriverProcAddressQueryResult found = CU_GET_PROC_ADDRESS_SUCCESS;
    SIM_RUNTIME_TRY(cuGetProcAddress(symbol, function, static_cast<int>(version), flags, &found));
    if (status != nullptr) {
        *status = static_cast<cudaDriverEntryPointQueryResult>(found);
    }
    return cudaSuccess;
}

} // namespace

extern "C" {

cudaError_t CUDARTAPI cudaGetDriverEntryPointByVersion(const char* symbol, void** function,
                                                       unsigned int version, unsigned long long flags,
                                                       cudaDriverEntryPointQueryResult* status) {
    return find(symbol, function, version, flags, status);
}

/// The version of this function is that of the runtime.
cudaError_t CUDARTAPI cudaGetDriverEntryPoint(const char* symbol, void** function, unsigned long long flags,
                                              cudaDriverEntryPointQueryResult* status) {
    return find(symbol, function, CUDART_VERSION, flags, status);
}

} // extern "C"
