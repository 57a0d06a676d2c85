// The rung of everything that changes executable graphs: two ranges of virtual memory, each a reservation and
// an allocation of its own, whose contents are watched.
#pragma once

#include "fixtures/contents.hpp"
#include "fixtures/graphs.hpp"
#include "fixtures/rungs/granule.hpp"
#include "tests/graph_update/attempt.hpp"

namespace cts {

class UpdateRung : public Granule {
  public:
    /// A node's work covers one cell; the watched part of a range is eight of them.
    static constexpr size_t cell_bytes = 16384;
    static constexpr size_t cell_words = cell_bytes / sizeof(uint32_t);
    static constexpr size_t cells = 8;

    UpdateRung()
        : first_range_(reserve(1)), second_range_(reserve(1)), first_memory_(allocate()),
          second_memory_(allocate()), first_mapping_(map(first_range_.address(), first_memory_)),
          second_mapping_(map(second_range_.address(), second_memory_)) {
        board.watch("the first range", first(0), cells * cell_bytes);
        board.watch("the second range", second(0), cells * cell_bytes);
    }

    /// The address of cell `index` of a range.
    CUdeviceptr first(size_t index) const { return first_range_.address(index * cell_bytes); }
    CUdeviceptr second(size_t index) const { return second_range_.address(index * cell_bytes); }

    static KernelCall<uint32_t*, size_t, uint32_t> fill_cell(CUdeviceptr cell, uint32_t value) {
        return fill_call(cell, cell_bytes, value);
    }
    /// Changes a cell in a way that shows the order of several.
    static KernelCall<uint32_t*, size_t, uint32_t, uint32_t> step(CUdeviceptr cell, uint32_t factor,
                                                                  uint32_t addend) {
        return multiply_add_call(cell, cell_bytes, factor, addend);
    }
    static Comparison cell_holds(CUdeviceptr cell, uint32_t value, Where where = Where::current()) {
        return holds(cell, cell_bytes, value, where);
    }
    /// The cell holds what the board's image has at `source`.
    Comparison cell_holds_image_of(CUdeviceptr cell, CUdeviceptr source,
                                   Where where = Where::current()) const {
        return holds_ramp(cell, cell_bytes, board.image_at(source), where);
    }

    Attempt attempt(cudaGraphExec_t exec, cudaGraph_t old_graph, cudaGraph_t new_graph) const {
        return {board, exec, old_graph, new_graph};
    }
    /// One launch on the restored image.
    void launch_on_image(cudaGraphExec_t exec, Where where = Where::current()) const {
        board.restore(where);
        run(exec, nullptr, where);
    }

    Board board;

  private:
    Reservation first_range_, second_range_;
    Allocation first_memory_, second_memory_;
    Mapping first_mapping_, second_mapping_;
};

/// A graph of one node, and the node.
struct OneNode {
    Graph graph;
    cudaGraphNode_t node = nullptr;
};

template<typename... Parameters>
OneNode one_kernel(KernelCall<Parameters...> call, Where where = Where::current()) {
    OneNode made{create_graph(where)};
    made.node = add_kernel(made.graph, call, {}, where);
    return made;
}
inline OneNode one_copy(CUdeviceptr target, CUdeviceptr source, size_t bytes,
                        Where where = Where::current()) {
    OneNode made{create_graph(where)};
    made.node = add_copy(made.graph, pointer(target), pointer(source), bytes, {}, where);
    return made;
}
inline OneNode one_memset(const cudaMemsetParams& parameters, Where where = Where::current()) {
    OneNode made{create_graph(where)};
    made.node = add_memset(made.graph, parameters, {}, where);
    return made;
}

} // namespace cts
