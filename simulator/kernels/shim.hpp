// Device code read as C++: what bodies.cuh and the examples' kernels need of CUDA's language. Threads run one
// after the other, so there is no __syncthreads, no __shared__ memory and no warp intrinsic: a kernel that
// needs them does not compile here.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stddef.h>
#include <stdint.h>

namespace sim {

struct Index3 {
    unsigned x, y, z;
};

// __thread and not thread_local: it needs no check for initialisation, and kernels read these at every step.
// The simulator is never loaded late, so there is room for them next to the program's own thread-local
// variables.
#define SIM_DEVICE_INDEX extern __thread __attribute__((tls_model("initial-exec"), visibility("hidden")))
SIM_DEVICE_INDEX Index3 thread_index;
SIM_DEVICE_INDEX Index3 block_index;
SIM_DEVICE_INDEX Index3 block_extent;
SIM_DEVICE_INDEX Index3 grid_extent;
SIM_DEVICE_INDEX unsigned shared_extent; // dynamic shared memory, in bytes: told, not there
#undef SIM_DEVICE_INDEX

} // namespace sim

#define threadIdx (::sim::thread_index)
#define blockIdx (::sim::block_index)
#define blockDim (::sim::block_extent)
#define gridDim (::sim::grid_extent)
#define __device__
#define __forceinline__ inline
#define __launch_bounds__(...)

inline unsigned long long cts_nanoseconds() {
    return static_cast<unsigned long long>(std::chrono::steady_clock::now().time_since_epoch().count());
}

inline unsigned cts_dynamic_shared_bytes() {
    return ::sim::shared_extent;
}
/// Aliases are one page of one CPU here: coherent without a fence.
inline void cts_alias_fence() {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
inline void __threadfence() {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
inline void __threadfence_block() {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
inline void __threadfence_system() {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

namespace sim {

template<class Value, class Change>
Value atomic_update(Value* address, Change&& change) {
    Value seen;
    __atomic_load(address, &seen, __ATOMIC_SEQ_CST);
    for (;;) {
        Value wanted = change(seen);
        if (__atomic_compare_exchange(address, &seen, &wanted, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
            return seen;
        }
    }
}

} // namespace sim

template<class Value>
Value atomicAdd(Value* address, Value addend) {
    return sim::atomic_update(address, [&](Value seen) { return static_cast<Value>(seen + addend); });
}
template<class Value>
Value atomicExch(Value* address, Value value) {
    return sim::atomic_update(address, [&](Value) { return value; });
}
template<class Value>
Value atomicMax(Value* address, Value value) {
    return sim::atomic_update(address, [&](Value seen) { return std::max(seen, value); });
}
template<class Value>
Value atomicMin(Value* address, Value value) {
    return sim::atomic_update(address, [&](Value seen) { return std::min(seen, value); });
}
template<class Value>
Value atomicCAS(Value* address, Value compare, Value value) {
    return sim::atomic_update(address, [&](Value seen) { return seen == compare ? value : seen; });
}
