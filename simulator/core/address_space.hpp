// The simulator's use of the CPU's own MMU, and the table of ranges. Call with the lock.
#pragma once

#include "core/memory.hpp"

namespace sim {

/// Address space without memory. Null when there is none left. `alignment` is a power of two, at least a host
/// page; `hint` may be 0, and is used when it is free and suits the alignment.
Address reserve_address_space(size_t bytes, size_t alignment, Address hint);
void release_address_space(Address base, size_t bytes);

/// Puts the mapping's physical memory at its addresses, with the protection of its flags. False when the
/// kernel refuses.
bool install(const Mapping& mapping);

/// The three below end the process, with the reason on stderr, when the kernel refuses (vm.max_map_count):
/// CUDA's view of memory and the CPU's would differ from then on.
void protect(const Mapping& mapping);
/// Takes the memory away; the addresses stay reserved.
void remove(const Mapping& mapping);

/// Installs every mapping of the physical memory again, after its backing has moved.
void remap_all(const Physical& physical);

std::map<Address, Range>& ranges(); // by base
Range& add_range(RangeKind kind, Address base, size_t bytes);

/// Device access to memory in host locations differs from host access, but a page has one protection: pages
/// show host access at rest, both while the driver copies or fills, and device access while a kernel runs.
class DeviceView {
  public:
    DeviceView();
    ~DeviceView();
    DeviceView(const DeviceView&) = delete;
    DeviceView& operator=(const DeviceView&) = delete;
};

class KernelView {
  public:
    KernelView();
    ~KernelView();
    KernelView(const KernelView&) = delete;
    KernelView& operator=(const KernelView&) = delete;
};

/// Whether the host has access to this memory of a host location. A thread that a kernel keeps from it must
/// wait for the end of the KernelView.
bool is_granted_to_host(Address address);

/// Mappings of memory in host locations: a view has work only while there are some.
void count_host_mapping(const Mapping& mapping, int change);

} // namespace sim
