// Runtime functions are linked by name: this library defines the same names and stands in front of libcudart
// by preload. Each symbol is resolved to its gate by an indirect function, so that no parameter list is
// written twice.
#include "faults/core/hooks.hpp"

#include <dlfcn.h>

namespace faults {

void* real_runtime_function(const char* name) {
    return dlsym(RTLD_NEXT, name);
}

#define FAULTS_RUNTIME(name) constinit Hook<decltype(&::name)> name{#name, 0};
#include "faults/core/runtime_hooks.def"
#undef FAULTS_RUNTIME

} // namespace faults

// The names in C++ are our own, because redeclaring the header's functions would repeat their default
// arguments.
extern "C" {
#define FAULTS_RUNTIME(name)                                                                                 \
    static decltype(&::name) resolve_##name() {                                                              \
        return &faults::Gate<&faults::name, decltype(&::name)>::enter;                                       \
    }                                                                                                        \
    __attribute__((visibility("default"),                                                                    \
                   ifunc("resolve_" #name))) decltype(::name) interposed_##name __asm__(#name);
#include "faults/core/runtime_hooks.def"
#undef FAULTS_RUNTIME
}
