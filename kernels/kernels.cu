// The GPU's copy of the device code. The helpers below are the only parts that the simulator spells
// differently.

#include <stdint.h>

__device__ static inline unsigned long long cts_nanoseconds() {
    unsigned long long now;
    asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(now));
    return now;
}

__device__ static inline void cts_alias_fence() {
#if __CUDA_ARCH__ >= 700
    asm volatile("fence.proxy.alias;" ::: "memory");
#endif
}

__device__ static inline uint32_t cts_dynamic_shared_bytes() {
    uint32_t bytes;
    asm volatile("mov.u32 %0, %%dynamic_smem_size;" : "=r"(bytes));
    return bytes;
}

#include "bodies.cuh"
