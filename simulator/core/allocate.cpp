// cuMemAlloc and its kin: a range and its memory in one go.
#include "core/allocate.hpp"

#include "core/address_space.hpp"
#include "core/capture.hpp"
#include "core/physical.hpp"
#include "core/state.hpp"

#include <iterator>

namespace sim {

size_t round_to_page(size_t bytes) {
    const size_t page = host_page_size();
    return (bytes + page - 1) / page * page;
}

Address reserve_guarded(size_t bytes, size_t alignment) {
    return reserve_address_space(round_to_page(bytes) + host_page_size(), alignment, 0);
}

void release_guarded(const Range& range) {
    release_address_space(range.base, round_to_page(range.bytes) + host_page_size());
}

CUresult back(Range& range) {
    Mapping mapping;
    mapping.base = range.base;
    mapping.bytes = round_to_page(range.bytes);
    mapping.device_access = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
    const CUresult created = create_physical(mapping.bytes, device_memory_properties(), &mapping.physical);
    if (created != CUDA_SUCCESS) {
        return created;
    }
    if (!install(mapping)) {
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    range.mappings.emplace(mapping.base, std::move(mapping));
    return CUDA_SUCCESS;
}

CUresult allocate(RangeKind kind, size_t bytes, Context* owner, Address* out) {
    const Lock lock;
    if (bytes == 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (bytes > most_bytes) {
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    const Address base = reserve_guarded(bytes, bytes >= granularity ? granularity : host_page_size());
    if (base == 0) {
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    Range& range = add_range(kind, base, bytes);
    range.context = owner;
    const CUresult backed = back(range);
    if (backed != CUDA_SUCCESS) {
        release_guarded(range);
        ranges().erase(base);
        return backed;
    }
    *out = base;
    return CUDA_SUCCESS;
}

CUresult free(Address base) {
    const Lock lock;
    const auto found = ranges().find(base);
    if (found == ranges().end() || found->second.kind == RangeKind::reservation ||
        found->second.kind == RangeKind::registered) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const Range range = std::move(found->second);
    ranges().erase(found);
    release_guarded(range);
    return CUDA_SUCCESS;
}

void free_memory_of(Context& context) {
    const Lock lock;
    for (auto next = ranges().begin(); next != ranges().end();) {
        const auto current = next++;
        const Range& range = current->second;
        if (range.context != &context) {
            continue;
        }
        if (range.kind == RangeKind::registered) {
            ranges().erase(current);
        } else if (range.kind == RangeKind::device || range.kind == RangeKind::managed ||
                   range.kind == RangeKind::host) {
            free(current->first);
        }
    }
}

} // namespace sim
