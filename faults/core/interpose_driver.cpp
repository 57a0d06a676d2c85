// The driver's entry points are handed out by look-up, so the look-up is what is interposed: for a hooked
// name and the hooked ABI it hands out the gate instead of the real function.
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
    return by_version != nullptr ? by_version(symbol, function, version, flags, status)
                                 : by_name(symbol, function, flags, status);
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

/// Puts the gate in place of `real` when both mean the same ABI of the same name.
void* gated(const char* symbol, void* real) {
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
