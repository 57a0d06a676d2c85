// Memory pools: cuMemPoolCreate and the default pool of the device.
#pragma once

#include <cuda.h>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace sim {

struct Block; // memory that the pool holds and nobody uses

struct MemoryPool {
    CUmemPoolProps properties{};
    bool is_default = false;
    bool destroyed = false; // cuMemPoolDestroy: freed once the last allocation is
    uint64_t release_threshold = 0;
    int reuse_follow_events = 1, reuse_opportunistic = 1, reuse_internal = 1;
    CUmemAccess_flags access = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
    uint64_t used = 0, used_high = 0, reserved = 0, reserved_high = 0; // bytes

    CUmemoryPool handle() { return reinterpret_cast<CUmemoryPool>(this); }
};

std::shared_ptr<MemoryPool> default_pool();
std::shared_ptr<MemoryPool> current_pool(); // cuDeviceSetMemPool
std::shared_ptr<MemoryPool> find_pool(CUmemoryPool handle);

/// Gives unused memory above the release threshold back to the device; every synchronisation calls it.
void trim_pools();

} // namespace sim
