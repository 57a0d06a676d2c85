// The GPU's copy of the device code. The two helpers below are the only parts that the simulator spells
// differently.

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

#include "bodies.cuh"
