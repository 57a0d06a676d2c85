// Defects that show in the data: old contents after a remap, and copies and fills that miss a part.
#include "faults/core/tracker.hpp"

#include <algorithm>
#include <functional>

namespace faults {
namespace {

struct Page {
    Memory memory; // whose contents these are
    size_t bytes;  // of the mapping that showed it
    Bytes contents;
};

/// Plants translations that go stale: the page that `choose(mapping)` names is seen with its old contents
/// when other memory is mapped there and access is set, if `stale(page, mapping)` says so.
void plant_stale(const std::function<Address(const Mapped&)>& choose,
                 const std::function<bool(const Page&, const Mapped&)>& stale) {
    static std::map<Address, Page> pages;
    track();
    cuMemUnmap.plant([choose](Address address, size_t bytes) {
        const Lock lock;
        for (const Mapped& mapping : mappings_in(address, bytes)) {
            const Address page = choose(mapping);
            pages[page] = {mapping.memory, mapping.bytes, peek(mapping, page, 4096)};
        }
        return tracked::unmap(address, bytes);
    });
    cuMemSetAccess.plant([stale](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const CUresult result = cuMemSetAccess(address, bytes, wanted, count);
        auto next = pages.lower_bound(address);
        while (result == CUDA_SUCCESS && next != pages.end() && next->first < address + bytes) {
            const auto mapping = mapping_at(next->first);
            if (mapping && mapping->memory != next->second.memory && stale(next->second, *mapping)) {
                (void)poke(*mapping, next->first, next->second.contents);
            }
            next = pages.erase(next);
        }
        return result;
    });
}

/// The end of the mapping around `address`, or `end` where there is none or it ends behind that.
Address border(Address address, Address end) {
    const auto mapping = mapping_at(address);
    return mapping ? std::min(mapping->end(), end) : end;
}

bool always(const Page&, const Mapped&) {
    return true;
}

Address first_page(const Mapped& mapping) {
    return mapping.base;
}

} // namespace

FAULT(stale_first, "stale-first-page", "After a remap the first page shows the old memory.",
      "ROCm/rocm-systems#11693", "REU-11 REU-12 MAP-21 HST-10") {
    plant_stale(first_page, always);
}

FAULT(stale_last, "stale-last-page", "After a remap the last page shows the old memory.",
      "ROCm/rocm-systems#11693", "REU-11 REU-12 MAP-21") {
    plant_stale([](const Mapped& mapping) { return mapping.end() - 4096; }, always);
}

FAULT(stale_middle, "stale-middle-page",
      "After a remap of eight granules or more the first page of the fifth shows the old memory.", "",
      "MAP-21") {
    plant_stale([](const Mapped& mapping) { return mapping.base + mapping.bytes / 2; },
                [](const Page& page, const Mapped&) { return page.bytes >= 8 * granule(); });
}

FAULT(stale_shape, "stale-after-other-size",
      "After a remap to memory of another size the first page shows the old memory.", "", "MAP-16") {
    plant_stale(first_page,
                [](const Page& page, const Mapped& mapping) { return page.bytes != mapping.bytes; });
}

FAULT(stale_fourth, "stale-every-fourth-time", "Every fourth remap shows the old memory in its first page.",
      "openxla/xla#41626", "REU-12 MAP-21 MAP-22") {
    static Every fourth(4);
    plant_stale(first_page, [](const Page&, const Mapped&) { return fourth(); });
}

FAULT(stale_nth, "stale-every-97th-time", "Every 97th remap shows the old memory in its last page.",
      "openxla/xla#41626", "REU-12") {
    static Every nth(97);
    plant_stale([](const Mapped& mapping) { return mapping.end() - 4096; },
                [](const Page&, const Mapped&) { return nth(); });
}

FAULT(write_lost, "first-write-lost",
      "The first small copy from the host after a remap goes to the old memory.", "", "MAP-21") {
    static std::map<Address, bool> fresh;
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        fresh[address] = true;
        return tracked::unmap(address, bytes);
    });
    cuMemcpyHtoD.plant([](Address target, const void* source, size_t bytes) {
        const Lock lock;
        const auto mapping = mapping_at(target);
        return mapping && bytes <= 4096 && fresh[mapping->base] && fresh.erase(mapping->base) != 0
                   ? CUDA_SUCCESS
                   : cuMemcpyHtoD(target, source, bytes);
    });
}

FAULT(copy_to_border, "copy-from-host-stops-at-border",
      "A copy from the host stops where one mapping ends and the next begins.", "openucx/ucx#11461",
      "MAP-12") {
    track();
    cuMemcpyHtoD.plant([](Address target, const void* source, size_t bytes) {
        return cuMemcpyHtoD(target, source, border(target, target + bytes) - target);
    });
}

FAULT(copy_from_border, "device-copy-stops-at-border",
      "A copy between device addresses stops where the mapping of its source ends.", "openucx/ucx#11461",
      "MAP-12") {
    track();
    cuMemcpyDtoD.plant([](Address target, Address source, size_t bytes) {
        return cuMemcpyDtoD(target, source, border(source, source + bytes) - source);
    });
}

FAULT(copy_odd, "odd-copy-drops-last-byte",
      "A copy from the host of an odd number of bytes across a border drops the last.", "", "MAP-12") {
    track();
    cuMemcpyHtoD.plant([](Address target, const void* source, size_t bytes) {
        const bool crosses = border(target, target + bytes) != target + bytes;
        return cuMemcpyHtoD(target, source, crosses ? bytes - bytes % 2 : bytes);
    });
}

FAULT(copy_rows, "row-copy-drops-last-row", "A two-dimensional copy into mapped memory drops the last row.",
      "", "MAP-12") {
    cuMemcpy2D.plant([](const CUDA_MEMCPY2D* copy) {
        CUDA_MEMCPY2D shorter = *copy;
        shorter.Height -= shorter.Height > 1 ? 1 : 0;
        return cuMemcpy2D(&shorter);
    });
}

FAULT(memset_rows, "row-memset-fills-gaps",
      "A two-dimensional fill writes one word past the end of each row.", "", "MAP-12") {
    cuMemsetD2D32.plant([](Address target, size_t pitch, unsigned value, size_t width, size_t height) {
        return cuMemsetD2D32(target, pitch, value, width + 1, height);
    });
}

FAULT(memset_border, "memset-stops-at-border", "A fill stops where one mapping ends and the next begins.", "",
      "MAP-12") {
    track();
    cuMemsetD32.plant([](Address target, unsigned value, size_t words) {
        return cuMemsetD32(target, value, (border(target, target + words * 4) - target) / 4);
    });
}

FAULT(memset_long, "memset-one-word-too-long", "A fill that crosses a border writes one word too many.", "",
      "MAP-12") {
    track();
    cuMemsetD32.plant([](Address target, unsigned value, size_t words) {
        const bool crosses = border(target, target + words * 4) != target + words * 4;
        return cuMemsetD32(target, value, crosses ? words + 1 : words);
    });
}

FAULT(memset_byte, "memset-value-truncated", "cuMemsetD32 fills with the low byte of its value.", "",
      "ACC-01 ALC-24 MAP-12") {
    cuMemsetD32.plant([](Address target, unsigned value, size_t words) {
        return cuMemsetD32(target, (value & 0xff) * 0x01010101U, words);
    });
}

FAULT(product_swapped, "neighbour-remapped-too",
      "Remapping one range changes the last page of the mapping with the next higher address.", "",
      "MAP-21") {
    track();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const CUresult result = cuMemSetAccess(address, bytes, wanted, count);
        const std::vector<Mapped> above = mappings_in(address + bytes, 64 * granule());
        if (result == CUDA_SUCCESS && !above.empty()) {
            (void)poke(above.front(), above.front().end() - 4096, Bytes(4096, 0x77));
        }
        return result;
    });
}

FAULT(copy_chunk, "large-copy-drops-chunk",
      "A copy from the host of 256 KiB or more goes in chunks of 64 KiB, and the third is lost.", "",
      "REU-07 REU-10 MAP-12 GRU-04") {
    cuMemcpyHtoD.plant([](Address target, const void* source, size_t bytes) {
        constexpr size_t chunk = 65536;
        if (bytes < 4 * chunk) {
            return cuMemcpyHtoD(target, source, bytes);
        }
        const CUresult result = cuMemcpyHtoD(target, source, 2 * chunk);
        return result != CUDA_SUCCESS
                   ? result
                   : cuMemcpyHtoD(target + 3 * chunk, static_cast<const char*>(source) + 3 * chunk,
                                  bytes - 3 * chunk);
    });
}

} // namespace faults
