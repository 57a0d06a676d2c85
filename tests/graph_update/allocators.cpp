#include "tests/graph_update/allocators.hpp"

namespace cts {
namespace {

DeviceMemory allocate_managed(size_t bytes, Where where) {
    void* memory = nullptr;
    must(cudaMallocManaged(&memory, bytes), "cudaMallocManaged", where);
    return DeviceMemory(memory, where);
}

} // namespace

Allocators::Allocators(const UpdateRung& rung, Where where) : fixed_(rung.first(2)) {
    rung.need(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, "MEMORY_POOLS_SUPPORTED");
    rung.need(CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY, "MANAGED_MEMORY");
    for (int i = 0; i < 2; ++i) {
        device_memory_.push_back(allocate_device(bytes, where));
        device_memory_.push_back(allocate_from_pool(bytes, where));
        device_memory_.push_back(allocate_managed(bytes, where));
        pinned_memory_.push_back(allocate_pinned(bytes, where));
    }
    add("malloc", device_memory_[0], device_memory_[3]);
    add("pool", device_memory_[1], device_memory_[4]);
    add("vmm", pointer(rung.first(0)), pointer(rung.second(0)));
    add("managed", device_memory_[2], device_memory_[5]);
    add("pinned", pinned_memory_[0], pinned_memory_[1]);
    board_.watch("the fixed end", fixed_, bytes);
}

void Allocators::add(const char* allocator, void* one, void* other) {
    places_.push_back({allocator, device_address(one), device_address(other)});
    board_.watch(std::string("the first block of ") + allocator, device_address(one), bytes);
    board_.watch(std::string("the second block of ") + allocator, device_address(other), bytes);
}

std::string move_key(const std::string& prefix, const Allocators::Place& from, const Allocators::Place& to) {
    return prefix + "/" + from.allocator + "->" + to.allocator;
}

} // namespace cts
