// The memory that a graph's work can touch, put back to one known image before a launch and read whole after
// it. Two launches that leave equal snapshots did the same work; every word of the image is unique, so a
// snapshot also shows where copied words came from.
#pragma once

#include "fixtures/launch.hpp"
#include "fixtures/owners/runtime.hpp"

#include <catch2/catch_tostring.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cts {

/// What the watched memory holds: one vector of words for each part, in the order of Board::watch.
struct Snapshot {
    std::vector<std::string> names;
    std::vector<std::vector<uint32_t>> parts;

    bool operator==(const Snapshot&) const = default;
};

/// Where two snapshots of one board differ, in one line; empty when they do not.
std::string difference(const Snapshot& found, const Snapshot& expected);

class Board {
  public:
    /// Adds memory of any kind that cudaMemcpy reaches; `bytes` is a multiple of 4. The memory is written by
    /// restore().
    void watch(std::string name, CUdeviceptr address, size_t bytes);

    /// Writes the image to all watched memory, and waits.
    void restore(Where where = Where::current()) const;
    /// Reads all watched memory.
    Snapshot snapshot(Where where = Where::current()) const;
    /// The word that restore() writes to `address`; the words behind it count up from there.
    uint32_t image_at(CUdeviceptr address) const;

  private:
    struct Part {
        std::string name;
        CUdeviceptr address;
        std::vector<uint32_t> image;
    };
    std::vector<Part> parts_;
};

/// What one launch of `exec` makes of the image.
Snapshot effects(const Board& board, cudaGraphExec_t exec, Where where = Where::current());

} // namespace cts
