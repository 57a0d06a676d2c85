// Looking addresses up.
#include "core/address_space.hpp"
#include "core/physical.hpp"

#include <iterator>

namespace sim {

Range& add_range(RangeKind kind, Address base, size_t bytes) {
    Range& range = ranges()[base];
    range.base = base;
    range.bytes = bytes;
    range.kind = kind;
    range.buffer_id = next_id();
    return range;
}

Range* find_range(Address address) {
    const auto after = ranges().upper_bound(address);
    if (after == ranges().begin()) {
        return nullptr;
    }
    Range& range = std::prev(after)->second;
    return range.contains(address) ? &range : nullptr;
}

Mapping* find_mapping(Range& range, Address address) {
    const auto after = range.mappings.upper_bound(address);
    if (after == range.mappings.begin()) {
        return nullptr;
    }
    Mapping& mapping = std::prev(after)->second;
    return address - mapping.base < mapping.bytes ? &mapping : nullptr;
}

std::optional<Placement> placement(Address address) {
    Range* range = find_range(address);
    if (range == nullptr) {
        return std::nullopt;
    }
    Placement place{range->kind, {}, false};
    if (range->kind == RangeKind::host || range->kind == RangeKind::registered) {
        place.location.type = CU_MEM_LOCATION_TYPE_HOST;
        place.mapped = true;
    } else if (const Mapping* mapping = find_mapping(*range, address)) {
        place.location = mapping->physical->properties.location;
        place.mapped = true;
    }
    return place;
}

} // namespace sim
