// Defects of dma-bufs and of what an address tells about GPUDirect RDMA.
#include "faults/catalogue/pointer_answer.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace faults {
namespace {

using RangeHandle = CUmemRangeHandleType;

/// Descriptors of our own for what ranges were given before. They are never closed: so few cases ask.
std::map<std::pair<Address, size_t>, int>& given_before() {
    static std::map<std::pair<Address, size_t>, int> instance;
    return instance;
}

void keep(const void* handle, Address address, size_t bytes) {
    const int copy = fcntl(*static_cast<const int*>(handle), F_DUPFD_CLOEXEC, 512);
    given_before().insert({{address, bytes}, copy});
}

CUresult hand_out_old(void* handle, Address address, size_t bytes) {
    *static_cast<int*>(handle) = fcntl(given_before().at({address, bytes}), F_DUPFD_CLOEXEC, 0);
    return CUDA_SUCCESS;
}

bool was_given(Address address, size_t bytes) {
    return given_before().contains({address, bytes});
}

constexpr unsigned page = 4096;

void plant_rdma(unsigned char answer) {
    plant_answer<unsigned char>(CU_POINTER_ATTRIBUTE_IS_GPU_DIRECT_RDMA_CAPABLE,
                                [answer](unsigned char& capable, Address) { capable = answer; });
}

} // namespace

FAULT(dma_buf_hole, "dma-buf-over-hole",
      "A range of which only the start is mapped gets a dma-buf of that start.", "", "IPC-21") {
    track();
    cuMemGetHandleForAddressRange.plant(
        [](void* handle, Address address, size_t bytes, RangeHandle type, Flags flags) {
            const auto first = mapping_at(address);
            const size_t there = first ? std::min<size_t>(bytes, first->end() - address) : 0;
            const CUresult result = cuMemGetHandleForAddressRange(handle, address, bytes, type, flags);
            return result == CUDA_ERROR_INVALID_VALUE && there > 0 && there < bytes
                       ? cuMemGetHandleForAddressRange(handle, address, there, type, flags)
                       : result;
        });
}

FAULT(dma_buf_first, "dma-buf-of-first-mapping",
      "The dma-buf of a range over several mappings ends with the first of them.", "", "IPC-21") {
    track();
    cuMemGetHandleForAddressRange.plant([](void* handle, Address address, size_t bytes, RangeHandle type,
                                           Flags flags) {
        const bool whole = cuMemGetHandleForAddressRange(handle, address, bytes, type, flags) == CUDA_SUCCESS;
        const auto first = mapping_at(address);
        if (!whole || !first || first->end() >= address + bytes) {
            return whole ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
        }
        close(*static_cast<int*>(handle));
        return cuMemGetHandleForAddressRange(handle, address, first->end() - address, type, flags);
    });
}

FAULT(dma_buf_rounded, "dma-buf-rounded-to-pages",
      "A range off the pages gets the dma-buf of its whole pages.", "", "IPC-21") {
    cuMemGetHandleForAddressRange.plant([](void* handle, Address address, size_t bytes, RangeHandle type,
                                           Flags flags) {
        return cuMemGetHandleForAddressRange(handle, address / page * page, bytes / page * page, type, flags);
    });
}

FAULT(dma_buf_type, "dma-buf-for-any-type", "A range handle of an unknown type is a dma-buf.", "", "IPC-21") {
    cuMemGetHandleForAddressRange.plant(
        [](void* handle, Address address, size_t bytes, RangeHandle, Flags flags) {
            return cuMemGetHandleForAddressRange(handle, address, bytes, CU_MEM_RANGE_HANDLE_TYPE_DMA_BUF_FD,
                                                 flags);
        });
}

FAULT(dma_buf_outlives, "dma-buf-of-unmapped-range",
      "A range that has lost its memory is still given the dma-buf that it had.", "", "IPC-22") {
    cuMemGetHandleForAddressRange.plant(
        [](void* handle, Address address, size_t bytes, RangeHandle type, Flags flags) {
            const CUresult result = cuMemGetHandleForAddressRange(handle, address, bytes, type, flags);
            if (result == CUDA_SUCCESS) {
                keep(handle, address, bytes);
                return result;
            }
            return was_given(address, bytes) ? hand_out_old(handle, address, bytes) : result;
        });
}

FAULT(dma_buf_stale, "dma-buf-stale-after-remap",
      "A range that was remapped is given the dma-buf of the memory that it had.", "", "IPC-22") {
    cuMemGetHandleForAddressRange.plant(
        [](void* handle, Address address, size_t bytes, RangeHandle type, Flags flags) {
            const CUresult result = cuMemGetHandleForAddressRange(handle, address, bytes, type, flags);
            if (result != CUDA_SUCCESS) {
                return result;
            }
            if (!was_given(address, bytes)) {
                keep(handle, address, bytes);
                return result;
            }
            close(*static_cast<int*>(handle));
            return hand_out_old(handle, address, bytes);
        });
}

FAULT(dma_buf_flags, "dma-buf-flags-ignored", "Unknown flags of cuMemGetHandleForAddressRange are ignored.",
      "", "IPC-23") {
    cuMemGetHandleForAddressRange.plant(
        [](void* handle, Address address, size_t bytes, RangeHandle type, Flags flags) {
            return cuMemGetHandleForAddressRange(handle, address, bytes, type, flags & 1U);
        });
}

FAULT(rdma_forgotten, "rdma-capable-forgotten",
      "Memory that was created for GPUDirect RDMA does not say so by its address.", "NVIDIA/gdrcopy#177",
      "PTR-12") {
    plant_rdma(0);
}

FAULT(rdma_everywhere, "rdma-capable-everywhere", "Every address says that its memory is for GPUDirect RDMA.",
      "", "PTR-12") {
    plant_rdma(1);
}

} // namespace faults
