// Defects of sparse arrays and of those that wait for their memory. The simulator has no such arrays, so that
// all of them are listed in faults/equivalent.json for it.
#include "faults/core/hooks.hpp"

namespace faults {

FAULT(
    sparse_unchecked, "sparse-arrays-unchecked",
    "Nothing about sparse arrays is checked: any array tells tiles, and any part of any array can be mapped.",
    "", "SPA-01 SPA-03 SPA-04 SPA-05 SPA-06") {
    cuArrayGetSparseProperties.plant([](CUDA_ARRAY_SPARSE_PROPERTIES* properties, CUarray array) {
        const CUresult result = cuArrayGetSparseProperties(properties, array);
        if (result == CUDA_ERROR_INVALID_VALUE) {
            properties->tileExtent = {128, 128, 1};
            return CUDA_SUCCESS;
        }
        return result;
    });
    cuMemMapArrayAsync.plant([](CUarrayMapInfo* operations, unsigned count, CUstream stream) {
        const CUresult result = cuMemMapArrayAsync(operations, count, stream);
        return result == CUDA_ERROR_INVALID_VALUE ? CUDA_SUCCESS : result;
    });
}

FAULT(sparse_idle, "sparse-mapping-does-nothing", "Giving memory to a tile of a sparse array does nothing.",
      "", "SPA-02") {
    cuMemMapArrayAsync.plant([](CUarrayMapInfo* operations, unsigned count, CUstream stream) {
        CUDA_ARRAY_SPARSE_PROPERTIES properties{};
        const bool sparse_level =
            operations->resourceType == CU_RESOURCE_TYPE_ARRAY &&
            operations->subresourceType == CU_ARRAY_SPARSE_SUBRESOURCE_TYPE_SPARSE_LEVEL &&
            cuArrayGetSparseProperties(&properties, operations->resource.array) == CUDA_SUCCESS;
        const bool maps = operations->memOperationType == CU_MEM_OPERATION_TYPE_MAP;
        return sparse_level && maps ? CUDA_SUCCESS : cuMemMapArrayAsync(operations, count, stream);
    });
}

FAULT(sparse_reads_all, "deferred-array-minds-ignored-fields",
      "An array that waits for its memory refuses a level that it does not have, though the level is to be "
      "ignored.",
      "", "SPA-07") {
    cuMemMapArrayAsync.plant([](CUarrayMapInfo* operations, unsigned count, CUstream stream) {
        constexpr unsigned most_levels = 32;
        return operations->subresource.sparseLevel.level >= most_levels
                   ? CUDA_ERROR_INVALID_VALUE
                   : cuMemMapArrayAsync(operations, count, stream);
    });
}

} // namespace faults
