// Graphs that allocate, for the cases of this group (Driver API, cuGraphAddMemAllocNode; Programming Guide,
// graph memory nodes).
#pragma once

#include "fixtures/contents.hpp"
#include "fixtures/graphs.hpp"
#include "fixtures/memory_nodes.hpp"
#include "fixtures/rungs/granule.hpp"

namespace cts {

/// A device with memory pools, and a size for allocations.
class Pools : public Granule {
  public:
    static constexpr size_t size = size_t{1} << 20;

    Pools() { need(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, "MEMORY_POOLS_SUPPORTED"); }

    cuuint64_t graph_memory(CUgraphMem_attribute attribute) const {
        cuuint64_t value = 0;
        must(cuDeviceGetGraphMemAttribute(device(), attribute, &value), "cuDeviceGetGraphMemAttribute");
        return value;
    }
};

/// A graph that allocates `size` bytes, fills them with `value` and leaves them allocated.
/// Frees a live allocation when it goes.
class Keeping : public Pools {
  public:
    static constexpr uint32_t value = 0x5EED;

    Keeping()
        : graph_(create_graph()), allocation_(add_allocation(graph_, device(), size)),
          fill_(add_kernel(graph_, fill_call(allocation_.address, size, value), {allocation_.node})) {}
    ~Keeping() {
        if (live_) {
            expect_teardown(cuMemFree(address()), "cuMemFree", Where::current());
        }
    }

    Graph& graph() { return graph_; }
    CUdeviceptr address() const { return allocation_.address; }
    CUgraphNode allocation() const { return allocation_.node; }
    CUgraphNode last() const { return fill_; }

    /// Launches and waits; from here on the allocation is live.
    void run_keeping(CUgraphExec exec, CUstream stream = nullptr) {
        run(exec, stream);
        live_ = true;
    }
    /// The case has launched or freed by itself.
    void allocated() { live_ = true; }
    void freed() { live_ = false; }

  private:
    Graph graph_;
    AllocationNode allocation_;
    CUgraphNode fill_;
    bool live_ = false;
};

/// Adds to `graph`: allocate, fill with `value`, copy to `result`, free. Gives the allocation.
inline AllocationNode add_temporary(CUgraph graph, CUdevice device, size_t bytes, uint32_t value,
                                    CUdeviceptr result) {
    const AllocationNode memory = add_allocation(graph, device, bytes);
    const auto filled = add_kernel(graph, fill_call(memory.address, bytes, value), {memory.node});
    const auto copied = add_kernel(graph, copy_call(result, memory.address, bytes), {filled});
    add_free(graph, memory.address, {copied});
    return memory;
}

} // namespace cts
