#include "graph/memory/allocation.hpp"

#include "core/memory.hpp"

#include <algorithm>
#include <map>

namespace sim {

namespace {

std::map<Address, std::weak_ptr<GraphAllocation>>& allocations() {
    static auto* const all = new std::map<Address, std::weak_ptr<GraphAllocation>>;
    return *all;
}

/// Keeps live allocations: they outlive the graph and the executable graph that made them.
std::map<Address, std::shared_ptr<GraphAllocation>>& live_allocations() {
    static auto* const live = new std::map<Address, std::shared_ptr<GraphAllocation>>;
    return *live;
}

} // namespace

void GraphPool::use(size_t bytes) {
    used += bytes;
    used_high = std::max(used_high, used);
}

void GraphPool::reserve(size_t bytes) {
    reserved += bytes;
    reserved_high = std::max(reserved_high, reserved);
}

GraphPool& graph_pool() {
    static GraphPool pool;
    return pool;
}

void trim_graph_pool() {
    for (const auto& [address, allocation] : allocations()) {
        if (const auto alive = allocation.lock()) {
            alive->trim();
        }
    }
}

CUresult GraphAllocation::create(size_t bytes, std::shared_ptr<GraphAllocation>& made) {
    Address address = 0;
    if (const CUresult result = reserve_graph_range(bytes, &address); result != CUDA_SUCCESS) {
        return result;
    }
    made.reset(new GraphAllocation(address, bytes));
    allocations()[address] = made;
    return CUDA_SUCCESS;
}

GraphAllocation::~GraphAllocation() {
    trim();
    allocations().erase(address);
    free_graph_range(address);
}

size_t GraphAllocation::footprint() const {
    return (bytes + granularity - 1) / granularity * granularity;
}

CUresult GraphAllocation::back() {
    if (backed_) {
        return CUDA_SUCCESS;
    }
    CUresult result = back_graph_range(address);
    if (result == CUDA_ERROR_OUT_OF_MEMORY) {
        trim_graph_pool();
        result = back_graph_range(address);
    }
    if (result == CUDA_SUCCESS) {
        backed_ = true;
        graph_pool().reserve(footprint());
    }
    return result;
}

CUresult GraphAllocation::make_live() {
    if (const CUresult result = back(); result != CUDA_SUCCESS || live) {
        return result;
    }
    live = true;
    live_allocations()[address] = allocations().at(address).lock();
    graph_pool().use(footprint());
    return CUDA_SUCCESS;
}

void GraphAllocation::release() {
    if (live) {
        live = false;
        graph_pool().used -= footprint();
        live_allocations().erase(address); // may destroy *this
    }
}

void GraphAllocation::trim() {
    if (backed_ && !live) {
        backed_ = false;
        graph_pool().reserved -= footprint();
        unback_graph_range(address);
    }
}

std::shared_ptr<GraphAllocation> find_graph_allocation(Address address) {
    const auto it = allocations().find(address);
    return it == allocations().end() ? nullptr : it->second.lock();
}

} // namespace sim
