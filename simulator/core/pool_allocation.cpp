// What a pool holds: unused memory stays where it is, and the next allocation of that size gets it back with
// its address.
#include "core/address_space.hpp"
#include "core/allocate.hpp"
#include "core/pool.hpp"
#include "core/state.hpp"

#include <algorithm>
#include <map>

namespace sim {
namespace {

/// Unused ranges by pool and size; still mapped, but no longer among the ranges that calls find.
std::multimap<std::pair<const MemoryPool*, size_t>, Range>& unused() {
    static auto* ranges = new std::multimap<std::pair<const MemoryPool*, size_t>, Range>;
    return *ranges;
}

/// 0: no limit. Not every supported toolkit has the field.
template<typename Properties>
size_t most_bytes_of(const Properties& properties) {
    if constexpr (requires { properties.maxSize; }) {
        return properties.maxSize;
    } else {
        return 0;
    }
}

bool take_unused(const std::shared_ptr<MemoryPool>& pool, size_t bytes, Address* out) {
    const auto found = unused().find({pool.get(), round_to_page(bytes)});
    if (found == unused().end()) {
        return false;
    }
    *out = found->second.base;
    Range& range = add_range(RangeKind::pool, *out, bytes);
    range.mappings = std::move(found->second.mappings);
    unused().erase(found);
    return true;
}

CUresult take_new(const std::shared_ptr<MemoryPool>& pool, size_t bytes, Address* out) {
    const size_t rounded = round_to_page(bytes);
    const size_t limit = most_bytes_of(pool->properties);
    if (limit != 0 && pool->reserved + rounded > limit) {
        trim_pool(*pool, pool->used);
        if (pool->reserved + rounded > limit) {
            return CUDA_ERROR_OUT_OF_MEMORY;
        }
    }
    CUresult allocated = allocate(RangeKind::pool, bytes, nullptr, out);
    if (allocated == CUDA_ERROR_OUT_OF_MEMORY) {
        trim_pools_to_nothing();
        allocated = allocate(RangeKind::pool, bytes, nullptr, out);
    }
    if (allocated == CUDA_SUCCESS) {
        pool->reserved += rounded;
        pool->reserved_high = std::max(pool->reserved_high, pool->reserved);
    }
    return allocated;
}

} // namespace

CUresult allocate_from_pool(const std::shared_ptr<MemoryPool>& pool, size_t bytes, Address* out) {
    const Lock lock;
    if (bytes == 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (!take_unused(pool, bytes, out)) {
        if (const CUresult taken = take_new(pool, bytes, out); taken != CUDA_SUCCESS) {
            return taken;
        }
    }
    find_range(*out)->pool = pool;
    pool->used += round_to_page(bytes);
    pool->used_high = std::max(pool->used_high, pool->used);
    return CUDA_SUCCESS;
}

CUresult free_to_pool(Address base) {
    const Lock lock;
    const auto found = ranges().find(base);
    if (found == ranges().end() || found->second.kind != RangeKind::pool) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const std::shared_ptr<MemoryPool> pool = found->second.pool;
    const size_t rounded = round_to_page(found->second.bytes);
    pool->used -= rounded;
    unused().emplace(std::pair{pool.get(), rounded}, std::move(found->second));
    ranges().erase(found);
    if (find_pool(pool->handle()) == nullptr) {
        trim_pool(*pool, 0); // destroyed while this allocation lived
    }
    return CUDA_SUCCESS;
}

void trim_pool(MemoryPool& pool, uint64_t keep) {
    const Lock lock;
    auto next = unused().lower_bound({&pool, 0});
    while (pool.reserved > keep && next != unused().end() && next->first.first == &pool) {
        pool.reserved -= next->first.second;
        release_guarded(next->second);
        next = unused().erase(next);
    }
}

} // namespace sim
