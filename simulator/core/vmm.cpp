// Reservations and mappings.
#include "core/vmm.hpp"

#include "core/address_space.hpp"
#include "core/allocate.hpp"
#include "core/physical.hpp"
#include "core/state.hpp"

#include <algorithm>
#include <bit>
#include <iterator>

namespace sim::vmm {
namespace {

/// The reservation that holds all of [base, base + bytes), or null.
Range* reservation_around(Address base, size_t bytes) {
    Range* range = find_range(base);
    return range != nullptr && range->kind == RangeKind::reservation && bytes <= range->end() - base
               ? range
               : nullptr;
}

bool anything_mapped(const Range& range, Address base, size_t bytes) {
    const auto after = range.mappings.lower_bound(base + bytes);
    return after != range.mappings.begin() &&
           std::prev(after)->second.base + std::prev(after)->second.bytes > base;
}

} // namespace

CUresult reserve(Address* out, size_t bytes, size_t alignment, Address hint, unsigned long long flags) {
    const Lock lock;
    if (out == nullptr || bytes == 0 || bytes % host_page_size() != 0 || hint % host_page_size() != 0 ||
        flags != 0 || (alignment != 0 && !std::has_single_bit(alignment))) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (bytes > most_bytes || alignment > most_bytes) {
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    const Address base = reserve_address_space(bytes, std::max(alignment, granularity), hint);
    if (base == 0) {
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    add_range(RangeKind::reservation, base, bytes);
    *out = base;
    return CUDA_SUCCESS;
}

CUresult free_reservation(Address base, size_t bytes) {
    const Lock lock;
    const auto found = ranges().find(base);
    if (found == ranges().end() || found->second.kind != RangeKind::reservation ||
        found->second.bytes != bytes || !found->second.mappings.empty()) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    ranges().erase(found);
    release_address_space(base, bytes);
    return CUDA_SUCCESS;
}

CUresult map(Address base, size_t bytes, size_t offset, CUmemGenericAllocationHandle value,
             unsigned long long flags) {
    const Lock lock;
    const std::shared_ptr<Handle> handle = find_handle(value);
    if (handle == nullptr || bytes == 0 || flags != 0 || base % granularity != 0 ||
        bytes % granularity != 0 || offset % granularity != 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (offset != 0 || bytes > handle->physical->bytes) {
        return CUDA_ERROR_NOT_SUPPORTED;
    }
    Range* range = reservation_around(base, bytes);
    if (range == nullptr || anything_mapped(*range, base, bytes)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    Mapping mapping;
    mapping.base = base;
    mapping.bytes = bytes;
    mapping.physical = handle->physical;
    mapping.handle = handle;
    if (!install(mapping)) {
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    count_host_mapping(mapping, +1);
    range->mappings.emplace(base, std::move(mapping));
    return CUDA_SUCCESS;
}

Address end_of_whole_mappings(const Range& range, Address base, Address end) {
    auto next = range.mappings.find(base);
    while (next != range.mappings.end() && next->second.base == base && next->second.bytes <= end - base) {
        base += next->second.bytes;
        ++next;
    }
    return base;
}

CUresult unmap(Address base, size_t bytes) {
    const Lock lock;
    Range* range = reservation_around(base, bytes);
    if (bytes == 0 || range == nullptr || end_of_whole_mappings(*range, base, base + bytes) != base + bytes) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const auto first = range->mappings.find(base);
    const auto last = range->mappings.lower_bound(base + bytes);
    for (auto mapping = first; mapping != last; ++mapping) {
        remove(mapping->second);
        count_host_mapping(mapping->second, -1);
    }
    range->mappings.erase(first, last);
    return CUDA_SUCCESS;
}

} // namespace sim::vmm
