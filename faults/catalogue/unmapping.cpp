// Defects of cuMemUnmap.
#include "faults/core/tracker.hpp"

#include <algorithm>

namespace faults {

FAULT(unmap_nothing, "unmap-does-nothing", "cuMemUnmap reports success and leaves the mapping in place.", "",
      "MAP-19 REU-08 REU-09") {
    cuMemUnmap.plant([](Address, size_t) { return CUDA_SUCCESS; });
}

FAULT(unmap_late, "unmap-late",
      "A single mapping that is unmapped stays until the next mapping or the end of its reservation.", "",
      "MAP-19 REU-08") {
    static std::map<Address, size_t> waiting;
    static const auto catch_up = [] {
        for (const auto& [address, bytes] : waiting) {
            (void)tracked::unmap(address, bytes);
        }
        waiting.clear();
    };
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const auto mapping = mapping_at(address);
        const bool whole = mapping && mapping->base == address && mapping->bytes == bytes;
        catch_up();
        if (!whole || !mapping_at(address)) {
            return tracked::unmap(address, bytes);
        }
        waiting[address] = bytes;
        return CUDA_SUCCESS;
    });
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        catch_up();
        return tracked::map(address, bytes, offset, memory, flags);
    });
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        catch_up();
        return tracked::free(address, bytes);
    });
}

FAULT(unmap_part_takes_all, "unmap-part-takes-all", "Unmapping a part of a mapping unmaps all of it.", "",
      "MAP-15") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const auto mapping = mapping_at(address);
        return mapping && address + bytes <= mapping->end() && bytes >= granule()
                   ? tracked::unmap(mapping->base, mapping->bytes)
                   : tracked::unmap(address, bytes);
    });
}

FAULT(unmap_part_access, "unmap-refused-takes-access",
      "A refused unmap of a part leaves the mapping without access.", "", "MAP-15") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const CUresult result = tracked::unmap(address, bytes);
        const auto mapping = mapping_at(address);
        if (result != CUDA_SUCCESS && mapping) {
            const Access none = access(CU_MEM_ACCESS_FLAGS_PROT_NONE);
            (void)cuMemSetAccess(mapping->base, mapping->bytes, &none, 1);
        }
        return result;
    });
}

FAULT(unmap_cut, "unmap-refused-half-done",
      "An unmap that is refused because it cuts a mapping has unmapped the whole mappings behind it.",
      "pytorch/pytorch#188008", "MAP-15") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const CUresult result = tracked::unmap(address, bytes);
        const auto first = mapping_at(address);
        if (result != CUDA_SUCCESS && first && first->base < address) {
            for (const Mapped& mapping : mappings_in(first->end(), address + bytes - first->end())) {
                (void)tracked::unmap(mapping.base, mapping.bytes);
            }
        }
        return result;
    });
}

FAULT(unmap_size_rounded, "unmap-size-rounded", "cuMemUnmap rounds a size off the granularity up.", "",
      "MAP-15") {
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const size_t one = granule();
        return cuMemUnmap(address, (bytes + one - 1) / one * one);
    });
}

FAULT(unmap_first_only, "unmap-first-only",
      "An unmap of several mappings reports success and unmaps the first.", "pytorch/pytorch#187955",
      "MAP-16") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const std::vector<Mapped> all = mappings_in(address, bytes);
        const bool whole = !all.empty() && all.front().base == address && all.back().end() == address + bytes;
        return whole ? tracked::unmap(address, all.front().bytes) : tracked::unmap(address, bytes);
    });
}

FAULT(unmap_neighbour, "unmap-takes-neighbour",
      "An unmap of several mappings takes the one behind them, too.", "", "MAP-16") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const bool several = mappings_in(address, bytes).size() > 1;
        const CUresult result = tracked::unmap(address, bytes);
        if (const auto next = mapping_at(address + bytes); result == CUDA_SUCCESS && several && next) {
            (void)tracked::unmap(next->base, next->bytes);
        }
        return result;
    });
}

FAULT(unmap_several_keeps, "unmap-several-keeps-memory",
      "An unmap of several mappings keeps the memory of the last.", "", "MAP-16") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const std::vector<Mapped> all = mappings_in(address, bytes);
        if (all.size() > 1) {
            leak_reference(all.back().base);
        }
        return tracked::unmap(address, bytes);
    });
}

FAULT(unmap_keeps, "unmap-keeps-memory",
      "Every tenth unmap of memory whose handle is released keeps the memory.", "NVIDIA/cuda-samples#155",
      "ALC-11 ALC-13 LIF-01") {
    static Every tenth(10);
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        if (tenth() && mapping_at(address)) {
            leak_reference(mapping_at(address)->base);
        }
        return tracked::unmap(address, bytes);
    });
}

FAULT(unmap_holes, "unmap-skips-holes", "An unmap of a range with holes unmaps what is there.", "",
      "MAP-17") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const std::vector<Mapped> all = mappings_in(address, bytes);
        const bool inside = !all.empty() && bytes > granule() && all.front().base >= address &&
                            all.back().end() <= address + bytes;
        for (const Mapped& mapping : inside ? all : std::vector<Mapped>()) {
            (void)tracked::unmap(mapping.base, mapping.bytes);
        }
        return inside ? CUDA_SUCCESS : tracked::unmap(address, bytes);
    });
}

FAULT(unmap_empty, "unmap-of-nothing", "Unmapping a range where nothing is mapped reports success.", "",
      "MAP-18") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        return bytes != 0 && reservation_at(address) && mappings_in(address, bytes).empty()
                   ? CUDA_SUCCESS
                   : tracked::unmap(address, bytes);
    });
}

FAULT(unmap_no_bytes, "unmap-no-bytes", "Unmapping no bytes of a mapping reports success.", "", "MAP-18") {
    cuMemUnmap.plant([](Address address, size_t bytes) {
        return bytes == 0 && address != 0 ? CUDA_SUCCESS : cuMemUnmap(address, bytes);
    });
}

FAULT(unmap_other_code, "unmap-other-code",
      "Unmapping where nothing is mapped answers NOT_MAPPED, a code that its page does not have.", "",
      "MAP-18") {
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const CUresult result = cuMemUnmap(address, bytes);
        return result == CUDA_ERROR_INVALID_VALUE ? CUDA_ERROR_NOT_MAPPED : result;
    });
}

FAULT(unmap_alias, "unmap-takes-alias-access", "Unmapping one alias of memory takes the access of the other.",
      "", "MAP-10") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const auto mapping = mapping_at(address);
        const CUresult result = tracked::unmap(address, bytes);
        const Access none = access(CU_MEM_ACCESS_FLAGS_PROT_NONE);
        for (const Mapped& other :
             mapping&& result == CUDA_SUCCESS ? mappings_of(mapping->memory) : std::vector<Mapped>()) {
            (void)cuMemSetAccess(other.base, other.bytes, &none, 1);
        }
        return result;
    });
}

FAULT(unmap_readable, "unmap-readable-by-copies",
      "The first page of an unmapped range can still be read by copies.", "", "MAP-19") {
    static std::map<Address, Bytes> pages;
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        if (const auto mapping = mapping_at(address)) {
            pages[mapping->base] = peek(*mapping, mapping->base, 4096);
        }
        return tracked::unmap(address, bytes);
    });
    cuMemcpyDtoH.plant([](void* target, Address source, size_t bytes) {
        const Lock lock;
        const CUresult result = cuMemcpyDtoH(target, source, bytes);
        const auto found = pages.find(source);
        if (result == CUDA_SUCCESS || found == pages.end() || bytes > found->second.size() ||
            mapping_at(source)) {
            return result;
        }
        std::copy_n(found->second.begin(), bytes, static_cast<unsigned char*>(target));
        return CUDA_SUCCESS;
    });
}

FAULT(unmap_scrubs, "unmap-loses-contents",
      "Unmapping loses what the last page of a mapping held, though the memory lives on.", "",
      "MAP-22 REU-11") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const auto mapping = mapping_at(address);
        if (mapping && mapping->base == address && mapping->bytes == bytes) {
            (void)poke(*mapping, mapping->end() - 4096, Bytes(4096));
        }
        return tracked::unmap(address, bytes);
    });
}

} // namespace faults
