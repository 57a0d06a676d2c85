// A launch that is kept from going on until the host says so.
#pragma once

#include "tests/graph_update/update_rung.hpp"

namespace cts {

/// A gate in pinned memory. It opens in the destructor at the latest, and by itself after five seconds.
class Gate {
  public:
    explicit Gate(Where where = Where::current()) : memory_(allocate_pinned(sizeof(uint32_t), where)) {
        close();
    }
    ~Gate() { open(); }
    Gate(const Gate&) = delete;
    Gate& operator=(const Gate&) = delete;

    void close() { *flag() = 0; }
    void open() { *flag() = 1; }
    KernelCall<const volatile uint32_t*, uint64_t> wait_call() const {
        return call_once(kernels::wait_for_flag, flag(), uint64_t{5'000'000'000});
    }

  private:
    volatile uint32_t* flag() const { return static_cast<volatile uint32_t*>(memory_.get()); }

    PinnedMemory memory_;
};

/// Waits at the gate, then fills a cell.
inline OneNode gated_fill(const Gate& gate, CUdeviceptr cell, uint32_t value,
                          Where where = Where::current()) {
    OneNode made{create_graph(where)};
    const auto wait = add_kernel(made.graph, gate.wait_call(), {}, where);
    made.node = add_kernel(made.graph, UpdateRung::fill_cell(cell, value), {wait}, where);
    return made;
}

} // namespace cts
