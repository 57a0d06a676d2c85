// Graph allocations: an address for the life of the graph, memory only while it is live.
#include "core/address_space.hpp"
#include "core/allocate.hpp"
#include "core/physical.hpp"
#include "core/state.hpp"

namespace sim {
namespace {

Range* graph_range(Address base) {
    const auto found = ranges().find(base);
    return found != ranges().end() && found->second.kind == RangeKind::graph ? &found->second : nullptr;
}

} // namespace

CUresult reserve_graph_range(size_t bytes, Address* out) {
    const Lock lock;
    if (bytes == 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const Address base = bytes > most_bytes ? 0 : reserve_guarded(bytes, granularity);
    if (base == 0) {
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    add_range(RangeKind::graph, base, bytes);
    *out = base;
    return CUDA_SUCCESS;
}

CUresult back_graph_range(Address base) {
    const Lock lock;
    Range* range = graph_range(base);
    if (range == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    return range->mappings.empty() ? back(*range) : CUDA_SUCCESS;
}

void unback_graph_range(Address base) {
    const Lock lock;
    Range* range = graph_range(base);
    if (range != nullptr && !range->mappings.empty()) {
        remove(range->mappings.begin()->second);
        range->mappings.clear();
    }
}

bool graph_range_backed(Address base) {
    const Lock lock;
    const Range* range = graph_range(base);
    return range != nullptr && !range->mappings.empty();
}

void free_graph_range(Address base) {
    const Lock lock;
    if (graph_range(base) != nullptr) {
        free(base);
    }
}

} // namespace sim
