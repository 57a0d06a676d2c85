// The rungs of memory in host locations: physical memory of the host under virtual addresses that the device
// and the processor share. Each of the two needs a grant of its own (Driver API, cuMemSetAccess).
#pragma once

#include "fixtures/rungs/granule.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>

namespace cts {

/// Memory of one kind of host location, and a reservation of four chunks with nothing mapped. A chunk is a
/// multiple of the granularity of this memory and of device memory.
class HostMemory : public Granule {
  public:
    explicit HostMemory(CUmemLocationType type) : location_{type, 0} {
        if (type == CU_MEM_LOCATION_TYPE_HOST_NUMA) {
            need_host_numa();
            location_.id = std::max(attribute(CU_DEVICE_ATTRIBUTE_HOST_NUMA_ID), 0);
        } else {
            // By number: newer than CUDA 12.4.
            need(static_cast<CUdevice_attribute>(145), "HOST_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED");
        }
        const CUmemAllocationProp wanted = host_properties();
        must(cuMemGetAllocationGranularity(&host_granularity_, &wanted, CU_MEM_ALLOC_GRANULARITY_MINIMUM),
             "cuMemGetAllocationGranularity");
        chunk_ = std::max(host_granularity_, granularity()); // both are powers of two
        range_.emplace(4 * chunk_, chunk_);
    }

    CUmemLocation location() const { return location_; }
    CUmemAllocationProp host_properties() const {
        CUmemAllocationProp wanted = properties();
        wanted.location = location_;
        return wanted;
    }
    /// Minimum granularity of this memory, in bytes.
    size_t host_granularity() const { return host_granularity_; }
    /// In bytes.
    size_t chunk() const { return chunk_; }
    CUdeviceptr at(size_t index) const { return range_->address(index * chunk_); }

    Allocation allocate_host(size_t count = 1,
                             std::source_location where = std::source_location::current()) const {
        return create_allocation(count * chunk_, host_properties(), where);
    }
    /// `count` chunks of device memory.
    Allocation allocate_device_memory(size_t count = 1,
                                      std::source_location where = std::source_location::current()) const {
        return create_allocation(count * chunk_, properties(), where);
    }

    /// Access for the processor.
    CUmemAccessDesc processor(CUmemAccess_flags flags) const { return {location_, flags}; }
    CUmemAccessDesc processor() const { return processor(CU_MEM_ACCESS_FLAGS_PROT_READWRITE); }

    /// Maps `count` chunks at `address`, and grants what `access` says, one call a descriptor.
    Mapping map_for(CUdeviceptr address, CUmemGenericAllocationHandle handle,
                    std::initializer_list<CUmemAccessDesc> access, size_t count = 1,
                    std::source_location where = std::source_location::current()) const {
        Mapping mapped(address, count * chunk_, handle, where);
        for (const CUmemAccessDesc& descriptor : access) {
            must(cuMemSetAccess(address, count * chunk_, &descriptor, 1), "cuMemSetAccess", where);
        }
        return mapped;
    }

    /// What cuMemGetAccess answers for the processor at `address`.
    unsigned long long processor_access_at(CUdeviceptr address) const {
        unsigned long long flags = ~0ULL;
        must(cuMemGetAccess(&flags, &location_, address), "cuMemGetAccess");
        return flags;
    }

  private:
    CUmemLocation location_;
    size_t host_granularity_ = 0;
    size_t chunk_ = 0;
    std::optional<Reservation> range_;
};

/// Memory of the NUMA node that is the device's own.
class OnNode : public HostMemory {
  public:
    OnNode() : HostMemory(CU_MEM_LOCATION_TYPE_HOST_NUMA) {}
};

/// Memory of the host, wherever the driver puts it.
class OnHost : public HostMemory {
  public:
    OnHost() : HostMemory(CU_MEM_LOCATION_TYPE_HOST) {}
};

} // namespace cts
