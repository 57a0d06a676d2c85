#include "core/host_memory.hpp"

#include "core/address_space.hpp"
#include "core/allocate.hpp"
#include "core/state.hpp"

#include <iterator>
#include <sys/mman.h>

namespace sim {
namespace {

bool overlaps_known_memory(Address base, size_t bytes) {
    const auto after = ranges().lower_bound(base + bytes);
    return after != ranges().begin() && std::prev(after)->second.end() > base;
}

} // namespace

CUresult allocate_host(size_t bytes, unsigned flags, Context& owner, Address* out) {
    const Lock lock;
    if (bytes == 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const Address base = bytes > most_bytes ? 0 : reserve_guarded(bytes, host_page_size());
    if (base == 0) {
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    Range& range = add_range(RangeKind::host, base, bytes);
    range.flags = flags;
    range.context = &owner;
    if (mprotect(reinterpret_cast<void*>(base), round_to_page(bytes), PROT_READ | PROT_WRITE) != 0) {
        free(base);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *out = base;
    return CUDA_SUCCESS;
}

CUresult free_host(Address base) {
    const Lock lock;
    const auto found = ranges().find(base);
    return found != ranges().end() && found->second.kind == RangeKind::host ? free(base)
                                                                            : CUDA_ERROR_INVALID_VALUE;
}

CUresult register_host(Address base, size_t bytes, unsigned flags, Context& owner) {
    const Lock lock;
    if (base == 0 || bytes == 0 || base + bytes < base) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (overlaps_known_memory(base, bytes)) {
        return CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED;
    }
    Range& range = add_range(RangeKind::registered, base, bytes);
    range.flags = flags;
    range.context = &owner;
    return CUDA_SUCCESS;
}

CUresult unregister_host(Address base) {
    const Lock lock;
    const auto found = ranges().find(base);
    if (found == ranges().end() || found->second.kind != RangeKind::registered) {
        return CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED;
    }
    ranges().erase(found);
    return CUDA_SUCCESS;
}

} // namespace sim
