#include "core/state.hpp"
#include "graph/api/api.hpp"
#include "graph/memory/allocation.hpp"

namespace sim::graphs {

CUresult trim(CUdevice device) {
    const Lock lock;
    if (device != 0) {
        return CUDA_ERROR_INVALID_DEVICE;
    }
    trim_graph_pool();
    return CUDA_SUCCESS;
}

CUresult get_memory_attribute(CUdevice device, CUgraphMem_attribute attribute, void* value) {
    const Lock lock;
    if (device != 0) {
        return CUDA_ERROR_INVALID_DEVICE;
    }
    if (value == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    auto& bytes = *static_cast<cuuint64_t*>(value);
    switch (attribute) {
    case CU_GRAPH_MEM_ATTR_USED_MEM_CURRENT:
        bytes = graph_pool().used;
        return CUDA_SUCCESS;
    case CU_GRAPH_MEM_ATTR_USED_MEM_HIGH:
        bytes = graph_pool().used_high;
        return CUDA_SUCCESS;
    case CU_GRAPH_MEM_ATTR_RESERVED_MEM_CURRENT:
        bytes = graph_pool().reserved;
        return CUDA_SUCCESS;
    case CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH:
        bytes = graph_pool().reserved_high;
        return CUDA_SUCCESS;
    }
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult set_memory_attribute(CUdevice device, CUgraphMem_attribute attribute, const void* value) {
    const Lock lock;
    if (device != 0) {
        return CUDA_ERROR_INVALID_DEVICE;
    }
    // High watermarks alone can be set, and only back to zero.
    if (value == nullptr || *static_cast<const cuuint64_t*>(value) != 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    GraphPool& pool = graph_pool();
    switch (attribute) {
    case CU_GRAPH_MEM_ATTR_USED_MEM_HIGH:
        pool.used_high = pool.used;
        return CUDA_SUCCESS;
    case CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH:
        pool.reserved_high = pool.reserved;
        return CUDA_SUCCESS;
    default:
        return CUDA_ERROR_INVALID_VALUE;
    }
}

} // namespace sim::graphs
