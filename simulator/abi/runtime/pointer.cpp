#include "abi/runtime/runtime.hpp"
#include "core/memory.hpp"
#include "core/physical.hpp"

using namespace sim;

namespace {

cudaMemoryType type_of(const Range& range, const Mapping* mapping) {
    switch (range.kind) {
    case RangeKind::host:
    case RangeKind::registered:
        return cudaMemoryTypeHost;
    case RangeKind::managed:
        return cudaMemoryTypeManaged;
    default:
        return mapping != nullptr && !mapping->physical->on_device() ? cudaMemoryTypeHost
                                                                     : cudaMemoryTypeDevice;
    }
}

bool host_can_read(const Range& range, const Mapping* mapping) {
    return range.kind == RangeKind::host || range.kind == RangeKind::registered ||
           range.kind == RangeKind::managed ||
           (mapping != nullptr && mapping->host_access != CU_MEM_ACCESS_FLAGS_PROT_NONE);
}

} // namespace

/// Memory that CUDA does not know is no error: it is unregistered.
extern "C" cudaError_t CUDARTAPI cudaPointerGetAttributes(cudaPointerAttributes* attributes,
                                                          const void* pointer) {
    return runtime::on_context([&] {
        if (attributes == nullptr) {
            return CUDA_ERROR_INVALID_VALUE;
        }
        const Lock lock;
        *attributes = {};
        attributes->hostPointer = const_cast<void*>(pointer);
        const auto address = reinterpret_cast<Address>(pointer);
        Range* range = find_range(address);
        if (range == nullptr) {
            attributes->type = cudaMemoryTypeUnregistered;
            attributes->device = cudaInvalidDeviceId;
            return CUDA_SUCCESS;
        }
        const Mapping* mapping = find_mapping(*range, address);
        attributes->type = type_of(*range, mapping);
        attributes->devicePointer = const_cast<void*>(pointer);
        if (!host_can_read(*range, mapping)) {
            attributes->hostPointer = nullptr;
        }
        return CUDA_SUCCESS;
    });
}
