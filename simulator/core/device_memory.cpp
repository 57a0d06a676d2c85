#include "core/device_memory.hpp"

#include "core/environment.hpp"
#include "core/shared_table.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <dirent.h>
#include <set>
#include <sys/stat.h>

namespace sim {
namespace {

SharedTable& table() {
    static SharedTable* instance = new SharedTable; // outlives every static destructor
    return *instance;
}

/// Whether the process has a descriptor of the file; an exported one, since the simulator closed its own.
bool has_descriptor(uint64_t pid, uint64_t inode) {
    char folder[32];
    std::snprintf(folder, sizeof folder, "/proc/%llu/fd", static_cast<unsigned long long>(pid));
    DIR* descriptors = opendir(folder);
    if (descriptors == nullptr) {
        return false;
    }
    bool found = false;
    while (const dirent* entry = readdir(descriptors)) {
        struct stat file = {};
        // An open folder has a descriptor. NOLINTNEXTLINE(clang-analyzer-unix.StdCLibraryFunctions)
        if (fstatat(dirfd(descriptors), entry->d_name, &file, 0) == 0 && S_ISREG(file.st_mode) &&
            file.st_ino == inode) {
            found = true;
            break;
        }
    }
    closedir(descriptors);
    return found;
}

SharedEntry* find_entry(ProcessSlot& slot, uint64_t inode) {
    for (uint64_t i = 0; i < slot.entries; ++i) {
        if (slot.shared[i].inode == inode) {
            return &slot.shared[i];
        }
    }
    return nullptr;
}

bool add_entry(uint64_t inode, size_t bytes) {
    ProcessSlot& slot = table().mine();
    SharedEntry* entry = find_entry(slot, inode);
    if (entry == nullptr) {
        entry = find_entry(slot, 0);
    }
    if (entry == nullptr) {
        if (slot.entries == ProcessSlot::most_entries) {
            return false;
        }
        entry = &slot.shared[slot.entries];
        entry->inode = 0;
        ++slot.entries;
    }
    entry->bytes = bytes;
    entry->only_descriptors = 0;
    entry->inode = inode; // last: from here on it counts
    return true;
}

size_t used_device_memory() {
    size_t used = 0;
    std::set<uint64_t> counted;
    for (int i = 0; i < SharedTable::most_processes; ++i) {
        ProcessSlot* slot = table().live(i);
        if (slot == nullptr) {
            continue;
        }
        used += slot->private_bytes;
        for (uint64_t k = 0; k < slot->entries; ++k) {
            SharedEntry& entry = slot->shared[k];
            if (entry.inode != 0 && entry.only_descriptors != 0 && !has_descriptor(slot->pid, entry.inode)) {
                entry.inode = 0; // the last descriptor was closed
            }
            if (entry.inode != 0 && counted.insert(entry.inode).second) {
                used += entry.bytes;
            }
        }
    }
    return used;
}

size_t free_now() {
    const size_t total = device_memory_bytes();
    return total - std::min(total, used_device_memory());
}

} // namespace

bool open_device_memory() {
    if (!table().open()) {
        return false;
    }
    std::atexit([] { table().close(); });
    return true;
}

size_t free_device_memory() {
    const SharedTable::Guard guard(table());
    return free_now();
}

bool take_device_memory(size_t bytes) {
    const SharedTable::Guard guard(table());
    if (bytes > free_now()) {
        return false;
    }
    table().mine().private_bytes += bytes;
    return true;
}

void give_back_device_memory(size_t bytes) {
    table().mine().private_bytes -= bytes;
}

bool share_device_memory(uint64_t inode, size_t bytes) {
    const SharedTable::Guard guard(table());
    if (!add_entry(inode, bytes)) {
        return false;
    }
    table().mine().private_bytes -= bytes;
    return true;
}

bool import_device_memory(uint64_t inode, size_t bytes) {
    const SharedTable::Guard guard(table());
    return add_entry(inode, bytes);
}

void give_back_shared_memory(uint64_t inode) {
    const SharedTable::Guard guard(table());
    if (SharedEntry* entry = find_entry(table().mine(), inode)) {
        entry->only_descriptors = 1;
    }
}

} // namespace sim
