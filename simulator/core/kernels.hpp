// Device functions: what nvcc's registration code names, and the CPU bodies that stand for them.
#pragma once

#include <cuda.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

/// The body of a device function compiled for the CPU (kernels/body.hpp).
struct Body {
    std::vector<size_t> parameter_bytes;
    std::vector<size_t> parameter_offsets; // as in the parameter buffer of CU_LAUNCH_PARAM_BUFFER_POINTER
    /// Runs every thread of the grid in turn on the calling thread; `arguments[i]` points to parameter i.
    void (*run)(void* const* arguments, const unsigned grid[3], const unsigned block[3],
                unsigned shared_bytes) = nullptr;
};

struct Kernel {
    std::string name;           // mangled device name: the key given to __cudaRegisterFunction
    const void* host = nullptr; // host stub: what cudaLaunchKernel is given
    const Body* body = nullptr; // null: registered, but without a CPU body; a launch is NOT_SUPPORTED
    bool registered = true;     // false once its module is unregistered

    CUfunction function() const { return reinterpret_cast<CUfunction>(const_cast<Kernel*>(this)); }
};

/// Registration by nvcc's host code. A name that is registered again (the same kernel in two programs or
/// libraries) gets a Kernel of its own.
const Kernel* register_kernel(const void* host, std::string_view mangled_name);
void unregister_kernel(const Kernel* kernel);

/// By the host stub, as the runtime API names kernels. Null: cudaErrorInvalidDeviceFunction.
const Kernel* find_kernel_by_host(const void* host);

/// By mangled device name. Null: CUDA_ERROR_NOT_FOUND.
const Kernel* find_kernel_by_name(std::string_view mangled_name);

/// By driver handle: CUfunction or CUkernel, which have one value here. Null: CUDA_ERROR_INVALID_HANDLE.
const Kernel* find_kernel(const void* handle);

/// The CPU body of a mangled device name, or null. Bodies are known by name and namespaces alone: kernels are
/// not overloaded.
const Body* find_body(const std::string& mangled_name);

/// Called while the library is loaded, once for each compiled body.
bool add_body(std::string qualified_name, Body body);

} // namespace sim
