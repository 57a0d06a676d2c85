// The files behind physical memory. Memory that stays in the process lives in one sparse file, the arena,
// because an allocation must not cost a descriptor; memory that was exported or imported has a file of its
// own.
#pragma once

#include <cuda.h>

#include <cstddef>
#include <cstdint>
#include <sys/types.h>

namespace sim {

struct Backing {
    int file = -1;
    off_t offset = 0;
    uint64_t inode = 0; // 0: the arena
};

/// Space in the arena; reads as zero until written. Negative file on failure (errno).
Backing take_from_arena(size_t bytes);
void give_back_to_arena(const Backing& backing, size_t bytes);

/// What a shareable file says about itself, behind its memory.
struct FileHeader {
    uint64_t magic;
    uint64_t bytes;
    CUmemAllocationProp properties;
};

/// A file of its own, sealed against resizing. Negative file on failure (errno).
Backing create_file(size_t bytes, const CUmemAllocationProp& properties);

/// Opens a file that create_file made in any process. False for every other descriptor.
bool open_file(int descriptor, Backing* out, FileHeader* header);

/// A descriptor that is independent of the file's others and closes on exec. Negative on failure (errno).
int export_descriptor(const Backing& backing);

} // namespace sim
