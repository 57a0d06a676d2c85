// What copies and fills may touch.
#include "core/address_space.hpp"
#include "core/physical.hpp"
#include "core/state.hpp"

#include <algorithm>

namespace sim {
namespace {

bool allows(CUmemAccess_flags access, bool write) {
    return access == CU_MEM_ACCESS_FLAGS_PROT_READWRITE ||
           (!write && access == CU_MEM_ACCESS_FLAGS_PROT_READ);
}

bool allows(const Mapping& mapping, bool write) {
    return allows(mapping.device_access, write) ||
           (!mapping.physical->on_device() && allows(mapping.host_access, write));
}

} // namespace

bool accessible(Address address, size_t bytes, bool write) {
    const Lock lock;
    if (bytes == 0) {
        return true;
    }
    if (address + bytes < address) {
        return false;
    }
    if (find_range(address) == nullptr) {
        const auto next = ranges().upper_bound(address);
        return next == ranges().end() || next->first >= address + bytes;
    }
    while (bytes > 0) {
        Range* range = find_range(address);
        if (range == nullptr) {
            return false;
        }
        if (range->kind != RangeKind::reservation) {
            // An allocation ends where its owner asked it to; only reservations may be crossed.
            const bool usable = range->mappings.empty()
                                    ? range->kind == RangeKind::host || range->kind == RangeKind::registered
                                    : allows(range->mappings.begin()->second, write);
            return usable && bytes <= range->end() - address;
        }
        const Mapping* mapping = find_mapping(*range, address);
        if (mapping == nullptr || !allows(*mapping, write)) {
            return false;
        }
        const size_t step = std::min<size_t>(bytes, mapping->base + mapping->bytes - address);
        address += step;
        bytes -= step;
    }
    return true;
}

} // namespace sim
