#include "core/address_space.hpp"

#include "core/physical.hpp"
#include "core/state.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

namespace sim {
namespace {

constexpr int nothing = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

int device_views = 0; // device work that runs now
int kernel_views = 0; // kernels that run now
int host_mappings = 0;

int protection(CUmemAccess_flags access) {
    switch (access) {
    case CU_MEM_ACCESS_FLAGS_PROT_READWRITE:
        return PROT_READ | PROT_WRITE;
    case CU_MEM_ACCESS_FLAGS_PROT_READ:
        return PROT_READ;
    default:
        return PROT_NONE;
    }
}

int protection(const Mapping& mapping) {
    if (mapping.physical->on_device()) {
        return protection(mapping.device_access);
    }
    if (kernel_views > 0) {
        return protection(mapping.device_access);
    }
    return protection(mapping.host_access) |
           (device_views > 0 ? protection(mapping.device_access) : PROT_NONE);
}

bool host_view_differs(const Mapping& mapping) {
    return !mapping.physical->on_device() && mapping.host_access != mapping.device_access;
}

void protect_differing() {
    if (host_mappings == 0) {
        return;
    }
    for (auto& [base, range] : ranges()) {
        if (range.kind != RangeKind::reservation) {
            continue;
        }
        for (auto& [address, mapping] : range.mappings) {
            if (host_view_differs(mapping)) {
                protect(mapping);
            }
        }
    }
}

[[noreturn]] void die(const char* intention) {
    std::fprintf(stderr,
                 "cuda-vmm-cts simulator: the kernel refuses to %s: %s. Is vm.max_map_count too small?\n",
                 intention, std::strerror(errno));
    std::abort();
}

void* at(Address address) {
    return reinterpret_cast<void*>(address);
}

} // namespace

size_t host_page_size() {
    static const auto size = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    return size;
}

std::map<Address, Range>& ranges() {
    static auto* table = new std::map<Address, Range>;
    return *table;
}

Address reserve_address_space(size_t bytes, size_t alignment, Address hint) {
    if (hint != 0 && hint % alignment == 0) {
        void* place = mmap(at(hint), bytes, PROT_NONE, nothing | MAP_FIXED_NOREPLACE, -1, 0);
        if (place == at(hint)) {
            return hint;
        }
        if (place != MAP_FAILED) {
            munmap(place, bytes); // kernels before 4.17 ignore the flag
        }
    }
    const size_t padding = alignment - host_page_size();
    void* place = mmap(nullptr, bytes + padding, PROT_NONE, nothing, -1, 0);
    if (place == MAP_FAILED) {
        return 0;
    }
    const auto start = reinterpret_cast<Address>(place);
    const Address base = (start + padding) & ~(Address{alignment} - 1);
    if (base != start) {
        munmap(place, base - start);
    }
    if (const size_t tail = start + padding - base; tail != 0) {
        munmap(at(base + bytes), tail);
    }
    return base;
}

void release_address_space(Address base, size_t bytes) {
    munmap(at(base), bytes);
}

bool install(const Mapping& mapping) {
    const Backing& backing = mapping.physical->backing;
    return mmap(at(mapping.base), mapping.bytes, protection(mapping), MAP_SHARED | MAP_FIXED | MAP_NORESERVE,
                backing.file, backing.offset) != MAP_FAILED;
}

void protect(const Mapping& mapping) {
    if (mprotect(at(mapping.base), mapping.bytes, protection(mapping)) != 0) {
        die("change the protection of a mapping");
    }
}

void remove(const Mapping& mapping) {
    if (mmap(at(mapping.base), mapping.bytes, PROT_NONE, nothing | MAP_FIXED, -1, 0) == MAP_FAILED) {
        die("take a mapping away");
    }
}

void remap_all(const Physical& physical) {
    for (auto& [base, range] : ranges()) {
        for (auto& [address, mapping] : range.mappings) {
            if (mapping.physical.get() == &physical && !install(mapping)) {
                die("move a mapping");
            }
        }
    }
}

void count_host_mapping(const Mapping& mapping, int change) {
    host_mappings += mapping.physical->on_device() ? 0 : change;
}

DeviceView::DeviceView() {
    const Lock lock;
    if (device_views++ == 0) {
        protect_differing();
    }
}

DeviceView::~DeviceView() {
    const Lock lock;
    if (--device_views == 0) {
        protect_differing();
    }
}

KernelView::KernelView() {
    const Lock lock;
    if (kernel_views++ == 0) {
        protect_differing();
    }
}

KernelView::~KernelView() {
    const Lock lock;
    if (--kernel_views == 0) {
        protect_differing();
    }
}

bool is_granted_to_host(Address address) {
    const Lock lock;
    Range* range = find_range(address);
    const Mapping* mapping = range == nullptr ? nullptr : find_mapping(*range, address);
    return mapping != nullptr && !mapping->physical->on_device() &&
           mapping->host_access != CU_MEM_ACCESS_FLAGS_PROT_NONE;
}

} // namespace sim
