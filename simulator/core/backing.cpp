#include "core/backing.hpp"

#include <cstdio>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sim {
namespace {

constexpr uint64_t file_magic = 0x31535443'4d4d5643; // "CVMMCTS1"
constexpr int file_seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

// Offsets are never used twice: a sparse file has room for every allocation of a process, and a punched hole
// is free.
constexpr off_t arena_bytes = off_t{1} << 62;
off_t arena_next = 0;

int arena_file() {
    static const int file = [] {
        const int created = memfd_create("vmm-cts-simulator-arena", MFD_CLOEXEC);
        return created >= 0 && ftruncate(created, arena_bytes) == 0 ? created : -1;
    }();
    return file;
}

int reopen(int file) {
    char path[32];
    std::snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    return open(path, O_RDWR | O_CLOEXEC);
}

} // namespace

Backing take_from_arena(size_t bytes) {
    const Backing backing{arena_file(), arena_next, 0};
    arena_next += static_cast<off_t>(bytes);
    return backing;
}

void give_back_to_arena(const Backing& backing, size_t bytes) {
    fallocate(backing.file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, backing.offset,
              static_cast<off_t>(bytes));
}

Backing create_file(size_t bytes, const CUmemAllocationProp& properties) {
    const int file = memfd_create("vmm-cts-simulator-memory", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    const FileHeader header{file_magic, bytes, properties};
    struct stat status = {};
    if (file < 0 || ftruncate(file, static_cast<off_t>(bytes + sizeof header)) != 0 ||
        pwrite(file, &header, sizeof header, static_cast<off_t>(bytes)) != sizeof header ||
        fcntl(file, F_ADD_SEALS, file_seals) != 0 || fstat(file, &status) != 0) {
        if (file >= 0) {
            close(file);
        }
        return {};
    }
    return {file, 0, status.st_ino};
}

bool open_file(int descriptor, Backing* out, FileHeader* header) {
    struct stat status = {};
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) ||
        fcntl(descriptor, F_GET_SEALS) != file_seals || status.st_size < static_cast<off_t>(sizeof *header) ||
        pread(descriptor, header, sizeof *header, status.st_size - static_cast<off_t>(sizeof *header)) !=
            static_cast<ssize_t>(sizeof *header) ||
        header->magic != file_magic ||
        header->bytes + sizeof *header != static_cast<uint64_t>(status.st_size)) {
        return false;
    }
    *out = {reopen(descriptor), 0, status.st_ino};
    return out->file >= 0;
}

int export_descriptor(const Backing& backing) {
    return reopen(backing.file);
}

} // namespace sim
