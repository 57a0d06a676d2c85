// Preloaded into the examples to show that they can fail: two defects of a driver, one for each program.
#include <cuda_runtime_api.h>

#include <cstddef>
#include <dlfcn.h>

// Reports success, but the second pair of matrices never arrives. Declared here: cuda.h hides the name.
extern "C" int cuMemcpyHtoD_v2(unsigned long long target, const void* source, std::size_t bytes) {
    static const auto real =
        reinterpret_cast<decltype(&cuMemcpyHtoD_v2)>(dlsym(RTLD_NEXT, "cuMemcpyHtoD_v2"));
    static int calls = 0;
    const bool second_dataset = ++calls > 2;
    return second_dataset ? 0 : real(target, source, bytes);
}

// Refuses every update.
extern "C" cudaError_t cudaGraphExecUpdate(cudaGraphExec_t, cudaGraph_t,
                                           cudaGraphExecUpdateResultInfo* info) {
    info->result = cudaGraphExecUpdateErrorParametersChanged;
    return cudaErrorGraphExecUpdateFailure;
}
