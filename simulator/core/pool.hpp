// Memory pools: cuMemPoolCreate and the default pool of the device. Sizes in bytes. Call with the lock.
#pragma once

#include "core/operation.hpp"

#include <cuda.h>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace sim {

struct MemoryPool {
    CUmemPoolProps properties{};
    bool is_default = false;
    uint64_t release_threshold = 0;
    int reuse_follow_events = 1, reuse_opportunistic = 1, reuse_internal = 1;
    CUmemAccess_flags access = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
    uint64_t used = 0, used_high = 0, reserved = 0, reserved_high = 0;

    CUmemoryPool handle() { return reinterpret_cast<CUmemoryPool>(this); }
};

std::shared_ptr<MemoryPool> default_pool();
std::shared_ptr<MemoryPool> current_pool();                 // cuDeviceSetMemPool
std::shared_ptr<MemoryPool> find_pool(CUmemoryPool handle); // null when it is not live
CUresult create_pool(const CUmemPoolProps& properties, CUmemoryPool* out);
CUresult destroy_pool(CUmemoryPool handle); // INVALID_VALUE for the default pool
CUresult set_current_pool(CUmemoryPool handle);

/// Memory of the pool, from what it holds unused if that fits. OUT_OF_MEMORY, also beyond the pool's maxSize.
CUresult allocate_from_pool(const std::shared_ptr<MemoryPool>& pool, size_t bytes, Address* out);

/// Gives a pool allocation back to its pool; its address is no longer valid. INVALID_VALUE for any other
/// address.
CUresult free_to_pool(Address base);

/// Gives unused memory back to the device until at most `keep` bytes are reserved.
void trim_pool(MemoryPool& pool, uint64_t keep);

/// Every synchronisation: trims all pools to their release thresholds.
void trim_pools();

/// Pool memory stays reserved while it is unused: back to the device, when it runs short of memory.
void trim_pools_to_nothing();

} // namespace sim
