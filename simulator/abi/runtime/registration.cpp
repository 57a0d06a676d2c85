// What nvcc's host code calls: at load time to name its kernels, and for every <<<>>>.
#include "abi/runtime/launch.hpp"
#include "abi/runtime/runtime.hpp"
#include "core/kernels.hpp"

#include <vector>

using namespace sim;

namespace {

struct Module {
    std::vector<const Kernel*> kernels;
};

Module& module_of(void** handle) {
    return *reinterpret_cast<Module*>(handle);
}

struct CallConfiguration {
    dim3 grid, block;
    size_t shared_bytes = 0;
    cudaStream_t stream = nullptr;
};

thread_local std::vector<CallConfiguration> configurations;

} // namespace

extern "C" {

void** CUDARTAPI __cudaRegisterFatBinary(void*) {
    return reinterpret_cast<void**>(new Module);
}

void CUDARTAPI __cudaRegisterFatBinaryEnd(void**) {}

void CUDARTAPI __cudaUnregisterFatBinary(void** handle) {
    if (handle == nullptr) {
        return;
    }
    for (const Kernel* kernel : module_of(handle).kernels) {
        unregister_kernel(kernel);
    }
    delete &module_of(handle);
}

void CUDARTAPI __cudaRegisterFunction(void** handle, const char* host, char*, const char* device_name, int,
                                      uint3*, uint3*, dim3*, dim3*, int*) {
    module_of(handle).kernels.push_back(register_kernel(host, device_name));
}

// Device variables and managed variables have no memory here: the calls that would use them
// (cudaMemcpyToSymbol, ...) are absent.
void CUDARTAPI __cudaRegisterVar(void**, char*, char*, const char*, int, size_t, int, int) {}
void CUDARTAPI __cudaRegisterManagedVar(void**, void**, char*, const char*, int, size_t, int, int) {}

char CUDARTAPI __cudaInitModule(void**) {
    return 1;
}

unsigned CUDARTAPI __cudaPushCallConfiguration(dim3 grid, dim3 block, size_t shared_bytes,
                                               CUstream_st* stream) {
    configurations.push_back({grid, block, shared_bytes, stream});
    return 0;
}

cudaError_t CUDARTAPI __cudaPopCallConfiguration(dim3* grid, dim3* block, size_t* shared_bytes,
                                                 void* stream) {
    if (configurations.empty()) {
        return runtime::finish(cudaErrorMissingConfiguration);
    }
    const CallConfiguration top = configurations.back();
    configurations.pop_back();
    *grid = top.grid;
    *block = top.block;
    *shared_bytes = top.shared_bytes;
    *static_cast<cudaStream_t*>(stream) = top.stream;
    return cudaSuccess;
}

cudaError_t CUDARTAPI __cudaGetKernel(cudaKernel_t* out, const void* function) {
    const Kernel* kernel = find_kernel_by_host(function);
    *out = kernel == nullptr ? nullptr : reinterpret_cast<cudaKernel_t>(kernel->function());
    return runtime::finish(kernel == nullptr ? cudaErrorInvalidDeviceFunction : cudaSuccess);
}

cudaError_t CUDARTAPI __cudaLaunchKernel(cudaKernel_t kernel, dim3 grid, dim3 block, void** arguments,
                                         size_t shared_bytes, cudaStream_t stream) {
    return runtime::on_context([&] {
        KernelLaunch launch;
        SIM_TRY(runtime::make_launch(find_kernel(kernel), grid, block, shared_bytes, arguments, &launch));
        return runtime::submit_launch(stream, std::move(launch));
    });
}

} // extern "C"
