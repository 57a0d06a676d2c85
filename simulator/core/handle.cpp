// Allocation handles.
#include "core/physical.hpp"
#include "core/state.hpp"
#include "core/vmm.hpp"

#include <cstdio>
#include <unistd.h>
#include <unordered_map>

namespace sim::vmm {
namespace {

/// Handles that have references. Mappings keep one without references alive, so that
/// cuMemRetainAllocationHandle can give it out again.
std::unordered_map<CUmemGenericAllocationHandle, std::shared_ptr<Handle>>& referenced() {
    static auto* table = new std::unordered_map<CUmemGenericAllocationHandle, std::shared_ptr<Handle>>;
    return *table;
}

/// Node 0 is there also where the system knows no nodes (Driver API, cuMemCreate).
bool is_host_node(int id) {
    char path[64];
    std::snprintf(path, sizeof path, "/sys/devices/system/node/node%d", id);
    return id == 0 || (id > 0 && access(path, F_OK) == 0);
}

CUresult check_location(const CUmemAllocationProp& properties) {
    switch (properties.location.type) {
    case CU_MEM_LOCATION_TYPE_DEVICE:
        return properties.location.id == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
    case CU_MEM_LOCATION_TYPE_HOST_NUMA:
        return is_host_node(properties.location.id) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
    case CU_MEM_LOCATION_TYPE_HOST: // cuMemCreate: "HOST allocations are not IPC capable"
        return properties.requestedHandleTypes == CU_MEM_HANDLE_TYPE_NONE ? CUDA_SUCCESS
                                                                          : CUDA_ERROR_INVALID_VALUE;
    default:
        return CUDA_ERROR_INVALID_VALUE;
    }
}

} // namespace

CUresult check_properties(const CUmemAllocationProp& properties) {
    constexpr unsigned known_types =
        CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR | static_cast<unsigned>(CU_MEM_HANDLE_TYPE_FABRIC);
    const auto types = static_cast<unsigned>(properties.requestedHandleTypes);
    if (properties.type != CU_MEM_ALLOCATION_TYPE_PINNED || (types & ~known_types) != 0 ||
        properties.win32HandleMetaData != nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (const CUresult location = check_location(properties); location != CUDA_SUCCESS) {
        return location;
    }
    // What the device attributes deny is refused here and not at its first use.
    const bool denied = (types & CU_MEM_HANDLE_TYPE_FABRIC) != 0 || properties.allocFlags.usage != 0;
    return denied ? CUDA_ERROR_NOT_SUPPORTED : CUDA_SUCCESS;
}

CUmemGenericAllocationHandle add_handle(std::shared_ptr<Physical> physical) {
    auto handle = std::make_shared<Handle>();
    handle->value = next_id();
    handle->references = 1;
    handle->physical = std::move(physical);
    referenced()[handle->value] = handle;
    return handle->value;
}

std::shared_ptr<Handle> find_handle(CUmemGenericAllocationHandle value) {
    const auto found = referenced().find(value);
    return found == referenced().end() ? nullptr : found->second;
}

CUresult create(CUmemGenericAllocationHandle* out, size_t bytes, const CUmemAllocationProp* properties,
                unsigned long long flags) {
    const Lock lock;
    if (out == nullptr || properties == nullptr || bytes == 0 || bytes % granularity != 0 || flags != 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (const CUresult checked = check_properties(*properties); checked != CUDA_SUCCESS) {
        return checked;
    }
    CUmemAllocationProp granted = *properties;
    granted.allocFlags.compressionType =
        CU_MEM_ALLOCATION_COMP_NONE; // a request is a hint; this device never compresses
    std::shared_ptr<Physical> physical;
    if (const CUresult created = create_physical(bytes, granted, &physical); created != CUDA_SUCCESS) {
        return created;
    }
    *out = add_handle(std::move(physical));
    return CUDA_SUCCESS;
}

CUresult release(CUmemGenericAllocationHandle value) {
    const Lock lock;
    const std::shared_ptr<Handle> handle = find_handle(value);
    if (handle == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (--handle->references == 0) {
        referenced().erase(value);
    }
    return CUDA_SUCCESS;
}

CUresult retain(CUmemGenericAllocationHandle* out, Address address) {
    const Lock lock;
    Range* range = find_range(address);
    const Mapping* mapping = range == nullptr ? nullptr : find_mapping(*range, address);
    if (out == nullptr || mapping == nullptr || mapping->handle == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    Handle& handle = *mapping->handle;
    if (handle.references++ == 0) {
        referenced()[handle.value] = mapping->handle;
    }
    *out = handle.value;
    return CUDA_SUCCESS;
}

CUresult properties_of(CUmemAllocationProp* out, CUmemGenericAllocationHandle value) {
    const Lock lock;
    const std::shared_ptr<Handle> handle = find_handle(value);
    if (out == nullptr || handle == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *out = handle->physical->properties;
    return CUDA_SUCCESS;
}

} // namespace sim::vmm
