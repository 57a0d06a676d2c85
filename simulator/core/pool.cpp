#include "core/pool.hpp"

#include "core/state.hpp"

#include <map>

namespace sim {
namespace {

std::map<CUmemoryPool, std::shared_ptr<MemoryPool>>& pools() {
    static auto* table = new std::map<CUmemoryPool, std::shared_ptr<MemoryPool>>;
    return *table;
}

std::shared_ptr<MemoryPool>& current() {
    static auto* pool = new std::shared_ptr<MemoryPool>;
    return *pool;
}

std::shared_ptr<MemoryPool> add_pool(const CUmemPoolProps& properties) {
    auto pool = std::make_shared<MemoryPool>();
    pool->properties = properties;
    pools()[pool->handle()] = pool;
    return pool;
}

} // namespace

std::shared_ptr<MemoryPool> default_pool() {
    const Lock lock;
    static const auto* pool = [] {
        CUmemPoolProps properties{};
        properties.allocType = CU_MEM_ALLOCATION_TYPE_PINNED;
        properties.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
        auto added = add_pool(properties);
        added->is_default = true;
        return new std::shared_ptr<MemoryPool>(added);
    }();
    return *pool;
}

std::shared_ptr<MemoryPool> current_pool() {
    const Lock lock;
    return current() != nullptr ? current() : default_pool();
}

std::shared_ptr<MemoryPool> find_pool(CUmemoryPool handle) {
    const Lock lock;
    default_pool();
    const auto found = pools().find(handle);
    return found == pools().end() ? nullptr : found->second;
}

namespace {

/// The fields that toolkits after 12.4 added, as far as this one has them.
template<typename Properties>
bool asks_for_special_use(const Properties& properties) {
    if constexpr (requires { properties.usage; }) {
        return properties.usage != 0;
    } else {
        return false;
    }
}

} // namespace

CUresult create_pool(const CUmemPoolProps& properties, CUmemoryPool* out) {
    const Lock lock;
    if (properties.allocType != CU_MEM_ALLOCATION_TYPE_PINNED ||
        properties.win32SecurityAttributes != nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (properties.location.type != CU_MEM_LOCATION_TYPE_DEVICE || asks_for_special_use(properties) ||
        properties.handleTypes != CU_MEM_HANDLE_TYPE_NONE) {
        return CUDA_ERROR_NOT_SUPPORTED;
    }
    if (properties.location.id != 0) {
        return CUDA_ERROR_INVALID_DEVICE;
    }
    *out = add_pool(properties)->handle();
    return CUDA_SUCCESS;
}

CUresult destroy_pool(CUmemoryPool handle) {
    const Lock lock;
    const std::shared_ptr<MemoryPool> pool = find_pool(handle);
    if (pool == nullptr || pool->is_default) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    // cuMemPoolDestroy: "If the pool was the current pool of a device, the default pool takes its place"; its
    // memory goes once the last allocation is freed.
    if (current() == pool) {
        current() = nullptr;
    }
    trim_pool(*pool, 0);
    pool->release_threshold = 0;
    pools().erase(handle);
    return CUDA_SUCCESS;
}

CUresult set_current_pool(CUmemoryPool handle) {
    const Lock lock;
    std::shared_ptr<MemoryPool> pool = find_pool(handle);
    if (pool == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    current() = std::move(pool);
    return CUDA_SUCCESS;
}

void trim_pools() {
    const Lock lock;
    for (const auto& [handle, pool] : pools()) {
        trim_pool(*pool, pool->release_threshold);
    }
}

void trim_pools_to_nothing() {
    const Lock lock;
    for (const auto& [handle, pool] : pools()) {
        trim_pool(*pool, 0);
    }
}

} // namespace sim
