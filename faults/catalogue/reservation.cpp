// Defects of cuMemAddressReserve.
#include "faults/core/tracker.hpp"

#include <algorithm>
#include <bit>

namespace faults {
namespace {

/// Addresses that a defect handed out without reserving them.
std::map<Address, size_t>& phantoms() {
    static std::map<Address, size_t> instance;
    return instance;
}

void plant_free_of_phantoms() {
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        return phantoms().erase(address) != 0 ? CUDA_SUCCESS : tracked::free(address, bytes);
    });
}

CUresult hand_out(Address* address, Address place, size_t bytes) {
    phantoms()[place] = bytes;
    *address = place;
    return CUDA_SUCCESS;
}

/// Sizes that the driver rounded, by address; the free must undo it.
std::map<Address, std::pair<size_t, size_t>>& rounded() {
    static std::map<Address, std::pair<size_t, size_t>> instance;
    return instance;
}

CUresult reserve_other_size(Address* address, size_t asked, size_t taken, size_t alignment, Address hint,
                            Flags flags) {
    const Lock lock;
    const CUresult result = cuMemAddressReserve(address, taken, alignment, hint, flags);
    if (result == CUDA_SUCCESS) {
        rounded()[*address] = {asked, taken};
    }
    return result;
}

void plant_free_of_rounded() {
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        const auto found = rounded().find(address);
        const bool ours = found != rounded().end() && found->second.first == bytes;
        const CUresult result = cuMemAddressFree(address, ours ? found->second.second : bytes);
        if (ours && result == CUDA_SUCCESS) {
            rounded().erase(found);
        }
        return result;
    });
}

} // namespace

FAULT(reserve_alignment_limit, "reserve-alignment-limited",
      "cuMemAddressReserve honours alignments up to 1 GiB and takes larger ones for 1 GiB.", "", "RSV-04") {
    cuMemAddressReserve.plant([](Address* address, size_t bytes, size_t alignment, Address hint,
                                 Flags flags) {
        const size_t limit = size_t{1} << 30;
        return cuMemAddressReserve(address, bytes,
                                   std::has_single_bit(alignment) && alignment > limit ? limit : alignment,
                                   hint, flags);
    });
}

FAULT(reserve_alignment_rounded, "reserve-alignment-rounded",
      "cuMemAddressReserve rounds an alignment that is no power of two up to one.", "", "RSV-04") {
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            return cuMemAddressReserve(address, bytes, alignment == 0 ? 0 : std::bit_ceil(alignment), hint,
                                       flags);
        });
}

FAULT(reserve_size_rounded, "reserve-size-rounded",
      "cuMemAddressReserve rounds a size off the host page size up to whole pages.", "", "RSV-02") {
    cuMemAddressReserve.plant([](Address* address, size_t bytes, size_t alignment, Address hint,
                                 Flags flags) {
        const size_t page = 4096;
        return reserve_other_size(address, bytes, (bytes + page - 1) / page * page, alignment, hint, flags);
    });
    plant_free_of_rounded();
}

FAULT(reserve_zero, "reserve-zero-bytes", "cuMemAddressReserve gives a granule to a request for no bytes.",
      "", "RSV-03") {
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            return reserve_other_size(address, bytes, bytes == 0 ? granule() : bytes, alignment, hint, flags);
        });
    plant_free_of_rounded();
}

FAULT(reserve_short, "reserve-short",
      "A reservation of more than 2^23 bytes ends a granule before the size that was asked for.", "",
      "RSV-01") {
    cuMemAddressReserve.plant([](Address* address, size_t bytes, size_t alignment, Address hint,
                                 Flags flags) {
        const bool cut = bytes > granule() * 4 && bytes < granule() * 32;
        return reserve_other_size(address, bytes, cut ? bytes - granule() : bytes, alignment, hint, flags);
    });
    plant_free_of_rounded();
}

FAULT(reserve_nothing, "reserve-odd-size-not-kept",
      "A reservation of an odd number of granules above four is told an address and not made.", "",
      "RSV-01") {
    track();
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            const Lock lock;
            const bool odd = bytes > granule() * 4 && bytes / granule() % 2 == 1;
            const CUresult result = tracked::reserve(address, bytes, alignment, hint, flags);
            return result == CUDA_SUCCESS && odd && tracked::free(*address, bytes) == CUDA_SUCCESS
                       ? hand_out(address, *address, bytes)
                       : result;
        });
    plant_free_of_phantoms();
}

FAULT(reserve_granules_only, "reserve-whole-granules-only",
      "cuMemAddressReserve refuses sizes that are pages but no granules.", "", "RSV-02") {
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            return bytes % granule() != 0 ? CUDA_ERROR_INVALID_VALUE
                                          : cuMemAddressReserve(address, bytes, alignment, hint, flags);
        });
}

FAULT(reserve_hint_obeyed, "reserve-hint-obeyed",
      "cuMemAddressReserve hands out the hinted address although a reservation lives there.", "",
      "RSV-05 MAP-19") {
    track();
    cuMemAddressReserve.plant([](Address* address, size_t bytes, size_t alignment, Address hint,
                                 Flags flags) {
        const Lock lock;
        return hint != 0 && reservation_at(hint) ? hand_out(address, hint, bytes)
                                                 : tracked::reserve(address, bytes, alignment, hint, flags);
    });
    plant_free_of_phantoms();
}

FAULT(reserve_unmapped_again, "reserve-gives-unmapped-range",
      "A range that was unmapped goes to the next reservation whose hint names it, though its reservation "
      "lives.",
      "", "MAP-19") {
    track();
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            const Lock lock;
            const auto around = hint == 0 ? std::nullopt : reservation_at(hint);
            const bool empty = around && mappings_in(around->first, around->second).empty();
            return empty ? hand_out(address, hint, bytes)
                         : tracked::reserve(address, bytes, alignment, hint, flags);
        });
    plant_free_of_phantoms();
}

FAULT(reserve_hint_refused, "reserve-hint-refused",
      "cuMemAddressReserve fails with OUT_OF_MEMORY when the hinted range is taken, instead of choosing "
      "another.",
      "NVIDIA/DALI#3128", "RSV-05") {
    track();
    cuMemAddressReserve.plant([](Address* address, size_t bytes, size_t alignment, Address hint,
                                 Flags flags) {
        return hint != 0 && reservation_at(hint) ? CUDA_ERROR_OUT_OF_MEMORY
                                                 : tracked::reserve(address, bytes, alignment, hint, flags);
    });
}

FAULT(reserve_over_device_memory, "reserve-over-device-memory",
      "Now and then a reservation of five granules lies over memory that cudaMalloc has handed out.", "",
      "RSV-10") {
    static Address last = 0;
    cudaMalloc.plant([](void** memory, size_t bytes) {
        const Lock lock;
        const cudaError_t result = cudaMalloc(memory, bytes);
        last = result == cudaSuccess ? reinterpret_cast<Address>(*memory) : last;
        return result;
    });
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            const Lock lock;
            return last != 0 && bytes == 5 * granule()
                       ? hand_out(address, last, bytes)
                       : cuMemAddressReserve(address, bytes, alignment, hint, flags);
        });
    plant_free_of_phantoms();
}

FAULT(reserve_flags_high, "reserve-high-flags-ignored",
      "cuMemAddressReserve looks at the low 32 bits of its flags only.", "", "RSV-07") {
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            return cuMemAddressReserve(address, bytes, alignment, hint, flags & 0xffffffffU);
        });
}

FAULT(reserve_null, "reserve-null-accepted",
      "cuMemAddressReserve reports success when there is nowhere to put the address.", "", "RSV-08") {
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            return address == nullptr ? CUDA_SUCCESS
                                      : cuMemAddressReserve(address, bytes, alignment, hint, flags);
        });
}

FAULT(reserve_absurd, "reserve-size-overflows",
      "The sum of size and alignment overflows: a reservation of 2^62 bytes or more reports success with a "
      "granule.",
      "", "RSV-09") {
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            return reserve_other_size(address, bytes, bytes >= size_t{1} << 62 ? granule() : bytes, alignment,
                                      hint, flags);
        });
    plant_free_of_rounded();
}

FAULT(reserve_page_tables, "reserve-takes-memory",
      "Reservations of a thousand granules and more take a granule of device memory for page tables.", "",
      "RSV-09") {
    static std::map<Address, Memory> tables;
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            const Lock lock;
            const CUresult result = cuMemAddressReserve(address, bytes, alignment, hint, flags);
            if (result == CUDA_SUCCESS && bytes >= 1000 * granule()) {
                const Properties plain = plain_properties();
                (void)cuMemCreate(&tables[*address], granule(), &plain, 0);
            }
            return result;
        });
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        const CUresult result = cuMemAddressFree(address, bytes);
        if (result == CUDA_SUCCESS && tables.contains(address)) {
            (void)cuMemRelease(tables.extract(address).mapped());
        }
        return result;
    });
}

FAULT(reserve_zero_page, "reserve-reads-as-zero",
      "A copy from a reservation without memory reads zeros instead of being refused.", "", "RSV-17 MAP-19") {
    track();
    cuMemcpyDtoH.plant([](void* target, Address source, size_t bytes) {
        const CUresult result = cuMemcpyDtoH(target, source, bytes);
        if (result != CUDA_SUCCESS && reservation_at(source) && !mapping_at(source)) {
            std::fill_n(static_cast<unsigned char*>(target), bytes, static_cast<unsigned char>(0));
            return CUDA_SUCCESS;
        }
        return result;
    });
}

FAULT(reserve_hint_alignment, "reserve-alignment-ignored-with-hint",
      "cuMemAddressReserve ignores the alignment when a hint is given.", "", "RSV-04") {
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            return cuMemAddressReserve(address, bytes, hint == 0 ? alignment : 0, hint, flags);
        });
}

FAULT(reserve_same_again, "reserve-gives-live-range",
      "Every fourth reservation of one granule gives the range of the one before, which lives.", "",
      "REU-05 RSV-16") {
    static Every fourth(4);
    static Address last = 0;
    track();
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            const Lock lock;
            if (bytes == granule() && flags == 0 && fourth() && reservation_at(last)) {
                return hand_out(address, last, bytes);
            }
            const CUresult result = tracked::reserve(address, bytes, alignment, hint, flags);
            last = result == CUDA_SUCCESS ? *address : last;
            return result;
        });
    plant_free_of_phantoms();
}

FAULT(reserve_odd_hint, "reserve-odd-hint-followed", "A hint off the host page size is followed to the byte.",
      "", "RSV-06") {
    track();
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            const Lock lock;
            return hint % 4096 != 0 ? hand_out(address, hint, bytes)
                                    : tracked::reserve(address, bytes, alignment, hint, flags);
        });
    plant_free_of_phantoms();
}

} // namespace faults
