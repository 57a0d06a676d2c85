// Parts of an allocation that pools and graph memory need one by one. Call with the lock. Sizes in bytes.
#pragma once

#include "core/memory.hpp"

namespace sim {

constexpr size_t most_bytes = size_t{1}
                              << 47; // more than any address space: refused before the arithmetic overflows

size_t round_to_page(size_t bytes);

/// Address space with an inaccessible page behind it, so that a kernel that runs over the end faults.
Address reserve_guarded(size_t bytes, size_t alignment);
void release_guarded(const Range& range);

/// Device memory, read-write, behind the whole range. OUT_OF_MEMORY.
CUresult back(Range& range);

} // namespace sim
