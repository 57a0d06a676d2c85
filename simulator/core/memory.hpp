// Address ranges, physical allocations and what maps one to the other. One model serves all allocators: a
// range is address space; a mapping puts physical memory behind a part of it. Reservations of
// cuMemAddressReserve have any number of mappings, all other ranges have one that covers them.
#pragma once

#include "core/operation.hpp"

#include <cuda.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>

namespace sim {

struct Context;
struct MemoryPool;

constexpr size_t granularity = size_t{2} << 20; // bytes, minimum and recommended
size_t host_page_size();

enum class RangeKind {
    reservation, // cuMemAddressReserve
    device,      // cuMemAlloc
    pool,        // cuMemAllocAsync, cuMemAllocFromPoolAsync
    graph,       // memory allocation node
    managed,     // cuMemAllocManaged
    host,        // cuMemHostAlloc
    registered,  // cuMemHostRegister
};

/// Physical memory. Given back when the last mapping and the last handle reference are gone.
struct Physical;

/// One value of CUmemGenericAllocationHandle.
struct Handle {
    CUmemGenericAllocationHandle value = 0;
    unsigned references = 0; // create, import and retain; may be 0 while mapped
    bool imported = false;   // cannot be exported again
    std::shared_ptr<Physical> physical;
};

struct Mapping {
    Address base = 0;
    size_t bytes = 0;
    std::shared_ptr<Physical> physical;
    std::shared_ptr<Handle> handle; // null for memory that has no handle (cuMemAlloc, ...)
    CUmemAccess_flags device_access = CU_MEM_ACCESS_FLAGS_PROT_NONE;
    CUmemAccess_flags host_access = CU_MEM_ACCESS_FLAGS_PROT_NONE; // memory in host locations only
};

struct Range {
    Address base = 0;
    size_t bytes = 0; // what the caller asked for
    RangeKind kind = RangeKind::reservation;
    unsigned flags = 0;         // of cuMemHostAlloc, cuMemHostRegister, cuMemAllocManaged
    Context* context = nullptr; // owner of device, managed and host memory
    std::shared_ptr<MemoryPool> pool;
    unsigned long long buffer_id = 0; // unique in the process, never reused
    bool sync_memops = false;
    std::map<Address, Mapping> mappings; // by base

    bool contains(Address address) const { return address - base < bytes; }
    Address end() const { return base + bytes; }
};

/// The range that contains the address, or null. Valid while the lock is held and nothing is freed.
Range* find_range(Address address);

/// The mapping that contains the address, or null.
Mapping* find_mapping(Range& range, Address address);

/// Whether copies and fills of `bytes` at `address` are allowed, across mappings: every byte mapped and
/// accessible for the device (or, for memory in host locations, the host). Memory that CUDA does not know
/// counts as pageable host memory and is accessible. Zero bytes are always accessible.
bool accessible(Address address, size_t bytes, bool write);

/// Device, pool, managed and graph memory: a range with its physical memory, read-write. Errors:
/// INVALID_VALUE for zero bytes, OUT_OF_MEMORY.
CUresult allocate(RangeKind kind, size_t bytes, Context* owner, Address* out);

/// Frees a range of `allocate` by its base address; INVALID_VALUE for anything else, reservations included.
CUresult free(Address base);
void free_memory_of(Context& context); // what cuCtxDestroy takes along

/// Graph allocations own their address for the life of the graph and have memory only while they are live:
/// reserve once, then back and unback as often as launches need, free_range at the end.
CUresult reserve_graph_range(size_t bytes, Address* out);
CUresult back_graph_range(Address base); // OUT_OF_MEMORY; no effect when already backed
void unback_graph_range(Address base);   // no effect when not backed
bool graph_range_backed(Address base);
void free_graph_range(Address base); // unbacks first

/// What decides whether a graph update may exchange one operand for another.
struct Placement {
    RangeKind kind{};
    CUmemLocation location{}; // of the physical memory
    bool mapped = false;      // false: the address is inside a range but nothing is mapped there
};
/// Empty for memory that CUDA does not know (pageable host memory).
std::optional<Placement> placement(Address address);

} // namespace sim
