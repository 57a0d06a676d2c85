// The dma-buf of a range. No device is there that could read through it, so it is an empty file of the right
// size: a descriptor with an identity of its own, as the kernel's are. It does not keep the memory, which no
// document promises.
#include "core/physical.hpp"
#include "core/state.hpp"
#include "core/vmm.hpp"

#include <sys/mman.h>
#include <unistd.h>

namespace sim::vmm {
namespace {

/// Whether device memory lies behind all of [base, base + bytes): cuMemAlloc's or a reservation's.
bool is_device_memory(Address base, size_t bytes) {
    Range* range = find_range(base);
    if (range == nullptr || (range->kind != RangeKind::reservation && range->kind != RangeKind::device) ||
        bytes > range->end() - base) {
        return false;
    }
    const Address end = base + bytes;
    while (base < end) {
        const Mapping* mapping = find_mapping(*range, base);
        if (mapping == nullptr || !mapping->physical->on_device()) {
            return false;
        }
        base = mapping->base + mapping->bytes;
    }
    return true;
}

} // namespace

CUresult dma_buf(int* out, Address base, size_t bytes, CUmemRangeHandleType type, unsigned long long flags) {
    constexpr unsigned long long over_pcie =
        1; // CU_MEM_RANGE_FLAG_DMA_BUF_MAPPING_TYPE_PCIE, newer than 12.4
    const Lock lock;
    if (out == nullptr || type != CU_MEM_RANGE_HANDLE_TYPE_DMA_BUF_FD || (flags & ~over_pcie) != 0 ||
        bytes == 0 || base % host_page_size() != 0 || bytes % host_page_size() != 0 ||
        !is_device_memory(base, bytes)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (flags != 0) {
        return CUDA_ERROR_NOT_SUPPORTED; // the device is on no bus
    }
    const int descriptor = memfd_create("dma-buf", MFD_CLOEXEC);
    if (descriptor < 0) {
        return CUDA_ERROR_OPERATING_SYSTEM;
    }
    if (ftruncate(descriptor, static_cast<off_t>(bytes)) != 0) {
        close(descriptor);
        return CUDA_ERROR_OPERATING_SYSTEM;
    }
    *out = descriptor;
    return CUDA_SUCCESS;
}

} // namespace sim::vmm
