// The driver's entry points are handed out by look-up, so the look-ups are what is interposed, the runtime's
// and the driver's own: for a hooked name and the hooked ABI they hand out the gate instead of the real
// function.
#include "faults/core/hooks.hpp"

#include <cstring>
#include <dlfcn.h>

namespace faults {

#define FAULTS_DRIVER(name, version) constinit Hook<PFN_##name##_v##version> name{#name, version};
#include "faults/core/driver_hooks.def"
#undef FAULTS_DRIVER

namespace {

using ByVersion = cudaError_t (*)(const char*, void**, unsigned, unsigned long long,
                                  cudaDriverEntryPointQueryResult*);
using ByName = cudaError_t (*)(const char*, void**, unsigned long long, cudaDriverEntryPointQueryResult*);

cudaError_t look_up(const char* symbol, void** function, unsigned version, unsigned long long flags,
                    cudaDriverEntryPointQueryResult* status) {
    static const auto by_version =
        reinterpret_cast<ByVersion>(real_runtime_function("cudaGetDriverEntryPointByVersion"));
    static const auto by_name = reinterpret_cast<ByName>(real_runtime_function("cudaGetDriverEntryPoint"));
    if (by_version != nullptr) {
        return by_version(symbol, function, version, flags, status);
    }
    // Before 12.5 only the driver's own look-up takes a version.
    void* own = nullptr;
    const cudaError_t error = by_name("cuGetProcAddress", &own, flags, status);
    if (error != cudaSuccess || own == nullptr) {
        return error;
    }
    CUdriverProcAddressQueryResult found = CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND;
    (void)reinterpret_cast<PFN_cuGetProcAddress_v12000>(own)(symbol, function, static_cast<int>(version),
                                                             flags, &found);
    if (status != nullptr) {
        *status = static_cast<cudaDriverEntryPointQueryResult>(found); // the same values
    }
    return cudaSuccess;
}

struct Entry {
    const char* name;
    int version;
    void* gate;
};

const Entry entries[] = {
#define FAULTS_DRIVER(name, version)                                                                         \
    {#name, version, reinterpret_cast<void*>(&Gate<&name, PFN_##name##_v##version>::enter)},
#include "faults/core/driver_hooks.def"
#undef FAULTS_DRIVER
};

void* gated(const char* symbol, void* real);

/// The driver's own look-up, in its two forms: itself a hooked function, whose answers are gated like the
/// runtime's.
CUresult CUDAAPI proc_address(const char* symbol, void** function, int version, cuuint64_t flags,
                              CUdriverProcAddressQueryResult* status) {
    const CUresult result =
        Gate<&cuGetProcAddress, PFN_cuGetProcAddress_v12000>::enter(symbol, function, version, flags, status);
    if (result == CUDA_SUCCESS && *function != nullptr) {
        *function = gated(symbol, *function);
    }
    return result;
}

CUresult CUDAAPI proc_address_before_12(const char* symbol, void** function, int version, cuuint64_t flags) {
    CUdriverProcAddressQueryResult status{};
    return proc_address(symbol, function, version, flags, &status);
}

/// Puts the gate in place of `real` when both mean the same ABI of the same name.
void* gated(const char* symbol, void* real) {
    if (std::strcmp(symbol, "cuGetProcAddress") == 0) {
        const bool old = real == real_driver_function(symbol, 11030);
        return old ? reinterpret_cast<void*>(&proc_address_before_12)
                   : reinterpret_cast<void*>(&proc_address);
    }
    for (const Entry& entry : entries) {
        if (std::strcmp(entry.name, symbol) == 0 && real_driver_function(entry.name, entry.version) == real) {
            return entry.gate;
        }
    }
    return real;
}

} // namespace

void* real_driver_function(const char* name, int version) {
    void* function = nullptr;
    cudaDriverEntryPointQueryResult status = cudaDriverEntryPointSymbolNotFound;
    const cudaError_t error =
        look_up(name, &function, static_cast<unsigned>(version), cudaEnableLegacyStream, &status);
    return error == cudaSuccess && status == cudaDriverEntryPointSuccess ? function : nullptr;
}

} // namespace faults

extern "C" {

__attribute__((visibility("default"))) cudaError_t
cudaGetDriverEntryPointByVersion(const char* symbol, void** function, unsigned version,
                                 unsigned long long flags, cudaDriverEntryPointQueryResult* status) {
    const cudaError_t error = faults::look_up(symbol, function, version, flags, status);
    if (error == cudaSuccess && function != nullptr && *function != nullptr) {
        *function = faults::gated(symbol, *function);
    }
    return error;
}

__attribute__((visibility("default"))) cudaError_t
cudaGetDriverEntryPoint(const char* symbol, void** function, unsigned long long flags,
                        cudaDriverEntryPointQueryResult* status) {
    return cudaGetDriverEntryPointByVersion(symbol, function, CUDART_VERSION, flags, status);
}
}
