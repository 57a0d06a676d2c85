// Who may touch a mapping.
#include "core/address_space.hpp"
#include "core/physical.hpp"
#include "core/state.hpp"
#include "core/vmm.hpp"

#include <span>

namespace sim::vmm {
namespace {

bool is_host(CUmemLocationType type) {
    return type == CU_MEM_LOCATION_TYPE_HOST || type == CU_MEM_LOCATION_TYPE_HOST_NUMA ||
           type == CU_MEM_LOCATION_TYPE_HOST_NUMA_CURRENT;
}

bool is_valid(const CUmemLocation& location) {
    return is_host(location.type) || (location.type == CU_MEM_LOCATION_TYPE_DEVICE && location.id == 0);
}

bool is_valid(const CUmemAccessDesc& descriptor) {
    return is_valid(descriptor.location) && (descriptor.flags == CU_MEM_ACCESS_FLAGS_PROT_NONE ||
                                             descriptor.flags == CU_MEM_ACCESS_FLAGS_PROT_READ ||
                                             descriptor.flags == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
}

/// The host cannot be given access to memory of the device.
bool suits(const CUmemAccessDesc& descriptor, const Mapping& mapping) {
    return !mapping.physical->on_device() || !is_host(descriptor.location.type);
}

void apply(const CUmemAccessDesc& descriptor, Mapping& mapping) {
    if (is_host(descriptor.location.type)) {
        mapping.host_access = descriptor.flags;
    } else {
        mapping.device_access = descriptor.flags;
    }
}

} // namespace

CUresult set_access(Address base, size_t bytes, const CUmemAccessDesc* descriptors, size_t count) {
    const Lock lock;
    if (bytes == 0 || descriptors == nullptr || count == 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const std::span<const CUmemAccessDesc> wanted(descriptors, count);
    for (const CUmemAccessDesc& descriptor : wanted) {
        if (!is_valid(descriptor)) {
            return CUDA_ERROR_INVALID_VALUE;
        }
    }
    Range* range = find_range(base);
    if (range == nullptr || range->kind != RangeKind::reservation || bytes > range->end() - base ||
        end_of_whole_mappings(*range, base, base + bytes) != base + bytes) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const auto first = range->mappings.find(base);
    const auto last = range->mappings.lower_bound(base + bytes);
    for (auto mapping = first; mapping != last; ++mapping) {
        for (const CUmemAccessDesc& descriptor : wanted) {
            if (!suits(descriptor, mapping->second)) {
                return CUDA_ERROR_NOT_SUPPORTED;
            }
        }
    }
    for (auto mapping = first; mapping != last; ++mapping) {
        for (const CUmemAccessDesc& descriptor : wanted) {
            apply(descriptor, mapping->second);
        }
        protect(mapping->second);
    }
    return CUDA_SUCCESS;
}

CUresult get_access(unsigned long long* out, const CUmemLocation* location, Address address) {
    const Lock lock;
    if (out == nullptr || location == nullptr || !is_valid(*location)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    Range* range = find_range(address);
    const Mapping* mapping = range == nullptr ? nullptr : find_mapping(*range, address);
    if (mapping == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *out = is_host(location->type) ? mapping->host_access : mapping->device_access;
    return CUDA_SUCCESS;
}

} // namespace sim::vmm
