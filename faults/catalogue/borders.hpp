// What defects share by which a copy or fill ends with the first of several mappings.
#pragma once

#include "faults/core/tracker.hpp"

#include <algorithm>

namespace faults {

/// Of `bytes` at `address` those that lie in its mapping; all of them where none is known.
inline size_t to_border(Address address, size_t bytes) {
    const Lock lock;
    const auto mapping = mapping_at(address);
    return mapping ? std::min<size_t>(bytes, mapping->end() - address) : bytes;
}

inline Address address_of(const void* pointer) {
    return reinterpret_cast<Address>(pointer);
}

} // namespace faults
