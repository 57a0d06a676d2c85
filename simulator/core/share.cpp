// Export to and import from file descriptors.
#include "core/physical.hpp"
#include "core/state.hpp"
#include "core/vmm.hpp"

#include <cstdint>

namespace sim::vmm {

CUresult export_handle(void* out, CUmemGenericAllocationHandle value, CUmemAllocationHandleType type,
                       unsigned long long flags) {
    const Lock lock;
    const std::shared_ptr<Handle> handle = find_handle(value);
    if (out == nullptr || handle == nullptr || flags != 0 ||
        type != CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const std::shared_ptr<Physical> physical = handle->physical;
    // Only what was created for it can be exported, and only by the process that created it.
    if ((physical->properties.requestedHandleTypes & CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR) == 0 ||
        physical->imported || handle->imported) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (const CUresult shareable = make_shareable(physical); shareable != CUDA_SUCCESS) {
        return shareable;
    }
    const int descriptor = export_descriptor(physical->backing);
    if (descriptor < 0) {
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *static_cast<int*>(out) = descriptor;
    return CUDA_SUCCESS;
}

CUresult import_handle(CUmemGenericAllocationHandle* out, void* os_handle, CUmemAllocationHandleType type) {
    const Lock lock;
    if (out == nullptr || type != CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    std::shared_ptr<Physical> physical;
    const int descriptor = static_cast<int>(reinterpret_cast<intptr_t>(os_handle));
    if (const CUresult imported = import_physical(descriptor, &physical); imported != CUDA_SUCCESS) {
        return imported;
    }
    *out = add_handle(std::move(physical));
    find_handle(*out)->imported = true;
    return CUDA_SUCCESS;
}

} // namespace sim::vmm
