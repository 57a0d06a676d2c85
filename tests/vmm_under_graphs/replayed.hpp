// The ground of the core claims: an executable graph of one node over a mapped range, and memory that is
// prepared elsewhere before it comes to the range, so that what a replay reads there can only come from it.
#pragma once

#include "fixtures/rungs/mapped.hpp"
#include "tests/vmm_under_graphs/node_kinds.hpp"

#include <catch2/catch_test_macros.hpp>

namespace cts {

class Workbench : public Mapped {
  public:
    Workbench()
        : bench_(reserve(1)), stream_(create_stream()), other_(allocate_device(granularity())),
          pinned_(allocate_pinned(granularity())) {}

    cudaStream_t stream() const { return stream_; }
    Operands operands() const {
        return {at(0), device_address(other_.get()), static_cast<uint32_t*>(pinned_.get()), granularity()};
    }

    /// Fresh memory that holds first, first + 1, ...
    Allocation prepared(uint32_t first, Where where = Where::current()) const {
        Allocation memory = allocate(1, where);
        write_elsewhere(memory, first, where);
        return memory;
    }
    /// Writes first, first + 1, ... into memory by way of another address.
    void write_elsewhere(const Allocation& memory, uint32_t first, Where where = Where::current()) const {
        const Mapping mapping = map(bench_.address(), memory, 1, where);
        ramp(bench_.address(), granularity(), first, where);
    }
    /// What memory holds, seen by way of another address.
    Comparison holds_elsewhere(const Allocation& memory, uint32_t first,
                               Where where = Where::current()) const {
        const Mapping mapping = map(bench_.address(), memory, 1, where);
        return holds_ramp(bench_.address(), granularity(), first, where);
    }
    /// Unmaps the range under test and maps `fresh` there; returns the memory that was behind it.
    Allocation remap(Allocation fresh, Where where = Where::current()) {
        mapping().unmap(where);
        mapping() = map(at(0), fresh, 1, where);
        std::swap(memory(), fresh);
        return fresh;
    }

  private:
    Reservation bench_;
    Stream stream_;
    DeviceMemory other_;
    PinnedMemory pinned_;
};

template<typename Kind>
class Replayed : public Workbench {
  public:
    Replayed() : graph_(create_graph()) {
        Kind::prepare(operands());
        node_ = Kind::add(graph_, operands());
        exec_ = instantiate(graph_);
    }

    cudaGraph_t graph() const { return graph_; }
    cudaGraphNode_t node() const { return node_; }
    cudaGraphExec_t exec() const { return exec_; }
    void replay(Where where = Where::current()) { run(exec_, stream(), where); }

    /// Replays over memory that holds `first, first + 1, ...` and checks that the node worked on this memory.
    void check_replay(uint32_t first) {
        CAPTURE(first);
        if constexpr (Kind::writes) {
            CHECK_FALSE(holds(at(0), bytes(), Kind::value));
            replay();
            CHECK(holds(at(0), bytes(), Kind::value));
            CHECK(kernel_sees(at(0), bytes(), Kind::value));
        } else {
            CHECK_FALSE(Kind::arrived(operands(), first));
            replay();
            CHECK(Kind::arrived(operands(), first));
        }
    }

  private:
    Graph graph_;
    cudaGraphNode_t node_ = nullptr;
    Exec exec_;
};

/// One replay over the first memory, then the memory is swapped, then one over the second; `between` runs
/// before the swap.
template<typename Kind, typename Between>
void check_replay_after_remap(Replayed<Kind>& rung, Between between) {
    rung.write_elsewhere(rung.memory(), 1000);
    rung.check_replay(1000);
    between();

    const Allocation old = rung.remap(rung.prepared(5000000));
    rung.write_elsewhere(old, 9000000); // what a stale write would overwrite, and a stale read would find

    rung.check_replay(5000000);
    CHECK(rung.holds_elsewhere(old, 9000000));
}

} // namespace cts
