// Memory of every allocator that a graph's operand can live in.
#pragma once

#include "tests/graph_update/update_rung.hpp"

#include <vector>

namespace cts {

/// Two blocks from each allocator, watched by a board of their own. Skips where the device lacks one of them.
class Allocators {
  public:
    static constexpr size_t bytes = UpdateRung::cell_bytes;

    struct Place {
        const char* allocator;
        CUdeviceptr one, other;
    };

    explicit Allocators(const UpdateRung& rung, Where where = Where::current());

    const std::vector<Place>& places() const { return places_; }
    /// Watches all blocks and the cell that a copy's fixed end lies in.
    const Board& board() const { return board_; }
    /// The fixed end of copies: virtual memory of the rung.
    CUdeviceptr fixed() const { return fixed_; }

  private:
    void add(const char* allocator, void* one, void* other);

    std::vector<DeviceMemory> device_memory_;
    std::vector<PinnedMemory> pinned_memory_;
    std::vector<Place> places_;
    Board board_;
    CUdeviceptr fixed_;
};

/// A key for an observation: "UPD-24/source/pool->vmm".
std::string move_key(const std::string& prefix, const Allocators::Place& from, const Allocators::Place& to);

} // namespace cts
