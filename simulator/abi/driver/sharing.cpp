// Sharing with other processes.
#include "abi/driver/driver.hpp"
#include "core/vmm.hpp"

using namespace sim;

extern "C" {

CUresult CUDAAPI cuMemExportToShareableHandle(void* out, CUmemGenericAllocationHandle handle,
                                              CUmemAllocationHandleType type, unsigned long long flags) {
    SIM_TRY(require_initialised());
    return vmm::export_handle(out, handle, type, flags);
}

CUresult CUDAAPI cuMemImportFromShareableHandle(CUmemGenericAllocationHandle* handle, void* os_handle,
                                                CUmemAllocationHandleType type) {
    SIM_TRY(require_initialised());
    return vmm::import_handle(handle, os_handle, type);
}

CUresult CUDAAPI cuMemGetHandleForAddressRange(void* handle, CUdeviceptr ptr, size_t size,
                                               CUmemRangeHandleType type, unsigned long long flags) {
    SIM_TRY(require_initialised());
    return vmm::dma_buf(static_cast<int*>(handle), ptr, size, type, flags);
}

/// Legacy IPC is refused on memory of cuMemCreate (IS_LEGACY_CUDA_IPC_CAPABLE is 0), and this device has none
/// for any other memory either.
CUresult CUDAAPI cuIpcGetMemHandle(CUipcMemHandle* handle, CUdeviceptr address) {
    SIM_TRY(require_context());
    const Lock lock;
    const Range* range = find_range(address);
    if (handle == nullptr || range == nullptr || range->kind == RangeKind::reservation) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_ERROR_NOT_SUPPORTED;
}

CUresult CUDAAPI cuIpcOpenMemHandle_v2(CUdeviceptr* out, CUipcMemHandle, unsigned int) {
    SIM_TRY(require_context());
    return out == nullptr ? CUDA_ERROR_INVALID_VALUE : CUDA_ERROR_NOT_SUPPORTED;
}

/// No memory was ever opened that could be closed.
CUresult CUDAAPI cuIpcCloseMemHandle(CUdeviceptr) {
    SIM_TRY(require_context());
    return CUDA_ERROR_INVALID_VALUE;
}

} // extern "C"
