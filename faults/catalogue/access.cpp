// Defects of cuMemSetAccess: which access gets where.
#include "faults/core/tracker.hpp"

#include <thread>

namespace faults {
namespace {

constexpr auto none = CU_MEM_ACCESS_FLAGS_PROT_NONE;
constexpr auto read = CU_MEM_ACCESS_FLAGS_PROT_READ;
constexpr auto read_write = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;

CUresult set(const Mapped& mapping, CUmemAccess_flags flags) {
    const Access wanted = access(flags);
    return cuMemSetAccess(mapping.base, mapping.bytes, &wanted, 1);
}

/// Whether this is a call of the plain sort: one descriptor, for a device.
bool plain(const Access* wanted, size_t count) {
    return wanted != nullptr && count == 1 && wanted->location.type == CU_MEM_LOCATION_TYPE_DEVICE;
}

/// Plants a cuMemSetAccess that does `after(address, bytes, flags)` when a plain call has succeeded.
template<typename After>
void plant_after(After after) {
    track();
    cuMemSetAccess.plant([after](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const CUresult result = cuMemSetAccess(address, bytes, wanted, count);
        if (result == CUDA_SUCCESS && plain(wanted, count)) {
            after(address, bytes, wanted->flags);
        }
        return result;
    });
}

} // namespace

FAULT(access_widened, "access-read-is-write", "Read access lets writes through.", "",
      "ACC-05 ACC-07 ACC-15") {
    plant_after([](Address address, size_t bytes, CUmemAccess_flags flags) {
        for (const Mapped& mapping : flags == read ? mappings_in(address, bytes) : std::vector<Mapped>()) {
            (void)set(mapping, read_write);
        }
    });
}

FAULT(access_no_way_back, "access-write-not-restored",
      "Memory that was read-only once stays so when write access is granted again.", "", "ACC-07 ALC-12") {
    static std::map<Address, bool> was_read;
    plant_after([](Address address, size_t bytes, CUmemAccess_flags flags) {
        was_read[address] = was_read[address] || flags == read;
        for (const Mapped& mapping :
             flags == read_write && was_read[address] ? mappings_in(address, bytes) : std::vector<Mapped>()) {
            (void)set(mapping, read);
        }
    });
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        was_read.erase(address);
        return tracked::map(address, bytes, offset, memory, flags);
    });
}

FAULT(access_tail, "access-tail-dropped", "Of a call over several mappings the last one keeps its access.",
      "", "ACC-03 MAP-12") {
    track();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const std::vector<Mapped> all = mappings_in(address, bytes);
        const auto before = all.empty() ? none : access_at(all.back().base);
        const CUresult result = cuMemSetAccess(address, bytes, wanted, count);
        if (result == CUDA_SUCCESS && all.size() > 1) {
            (void)set(all.back(), before);
        }
        return result;
    });
}

FAULT(access_large, "access-large-mapping-skipped",
      "A call over several mappings skips those of three granules.", "", "ACC-03") {
    plant_after([](Address address, size_t bytes, CUmemAccess_flags) {
        const std::vector<Mapped> all = mappings_in(address, bytes);
        for (const Mapped& mapping : all) {
            if (all.size() > 1 && mapping.bytes == 3 * granule()) {
                (void)set(mapping, none);
            }
        }
    });
}

FAULT(access_neighbour, "access-changes-neighbour",
      "A call over several mappings changes the one behind them, too.", "", "ACC-03") {
    plant_after([](Address address, size_t bytes, CUmemAccess_flags flags) {
        const auto next = mapping_at(address + bytes);
        if (next && mappings_in(address, bytes).size() > 1) {
            (void)set(*next, flags);
        }
    });
}

FAULT(access_growth, "access-growth-resets",
      "Granting access to the new tail of a buffer takes it from the granule before.",
      "openvm-org/stark-backend#362", "ACC-03") {
    plant_after([](Address address, size_t, CUmemAccess_flags flags) {
        const auto before = mapping_at(address - 1);
        if (before && before->memory != mapping_at(address)->memory && flags == read_write) {
            (void)set(*before, none);
        }
    });
}

FAULT(access_aliases, "access-shared-by-aliases",
      "Access belongs to the memory: setting it for one mapping sets it for all.", "", "ACC-21") {
    plant_after([](Address address, size_t bytes, CUmemAccess_flags flags) {
        for (const Mapped& mapping : mappings_in(address, bytes)) {
            for (const Mapped& alias : mappings_of(mapping.memory)) {
                (void)set(alias, flags);
            }
        }
    });
}

FAULT(access_counted, "access-grants-counted",
      "Grants are counted: access is taken away when it was taken as often as granted.", "", "ACC-08") {
    static std::map<Address, int> grants;
    plant_after([](Address address, size_t bytes, CUmemAccess_flags flags) {
        grants[address] += flags == none ? -1 : 1;
        for (const Mapped& mapping :
             flags == none && grants[address] > 0 ? mappings_in(address, bytes) : std::vector<Mapped>()) {
            (void)set(mapping, read_write);
        }
    });
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        grants.erase(address);
        return tracked::map(address, bytes, offset, memory, flags);
    });
}

FAULT(access_loses_contents, "access-none-loses-contents",
      "Taking the access away loses what the last page held.", "", "ACC-06 ACC-07") {
    plant_after([](Address address, size_t bytes, CUmemAccess_flags flags) {
        for (const Mapped& mapping : flags == none ? mappings_in(address, bytes) : std::vector<Mapped>()) {
            (void)poke(mapping, mapping.end() - 4096, Bytes(4096));
        }
    });
}

FAULT(access_first_bytes, "access-first-word-lost", "Making memory read-only loses its first word.", "",
      "ACC-05 ACC-07") {
    plant_after([](Address address, size_t bytes, CUmemAccess_flags flags) {
        for (const Mapped& mapping : flags == read ? mappings_in(address, bytes) : std::vector<Mapped>()) {
            (void)poke(mapping, mapping.base, Bytes(4, 0x5a));
        }
    });
}

FAULT(access_not_ready, "access-not-ready",
      "Under load cuMemSetAccess answers NOT_READY at times, a code that its page does not list.",
      "AtomicBot-ai/atomic-llama-cpp-turboquant#27", "ACC-17") {
    static const std::thread::id first = std::this_thread::get_id();
    static Every nth(40);
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        return std::this_thread::get_id() != first && nth() ? CUDA_ERROR_NOT_READY
                                                            : cuMemSetAccess(address, bytes, wanted, count);
    });
}

FAULT(access_lost, "access-lost-now-and-then",
      "Every 300th cuMemSetAccess reports success and changes nothing.", "", "MAP-21 LIF-01") {
    static Every nth(300);
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        return nth() ? CUDA_SUCCESS : cuMemSetAccess(address, bytes, wanted, count);
    });
}

FAULT(access_fails, "access-fails-now-and-then", "Every 200th cuMemSetAccess fails for lack of memory.", "",
      "MAP-21 LIF-01") {
    static Every nth(200);
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        return nth() ? CUDA_ERROR_OUT_OF_MEMORY : cuMemSetAccess(address, bytes, wanted, count);
    });
}

FAULT(access_no_context, "access-without-context-lost",
      "On a thread without a context cuMemSetAccess reports success and sets nothing.", "", "CAPQ-10") {
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        CUcontext current = nullptr;
        (void)cuCtxGetCurrent(&current);
        return current == nullptr ? CUDA_SUCCESS : cuMemSetAccess(address, bytes, wanted, count);
    });
}

FAULT(access_imported, "access-travels-with-memory",
      "A mapping of imported memory starts with read access: its exporter can read it.", "",
      "ACC-22 IPC-10") {
    track();
    static std::map<Memory, bool> imported;
    cuMemImportFromShareableHandle.plant([](Memory* memory, void* handle, CUmemAllocationHandleType type) {
        const Lock lock;
        const CUresult result = cuMemImportFromShareableHandle(memory, handle, type);
        if (result == CUDA_SUCCESS) {
            imported[*memory] = true;
        }
        return result;
    });
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        if (result == CUDA_SUCCESS && imported[memory]) {
            (void)set({address, bytes, memory}, read);
        }
        return result;
    });
}

} // namespace faults
