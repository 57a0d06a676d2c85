// How much of the simulated GPU's memory is in use, over all processes. All sizes in bytes; call with the
// lock.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sim {

/// Opens the table of processes. False when this machine does not allow it.
bool open_device_memory();

size_t free_device_memory();

/// Takes memory that only this process knows. False, and nothing changes, when there is too little.
bool take_device_memory(size_t bytes);
void give_back_device_memory(size_t bytes);

/// Memory of this process becomes shareable under its file's inode; it keeps being counted, once for all
/// processes that have it. False when the process shares too many allocations already.
bool share_device_memory(uint64_t inode, size_t bytes);

/// Counts memory that another process exported. No memory is needed for it: it is in use already.
bool import_device_memory(uint64_t inode, size_t bytes);

/// This process holds no mapping and no handle of it any more. Open descriptors keep it counted.
void give_back_shared_memory(uint64_t inode);

} // namespace sim
