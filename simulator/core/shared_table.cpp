#include "core/shared_table.hpp"

#include "core/environment.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sim {
namespace {

constexpr off_t table_byte = 0; // the byte whose lock excludes other processes; slot i has byte 1 + i

/// Locks belong to the open file description: they survive nothing but the last descriptor, and fork keeps
/// them.
bool lock(int file, short type, off_t byte, bool wait) {
    struct flock request = {};
    request.l_type = type;
    request.l_whence = SEEK_SET;
    request.l_start = byte;
    request.l_len = 1;
    int result = 0;
    do {
        result = fcntl(file, wait ? F_OFD_SETLKW : F_OFD_SETLK, &request);
    } while (result != 0 && errno == EINTR);
    return result == 0;
}

bool locked_by_other(int file, off_t byte) {
    struct flock request = {};
    request.l_type = F_WRLCK;
    request.l_whence = SEEK_SET;
    request.l_start = byte;
    request.l_len = 1;
    return fcntl(file, F_OFD_GETLK, &request) == 0 && request.l_type != F_UNLCK;
}

/// Names the file after the user, the GPU and this very library file: two builds of the simulator may lay out
/// the table differently and never meet.
std::string table_path() {
    const char* folder = "/dev/shm";
    if (access(folder, W_OK) != 0) {
        const char* runtime_folder = std::getenv("XDG_RUNTIME_DIR");
        folder = runtime_folder != nullptr ? runtime_folder : "/tmp";
    }
    Dl_info library = {};
    struct stat build = {};
    if (dladdr(reinterpret_cast<void*>(&table_path), &library) != 0) {
        (void)stat(library.dli_fname, &build);
    }
    std::string gpu = gpu_name();
    for (char& c : gpu) {
        c = c == '/' ? '_' : c;
    }
    return std::string(folder) + "/vmm-cts-simulator-" + std::to_string(getuid()) + "-" +
           std::to_string(build.st_dev) + "-" + std::to_string(build.st_ino) + "-" + gpu;
}

} // namespace

bool SharedTable::open_file(const char* name) {
    // The last user removes the file. Whoever opened it just before that holds a file without a name, and
    // tries again.
    for (;;) {
        file = ::open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (file < 0) {
            return false;
        }
        struct stat opened = {};
        struct stat named = {};
        if (lock(file, F_WRLCK, table_byte, true) && fstat(file, &opened) == 0 && stat(name, &named) == 0 &&
            opened.st_ino == named.st_ino) {
            return true;
        }
        ::close(file);
    }
}

bool SharedTable::claim_slot() {
    for (int i = 0; i < most_processes; ++i) {
        if (!lock(file, F_WRLCK, 1 + i, false)) {
            continue;
        }
        my_slot = i;
        ProcessSlot& slot = mine();
        slot.private_bytes = 0;
        slot.entries = 0;
        slot.pid = static_cast<uint64_t>(getpid());
        return true;
    }
    errno = EUSERS;
    return false;
}

bool SharedTable::open() {
    const std::string name = table_path();
    std::snprintf(path, sizeof path, "%s", name.c_str());
    constexpr size_t bytes = sizeof(ProcessSlot) * most_processes;
    if (open_file(path)) {
        if (ftruncate(file, bytes) == 0) {
            void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
            if (memory != MAP_FAILED) {
                slots = static_cast<ProcessSlot*>(memory);
            }
        }
        const bool claimed = slots != nullptr && claim_slot();
        const int error = errno;
        lock(file, F_UNLCK, table_byte, false);
        errno = error;
        if (claimed) {
            owner = getpid();
            return true;
        }
    }
    std::fprintf(stderr, "cuda-vmm-cts simulator: the table of processes %s cannot be used: %s.\n", path,
                 std::strerror(errno));
    return false;
}

void SharedTable::close() {
    if (my_slot < 0 || owner != getpid()) {
        return; // a forked child leaves the table to its parent
    }
    lock(file, F_WRLCK, table_byte, true);
    bool alone = true;
    for (int i = 0; i < most_processes && alone; ++i) {
        alone = i == my_slot || !locked_by_other(file, 1 + i);
    }
    if (alone) {
        unlink(path);
    }
    lock(file, F_UNLCK, table_byte, false);
}

ProcessSlot* SharedTable::live(int index) const {
    if (index == my_slot) {
        return &slots[index];
    }
    // A slot that was never used needs no question to the kernel.
    return slots[index].pid != 0 && locked_by_other(file, 1 + index) ? &slots[index] : nullptr;
}

SharedTable::Guard::Guard(const SharedTable& t) : table(t) {
    lock(table.file, F_WRLCK, table_byte, true);
}
SharedTable::Guard::~Guard() {
    lock(table.file, F_UNLCK, table_byte, false);
}

} // namespace sim
