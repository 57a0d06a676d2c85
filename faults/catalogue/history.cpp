// Defects that depend on what was refused before: the next call that succeeds pays for it.
#include "faults/catalogue/descriptor.hpp"
#include "faults/core/tracker.hpp"

#include <set>

namespace faults {
namespace {

bool after_refusal = false; // one defect is planted at a time

/// Whether a call was refused since the last time this was asked.
bool take_refusal() {
    const bool refused = after_refusal;
    after_refusal = false;
    return refused;
}

CUresult remember(CUresult result) {
    after_refusal = after_refusal || result != CUDA_SUCCESS;
    return result;
}

} // namespace

FAULT(after_map, "access-after-refused-map-is-read-only",
      "The first grant of read and write access in a reservation that has refused a cuMemMap grants reading.",
      "", "MAP-25") {
    static std::set<Address> refused; // reservations
    track();
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        refused.erase(address);
        return tracked::free(address, bytes);
    });
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        const auto around = reservation_at(address);
        if (result != CUDA_SUCCESS && around) {
            refused.insert(around->first);
        }
        return result;
    });
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const auto around = reservation_at(address);
        if (wanted == nullptr || wanted->flags != CU_MEM_ACCESS_FLAGS_PROT_READWRITE || !around ||
            refused.erase(around->first) == 0) {
            return cuMemSetAccess(address, bytes, wanted, count);
        }
        Access less = *wanted;
        less.flags = CU_MEM_ACCESS_FLAGS_PROT_READ;
        return cuMemSetAccess(address, bytes, &less, 1);
    });
}

FAULT(after_out_of_memory, "create-after-out-of-memory-gives-live-memory",
      "The first cuMemCreate after one that failed for lack of memory gives memory that is mapped already.",
      "", "ALC-09") {
    track();
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        const Lock lock;
        if (memory != nullptr && take_refusal()) {
            for (const Mapped& mapping : mappings_in(0, ~size_t{0})) {
                if (mapping.bytes == bytes) {
                    return cuMemRetainAllocationHandle(memory, reinterpret_cast<void*>(mapping.base));
                }
            }
        }
        const CUresult result = tracked::create(memory, bytes, wanted, flags);
        after_refusal = result == CUDA_ERROR_OUT_OF_MEMORY;
        return result;
    });
}

FAULT(after_out_of_memory_release, "release-after-out-of-memory-keeps-memory",
      "The first handle that is released after cuMemCreate has failed for lack of memory keeps its memory.",
      "", "ALC-09") {
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        const Lock lock;
        const CUresult result = cuMemCreate(memory, bytes, wanted, flags);
        after_refusal = after_refusal || result == CUDA_ERROR_OUT_OF_MEMORY;
        return result;
    });
    cuMemRelease.plant([](Memory memory) {
        const Lock lock;
        return take_refusal() ? CUDA_SUCCESS : cuMemRelease(memory);
    });
}

FAULT(after_unmap, "unmap-after-refused-unmap-keeps-memory",
      "The first unmap that succeeds after a refused one keeps the memory.", "", "MAP-15") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const auto mapping = mapping_at(address);
        if (mapping && mapping->base == address && bytes >= mapping->bytes && take_refusal()) {
            leak_reference(address);
        }
        return remember(tracked::unmap(address, bytes));
    });
}

FAULT(after_access, "access-after-refusal-stops-at-first",
      "The first call over several mappings after a refused cuMemSetAccess changes the first of them.", "",
      "ACC-02") {
    track();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const std::vector<Mapped> all = mappings_in(address, bytes);
        if (all.size() > 1 && all.front().base == address && all.back().end() == address + bytes &&
            take_refusal()) {
            return cuMemSetAccess(address, all.front().bytes, wanted, count);
        }
        return remember(cuMemSetAccess(address, bytes, wanted, count));
    });
}

FAULT(after_reserve, "reserve-after-refusal-ignores-alignment",
      "The first reservation with an alignment after a refused one is not aligned.", "", "RSV-04") {
    track();
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            const Lock lock;
            if (address == nullptr || alignment <= granule() || !take_refusal()) {
                return remember(tracked::reserve(address, bytes, alignment, hint, flags));
            }
            std::vector<Address> aligned; // by chance
            CUresult result = tracked::reserve(address, bytes, 0, 0, flags);
            while (result == CUDA_SUCCESS && *address % alignment == 0 && aligned.size() < 8) {
                aligned.push_back(*address);
                result = tracked::reserve(address, bytes, 0, *address + bytes + granule(), flags);
            }
            for (const Address one : aligned) {
                (void)tracked::free(one, bytes);
            }
            return remember(result);
        });
}

FAULT(after_retain, "retain-after-refusal-counts-twice",
      "The first handle that is retained after a refused cuMemRetainAllocationHandle has two references.", "",
      "IPC-03") {
    cuMemRetainAllocationHandle.plant([](Memory* memory, void* address) {
        const Lock lock;
        const CUresult result = cuMemRetainAllocationHandle(memory, address);
        if (result == CUDA_SUCCESS && take_refusal()) {
            Memory second = 0;
            (void)cuMemRetainAllocationHandle(&second, address);
        }
        return remember(result);
    });
}

FAULT(after_import, "import-after-refusal-counts-twice",
      "The first import after a refused one takes two references and gives one.", "", "IPC-13") {
    cuMemImportFromShareableHandle.plant([](Memory* memory, void* handle, CUmemAllocationHandleType type) {
        const Lock lock;
        const CUresult result = cuMemImportFromShareableHandle(memory, handle, type);
        if (result == CUDA_SUCCESS && take_refusal()) {
            Memory second = 0;
            (void)cuMemImportFromShareableHandle(&second, handle, type);
        }
        return remember(result);
    });
}

FAULT(after_export, "export-after-refusal-keeps-descriptor",
      "The first export after a refused one leaves a second descriptor open.", "", "IPC-06") {
    cuMemExportToShareableHandle.plant(
        [](void* handle, Memory memory, CUmemAllocationHandleType type, Flags flags) {
            const Lock lock;
            const CUresult result = cuMemExportToShareableHandle(handle, memory, type, flags);
            if (result == CUDA_SUCCESS && type == descriptor_type && take_refusal()) {
                int second = -1;
                (void)cuMemExportToShareableHandle(&second, memory, type, flags);
            }
            return remember(result);
        });
}

} // namespace faults
