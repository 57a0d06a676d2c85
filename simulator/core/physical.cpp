#include "core/physical.hpp"

#include "core/address_space.hpp"
#include "core/device_memory.hpp"
#include "core/state.hpp"

#include <algorithm>
#include <map>
#include <sys/mman.h>
#include <unistd.h>

namespace sim {
namespace {

std::map<uint64_t, std::weak_ptr<Physical>>& shared_files() {
    static auto* files = new std::map<uint64_t, std::weak_ptr<Physical>>;
    return *files;
}

bool copy_to_file(const Backing& from, const Backing& to, size_t bytes) {
    void* source = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, from.file, from.offset);
    if (source == MAP_FAILED) {
        return false;
    }
    // Holes stay holes: only what was written is copied.
    bool copied = true;
    off_t data = from.offset;
    const off_t end = from.offset + static_cast<off_t>(bytes);
    while (copied && (data = lseek(from.file, data, SEEK_DATA)) >= 0 && data < end) {
        const off_t hole = std::min(lseek(from.file, data, SEEK_HOLE), end);
        while (copied && data < hole) {
            const ssize_t written =
                pwrite(to.file, static_cast<char*>(source) + (data - from.offset),
                       static_cast<size_t>(hole - data), to.offset + (data - from.offset));
            copied = written > 0;
            data += written;
        }
    }
    munmap(source, bytes);
    return copied;
}

} // namespace

Physical::~Physical() {
    const Lock lock;
    if (backing.inode != 0) {
        shared_files().erase(backing.inode);
        close(backing.file);
        if (on_device()) {
            give_back_shared_memory(backing.inode);
        }
        return;
    }
    if (backing.file >= 0) {
        give_back_to_arena(backing, bytes);
        if (on_device()) {
            give_back_device_memory(bytes);
        }
    }
}

unsigned long long next_id() {
    static unsigned long long last = 0;
    return ++last;
}

CUmemAllocationProp device_memory_properties() {
    CUmemAllocationProp properties{};
    properties.type = CU_MEM_ALLOCATION_TYPE_PINNED;
    properties.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
    return properties;
}

CUresult create_physical(size_t bytes, const CUmemAllocationProp& properties,
                         std::shared_ptr<Physical>* out) {
    auto physical = std::make_shared<Physical>();
    physical->bytes = bytes;
    physical->properties = properties;
    physical->block_id = next_id();
    if (physical->on_device() && !take_device_memory(bytes)) {
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    physical->backing = take_from_arena(bytes);
    if (physical->backing.file < 0) {
        if (physical->on_device()) {
            give_back_device_memory(bytes);
        }
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *out = std::move(physical);
    return CUDA_SUCCESS;
}

CUresult make_shareable(const std::shared_ptr<Physical>& physical) {
    if (physical->backing.inode != 0) {
        return CUDA_SUCCESS;
    }
    const Backing own = create_file(physical->bytes, physical->properties);
    if (own.file < 0) {
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    if (!copy_to_file(physical->backing, own, physical->bytes) ||
        (physical->on_device() && !share_device_memory(own.inode, physical->bytes))) {
        close(own.file);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    const Backing old = physical->backing;
    physical->backing = own;
    remap_all(*physical);
    give_back_to_arena(old, physical->bytes);
    shared_files()[own.inode] = physical;
    return CUDA_SUCCESS;
}

CUresult import_physical(int descriptor, std::shared_ptr<Physical>* out) {
    Backing backing;
    FileHeader header{};
    if (!open_file(descriptor, &backing, &header)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (const auto known = shared_files().find(backing.inode); known != shared_files().end()) {
        *out = known->second.lock();
        close(backing.file);
        return CUDA_SUCCESS;
    }
    auto physical = std::make_shared<Physical>();
    physical->bytes = header.bytes;
    physical->properties = header.properties;
    physical->block_id = next_id();
    physical->imported = true;
    if (physical->on_device() && !import_device_memory(backing.inode, header.bytes)) {
        close(backing.file);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    physical->backing = backing;
    shared_files()[backing.inode] = physical;
    *out = std::move(physical);
    return CUDA_SUCCESS;
}

} // namespace sim
