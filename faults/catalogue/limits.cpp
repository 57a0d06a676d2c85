// Defects of what is large or many: sizes of 32 bits, tables that are full, borders of page tables.
#include "faults/core/tracker.hpp"

#include <algorithm>

namespace faults {
namespace {

constexpr size_t four_gib = size_t{1} << 32;
constexpr size_t one_gib = size_t{1} << 30;

/// A number of this thread's own: ids of the system come again.
unsigned this_thread() {
    static std::atomic<unsigned> threads = 0;
    thread_local const unsigned number = ++threads;
    return number;
}

size_t in_32_bits(size_t bytes) {
    return bytes > four_gib ? bytes % four_gib : bytes;
}

} // namespace

FAULT(create_32, "create-size-32-bit", "cuMemCreate keeps the low 32 bits of sizes above 4 GiB.", "",
      "ALC-04") {
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        return cuMemCreate(memory, bytes < 64 * one_gib ? in_32_bits(bytes) : bytes, wanted, flags);
    });
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        return cuMemMap(address, in_32_bits(bytes), offset, memory, flags);
    });
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        return cuMemSetAccess(address, in_32_bits(bytes), wanted, count);
    });
    cuMemUnmap.plant([](Address address, size_t bytes) { return cuMemUnmap(address, in_32_bits(bytes)); });
}

FAULT(set_access_32, "set-access-size-32-bit", "cuMemSetAccess keeps the low 32 bits of sizes above 4 GiB.",
      "", "ALC-04 MAP-12") {
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        return cuMemSetAccess(address, in_32_bits(bytes), wanted, count);
    });
}

FAULT(unmap_32, "unmap-size-32-bit", "cuMemUnmap keeps the low 32 bits of sizes above 4 GiB.", "",
      "ALC-04 MAP-16") {
    cuMemUnmap.plant([](Address address, size_t bytes) { return cuMemUnmap(address, in_32_bits(bytes)); });
}

FAULT(reserve_32, "reserve-size-32-bit", "cuMemAddressReserve keeps the low 32 bits of sizes above 4 GiB.",
      "", "RSV-09") {
    static std::map<Address, size_t> asked;
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            const Lock lock;
            const size_t low = std::max(in_32_bits(bytes), granule());
            const size_t taken = bytes > four_gib && bytes < (size_t{1} << 48) ? low : bytes;
            const CUresult result = cuMemAddressReserve(address, taken, alignment, hint, flags);
            if (result == CUDA_SUCCESS) {
                asked[*address] = taken;
            }
            return result;
        });
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        return cuMemAddressFree(address,
                                bytes > four_gib && asked.contains(address) ? asked[address] : bytes);
    });
}

FAULT(map_border, "map-across-table-border",
      "Memory of several granules cannot be mapped across an address that is a multiple of 1 GiB.", "",
      "MAP-12") {
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const bool crosses = address / one_gib != (address + bytes - 1) / one_gib;
        return crosses && bytes < one_gib ? CUDA_ERROR_OUT_OF_MEMORY
                                          : cuMemMap(address, bytes, offset, memory, flags);
    });
}

FAULT(border_access, "access-stops-at-table-border",
      "cuMemSetAccess stops at an address that is a multiple of 1 GiB when mappings begin there.", "",
      "MAP-12") {
    track();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Address border = (address / one_gib + 1) * one_gib;
        const auto behind = mapping_at(border);
        const bool stops = border < address + bytes && behind && behind->base == border;
        return cuMemSetAccess(address, stops ? border - address : bytes, wanted, count);
    });
}

FAULT(handles_full, "handle-table-full",
      "A process can have 3,000 allocations; the next is refused for lack of memory.", "", "ALC-28") {
    static std::atomic<int> live = 0;
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        const CUresult result =
            live >= 3000 ? CUDA_ERROR_OUT_OF_MEMORY : cuMemCreate(memory, bytes, wanted, flags);
        live += result == CUDA_SUCCESS ? 1 : 0;
        return result;
    });
    cuMemRelease.plant([](Memory memory) {
        const CUresult result = cuMemRelease(memory);
        live -= result == CUDA_SUCCESS ? 1 : 0;
        return result;
    });
}

FAULT(reserve_offset, "map-offset-in-reservation-32-bit",
      "A mapping more than 4 GiB behind the start of its reservation is refused.", "", "RSV-09 MAP-12") {
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const auto around = reservation_at(address);
        return around && address - around->first >= four_gib
                   ? CUDA_ERROR_INVALID_VALUE
                   : tracked::map(address, bytes, offset, memory, flags);
    });
}

FAULT(release_thread, "release-by-other-thread-lost",
      "A handle that another thread released keeps its memory.", "", "MAP-28") {
    static std::map<Memory, unsigned> makers;
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        const Lock lock;
        const CUresult result = cuMemCreate(memory, bytes, wanted, flags);
        if (result == CUDA_SUCCESS) {
            makers[*memory] = this_thread();
        }
        return result;
    });
    cuMemRelease.plant([](Memory memory) {
        const Lock lock;
        return makers.contains(memory) && makers[memory] != this_thread() ? CUDA_SUCCESS
                                                                          : cuMemRelease(memory);
    });
}

FAULT(unmap_thread, "unmap-by-other-thread-keeps-memory",
      "A mapping that another thread unmaps than the one that made it keeps its memory.", "", "MAP-28") {
    static std::map<Address, unsigned> makers;
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        if (result == CUDA_SUCCESS) {
            makers[address] = this_thread();
        }
        return result;
    });
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        if (mapping_at(address) && makers[address] != this_thread()) {
            leak_reference(address);
        }
        return tracked::unmap(address, bytes);
    });
}

} // namespace faults
