// A buffer of several allocations mapped back to back, and a plain one to compare it with.
#pragma once

#include "tests/prelude.hpp"

namespace cts {

/// Eight granules: allocations of 1, 2, 1, 3 and 1 granules, back to back.
class Patchwork : public Granule {
  public:
    static constexpr size_t total = 8;

    Patchwork() : range_(reserve(total)), other_(reserve(total)), other_memory_(allocate(total)) {
        size_t next = 0;
        for (const size_t count : {1, 2, 1, 3, 1}) {
            memories_.push_back(allocate(count));
            mappings_.push_back(map(range_.address(granules(next)), memories_.back(), count));
            next += count;
        }
        mappings_.push_back(map(other_.address(), other_memory_, total));
    }

    CUdeviceptr buffer() const { return range_.address(); }
    /// A buffer of the same size, one allocation.
    CUdeviceptr plain() const { return other_.address(); }
    size_t bytes() const { return granules(total); }

  private:
    Reservation range_, other_;
    Allocation other_memory_;
    std::vector<Allocation> memories_;
    std::vector<Mapping> mappings_;
};

inline std::vector<uint32_t> ramp_of(size_t bytes, uint32_t first) {
    std::vector<uint32_t> data(word_count(bytes));
    for (size_t i = 0; i < data.size(); ++i) {
        data[i] = first + static_cast<uint32_t>(i);
    }
    return data;
}

} // namespace cts
