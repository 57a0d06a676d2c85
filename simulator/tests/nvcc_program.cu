// A program as nvcc makes it, with a kernel of the suite in it.
#include <cuda_runtime.h>

#include <cstdint>
#include <cstdio>

namespace cts::kernels {

// The simulator finds the body by this name.
__global__ void fill(uint32_t* data, size_t count, uint32_t value) {
    for (size_t i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += gridDim.x * blockDim.x) {
        data[i] = value;
    }
}

} // namespace cts::kernels

#define CHECK(call)                                                                                          \
    if (const cudaError_t error = (call); error != cudaSuccess) {                                            \
        std::printf("%s: %s\n", #call, cudaGetErrorName(error));                                             \
        return 1;                                                                                            \
    }

int main() {
    constexpr size_t count = 1 << 20;
    cudaDeviceProp properties;
    CHECK(cudaGetDeviceProperties(&properties, 0));
    std::printf("%s\n", properties.name);
    uint32_t* data = nullptr;
    CHECK(cudaMalloc(&data, count * sizeof *data));
    cts::kernels::fill<<<8, 128>>>(data, count, 42);
    CHECK(cudaGetLastError());
    uint32_t last = 0;
    CHECK(cudaMemcpy(&last, data + count - 1, sizeof last, cudaMemcpyDefault));
    CHECK(cudaFree(data));
    return last == 42 ? 0 : 1;
}
