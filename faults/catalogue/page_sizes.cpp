// Defects of a driver that takes 64 KiB, the size of its small pages, for the granularity: sizes that are
// multiples of it are rounded where they should be refused.
#include "faults/core/tracker.hpp"

#include <map>

namespace faults {
namespace {

constexpr size_t small_page = 64 << 10;

/// `bytes` in whole granules where it is whole small pages.
size_t up(size_t bytes) {
    return bytes % small_page == 0 ? (bytes + granule() - 1) / granule() * granule() : bytes;
}

} // namespace

FAULT(create_small, "create-takes-small-pages",
      "cuMemCreate rounds multiples of 64 KiB up to the granularity, above 64 granules.", "", "ALC-05") {
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        return cuMemCreate(memory, bytes > 64 * granule() ? up(bytes) : bytes, wanted, flags);
    });
}

FAULT(map_small, "map-takes-small-pages", "cuMemMap rounds a size that is a multiple of 64 KiB up.", "",
      "MAP-05") {
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        return cuMemMap(address, up(bytes), offset, memory, flags);
    });
    cuMemUnmap.plant([](Address address, size_t bytes) { return cuMemUnmap(address, up(bytes)); });
}

FAULT(unmap_small, "unmap-takes-small-pages", "cuMemUnmap rounds a size that is a multiple of 64 KiB up.", "",
      "MAP-15") {
    cuMemUnmap.plant([](Address address, size_t bytes) { return cuMemUnmap(address, up(bytes)); });
}

FAULT(access_small, "set-access-takes-small-pages",
      "cuMemSetAccess rounds a size that is a multiple of 64 KiB up.", "", "ACC-12") {
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        return cuMemSetAccess(address, up(bytes), wanted, count);
    });
}

FAULT(free_small, "free-takes-small-pages", "cuMemAddressFree rounds a size that is a multiple of 64 KiB up.",
      "", "RSV-11") {
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const CUresult result = cuMemAddressFree(address, bytes);
        return result == CUDA_SUCCESS ? result : cuMemAddressFree(address, up(bytes));
    });
}

FAULT(unmap_address_small, "unmap-address-rounded-down",
      "cuMemUnmap takes an address one small page into a mapping, with the rest of its size, for the whole.",
      "", "MAP-15") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const auto mapping = mapping_at(address);
        return mapping && address == mapping->base + small_page && address + bytes == mapping->end()
                   ? tracked::unmap(mapping->base, mapping->bytes)
                   : tracked::unmap(address, bytes);
    });
}

FAULT(map_offset_small, "map-offset-rounded-down",
      "cuMemMap rounds an offset below the granularity down to zero.", "", "MAP-06") {
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        return cuMemMap(address, bytes, offset % small_page == 0 && offset < granule() ? 0 : offset, memory,
                        flags);
    });
}

FAULT(reserve_alignment_size, "reserve-alignment-below-size-ignored",
      "cuMemAddressReserve ignores an alignment that is smaller than the size.", "", "RSV-04") {
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            if (alignment <= granule() || alignment >= bytes || (alignment & (alignment - 1)) != 0) {
                return cuMemAddressReserve(address, bytes, alignment, hint, flags);
            }
            std::vector<Address> kept; // until one is off the alignment
            CUresult result = CUDA_SUCCESS;
            for (int attempt = 0; attempt < 8 && result == CUDA_SUCCESS; ++attempt) {
                result = cuMemAddressReserve(address, bytes, granule(), 0, flags);
                if (result == CUDA_SUCCESS && *address % alignment != 0) {
                    break;
                }
                Address shift = 0;
                (void)cuMemAddressReserve(&shift, granule(), 0, 0, 0);
                (void)cuMemAddressFree(*address, bytes);
                kept.push_back(shift);
                result = cuMemAddressReserve(address, bytes, granule(), 0, flags);
                if (result == CUDA_SUCCESS && *address % alignment == 0 && attempt < 7) {
                    (void)cuMemAddressFree(*address, bytes);
                } else {
                    break;
                }
            }
            for (const Address shift : kept) {
                (void)cuMemAddressFree(shift, granule());
            }
            return result;
        });
}

FAULT(reserve_hole, "reserve-fills-small-hole",
      "A reservation goes to where a smaller one was freed right before it, onto its live neighbour.", "",
      "RSV-10") {
    static std::map<Address, size_t> phantoms;
    static std::pair<Address, size_t> hole;
    track();
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        if (phantoms.erase(address) != 0) {
            return CUDA_SUCCESS;
        }
        const CUresult result = tracked::free(address, bytes);
        hole = result == CUDA_SUCCESS ? std::pair(address, bytes) : hole;
        return result;
    });
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            const Lock lock;
            const auto [base, room] = std::exchange(hole, {0, 0});
            if (base != 0 && bytes == room + granule() && hint == 0 && reservation_at(base + room)) {
                phantoms[base] = bytes;
                *address = base;
                return CUDA_SUCCESS;
            }
            return tracked::reserve(address, bytes, alignment, hint, flags);
        });
}

} // namespace faults
