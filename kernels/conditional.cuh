// Device code that steers conditional nodes. Apart from bodies.cuh because cudaGraphSetConditional comes from
// the device runtime library and needs separable compilation. The rules of bodies.cuh hold here, too.
#pragma once

#include <stdint.h>

namespace cts::kernels {

/// condition = value. Launch with one thread.
__global__ void set_condition(unsigned long long condition, unsigned int value) {
    cudaGraphSetConditional(condition, value);
}

/// condition = *value. Launch with one thread.
__global__ void set_condition_from(unsigned long long condition, const uint32_t* value) {
    cudaGraphSetConditional(condition, *value);
}

/// *remaining -= 1; condition = (*remaining != 0). Launch with one thread.
__global__ void count_down(unsigned long long condition, uint32_t* remaining) {
    *remaining -= 1;
    cudaGraphSetConditional(condition, *remaining != 0 ? 1U : 0U);
}

} // namespace cts::kernels
