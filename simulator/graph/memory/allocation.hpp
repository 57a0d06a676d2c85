// Memory of graph memory nodes (Programming Guide, graph memory nodes): the address lives as long as a node
// that allocates it; physical memory comes at the first launch or upload and stays in the device's graph pool
// when the allocation is freed, until the pool is trimmed.
#pragma once

#include "core/operation.hpp"

#include <memory>

namespace sim {

struct GraphAllocation {
    static CUresult create(size_t bytes, std::shared_ptr<GraphAllocation>& made);
    ~GraphAllocation();
    GraphAllocation(const GraphAllocation&) = delete;
    GraphAllocation& operator=(const GraphAllocation&) = delete;

    /// Puts physical memory behind the address. OUT_OF_MEMORY.
    CUresult back();
    CUresult make_live();
    void release(); // back to the pool
    void trim();    // gives the memory of a released allocation back to the device

    const Address address;
    const size_t bytes; // as asked for
    bool live = false;  // allocated by a launch and not freed yet
    // Which graph has a free node for it. One in the owner excludes every other way to free it.
    bool freed_by_owner = false;
    bool freed_elsewhere = false;

  private:
    GraphAllocation(Address at, size_t size) : address(at), bytes(size) {}
    size_t footprint() const;
    bool backed_ = false;
};

/// By base address; null for anything else.
std::shared_ptr<GraphAllocation> find_graph_allocation(Address address);

/// The graph pool of the device, in bytes.
struct GraphPool {
    size_t used = 0, used_high = 0, reserved = 0, reserved_high = 0;
    void use(size_t bytes);
    void reserve(size_t bytes);
};
GraphPool& graph_pool();
void trim_graph_pool();

} // namespace sim
