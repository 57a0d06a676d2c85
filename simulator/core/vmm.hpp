// The virtual memory management calls of the driver API, argument checks included. Each function has the
// errors of its cuMem* twin; where the documentation names no code, the one that the GPU driver was seen to
// give.
#pragma once

#include "core/memory.hpp"

namespace sim::vmm {

CUresult reserve(Address* out, size_t bytes, size_t alignment, Address hint, unsigned long long flags);
CUresult free_reservation(Address base, size_t bytes);

CUresult create(CUmemGenericAllocationHandle* out, size_t bytes, const CUmemAllocationProp* properties,
                unsigned long long flags);
CUresult release(CUmemGenericAllocationHandle handle);
CUresult retain(CUmemGenericAllocationHandle* out, Address address);
CUresult properties_of(CUmemAllocationProp* out, CUmemGenericAllocationHandle handle);
CUresult check_properties(const CUmemAllocationProp& properties);

CUresult map(Address base, size_t bytes, size_t offset, CUmemGenericAllocationHandle handle,
             unsigned long long flags);
CUresult unmap(Address base, size_t bytes);

CUresult set_access(Address base, size_t bytes, const CUmemAccessDesc* descriptors, size_t count);
CUresult get_access(unsigned long long* out, const CUmemLocation* location, Address address);

CUresult export_handle(void* out, CUmemGenericAllocationHandle handle, CUmemAllocationHandleType type,
                       unsigned long long flags);
CUresult import_handle(CUmemGenericAllocationHandle* out, void* os_handle, CUmemAllocationHandleType type);

/// cuMemGetHandleForAddressRange. Errors besides: OPERATING_SYSTEM when there is no descriptor left.
CUresult dma_buf(int* out, Address base, size_t bytes, CUmemRangeHandleType type, unsigned long long flags);

/// A live handle (one that has references), or null. Call with the lock.
std::shared_ptr<Handle> find_handle(CUmemGenericAllocationHandle value);
CUmemGenericAllocationHandle add_handle(std::shared_ptr<Physical> physical);

/// The end of the run of whole mappings that begins at `base` and ends at or before `end`; `base` when there
/// is no mapping. Call with the lock.
Address end_of_whole_mappings(const Range& range, Address base, Address end);

} // namespace sim::vmm
