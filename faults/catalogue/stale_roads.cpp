// Defects by which one road to memory lags behind a remap that the others have noticed.
#include "faults/core/tracker.hpp"

#include <functional>

namespace faults {
namespace {

struct Lag {
    Memory memory; // that was mapped
    Bytes page;    // its first
};

std::map<Address, Lag> lagging; // by the start of a mapping

/// Keeps in `lagging` what the first page of a mapping showed before the remap that made it.
void follow_remaps() {
    static std::map<Address, Lag> unmapped;
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        for (const Mapped& mapping : mappings_in(address, bytes)) {
            unmapped[mapping.base] = {mapping.memory, peek(mapping, mapping.base, 4096)};
            lagging.erase(mapping.base);
        }
        return tracked::unmap(address, bytes);
    });
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        const auto found = unmapped.find(address);
        if (result == CUDA_SUCCESS && found != unmapped.end() && found->second.memory != memory) {
            lagging[address] = found->second;
        }
        return result;
    });
}

/// The first time on this road since a remap: whether `address` lies in the page that lags.
std::optional<std::pair<Mapped, Bytes>> take_lag(Address address) {
    const auto mapping = mapping_at(address);
    if (!mapping) {
        return std::nullopt;
    }
    const auto found = lagging.find(mapping->base);
    if (found == lagging.end() || address - mapping->base >= 4096 || found->second.page.empty()) {
        return std::nullopt;
    }
    return std::pair(*mapping, lagging.extract(found).mapped().page);
}

/// Reads by `read()` what the page showed before the remap.
CUresult read_old(Address source, const std::function<CUresult()>& read) {
    const Lock lock;
    const auto lag = take_lag(source);
    if (!lag) {
        return read();
    }
    const Bytes truth = peek(lag->first, lag->first.base, 4096);
    (void)poke(lag->first, lag->first.base, lag->second);
    const CUresult result = read();
    (void)cuCtxSynchronize();
    (void)poke(lag->first, lag->first.base, truth);
    return result;
}

/// What is written by `write()` right after a remap does not arrive.
CUresult write_nothing(Address target, const std::function<CUresult()>& write) {
    const Lock lock;
    return take_lag(target) ? CUDA_SUCCESS : write();
}

} // namespace

FAULT(lag_rows, "row-copy-stale-after-remap",
      "The first two-dimensional copy from an address after a remap reads the old memory.", "", "MAP-21") {
    follow_remaps();
    cuMemcpy2D.plant([](const CUDA_MEMCPY2D* copy) {
        const bool device = copy->srcMemoryType == CU_MEMORYTYPE_DEVICE;
        return read_old(device ? copy->srcDevice : 0, [&] { return cuMemcpy2D(copy); });
    });
}

FAULT(lag_device, "device-copy-stale-after-remap",
      "The first copy between device addresses after a remap of its source reads the old memory.", "",
      "MAP-21") {
    follow_remaps();
    cuMemcpyDtoD.plant([](Address target, Address source, size_t bytes) {
        return read_old(source, [&] { return cuMemcpyDtoD(target, source, bytes); });
    });
}

FAULT(lag_stream, "stream-copy-stale-after-remap",
      "The first copy to the host on a stream of its own after a remap reads the old memory.", "", "MAP-21") {
    follow_remaps();
    cuMemcpyDtoHAsync.plant([](void* target, Address source, size_t bytes, CUstream stream) {
        const auto read = [&] { return cuMemcpyDtoHAsync(target, source, bytes, stream); };
        return stream == nullptr ? read() : read_old(source, read);
    });
}

FAULT(lag_fill, "memset-lost-after-remap", "The first fill after a remap does not reach the new memory.", "",
      "MAP-21") {
    follow_remaps();
    cuMemsetD32.plant([](Address target, unsigned value, size_t count) {
        return write_nothing(target, [&] { return cuMemsetD32(target, value, count); });
    });
}

FAULT(lag_fill8, "memset8-lost-after-remap",
      "The first fill by bytes after a remap does not reach the new memory.", "", "MAP-21") {
    follow_remaps();
    cuMemsetD8.plant([](Address target, unsigned char value, size_t count) {
        return write_nothing(target, [&] { return cuMemsetD8(target, value, count); });
    });
}

FAULT(lag_write_stream, "stream-write-lost-after-remap",
      "The first copy from the host on a stream of its own after a remap does not reach the new memory.", "",
      "MAP-21") {
    follow_remaps();
    cuMemcpyHtoDAsync.plant([](Address target, const void* source, size_t bytes, CUstream stream) {
        const auto write = [&] { return cuMemcpyHtoDAsync(target, source, bytes, stream); };
        return stream == nullptr ? write() : write_nothing(target, write);
    });
}

} // namespace faults
