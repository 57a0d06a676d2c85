// Defects that show at a number of things: the one behind a full batch, an id or a counter that is too
// narrow.
#include "faults/catalogue/pointer_answer.hpp"

namespace faults {
namespace {

constexpr size_t batch = 512;

/// The last of the mappings that a call over [address, address + bytes) names, when it is alone in its batch.
std::optional<Mapped> behind_batch(Address address, size_t bytes) {
    const std::vector<Mapped> all = mappings_in(address, bytes);
    const bool alone = all.size() > 1 && all.size() % batch == 1;
    return alone && all.back().end() == address + bytes ? std::optional(all.back()) : std::nullopt;
}

} // namespace

FAULT(batch_access, "access-batch-drops-one-behind",
      "cuMemSetAccess goes over mappings in batches of 512, and leaves out one that is alone in the last.",
      "", "ACC-03") {
    track();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const auto last = behind_batch(address, bytes);
        return cuMemSetAccess(address, last ? last->base - address : bytes, wanted, count);
    });
}

FAULT(batch_unmap, "unmap-batch-drops-one-behind",
      "cuMemUnmap goes over mappings in batches of 512, and leaves one that is alone in the last.", "",
      "MAP-16") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const auto last = behind_batch(address, bytes);
        return tracked::unmap(address, last ? last->base - address : bytes);
    });
}

FAULT(batch_changes, "access-changes-saturate",
      "The changes of access of a mapping are counted in 8 bits; those beyond are lost.", "", "ACC-07") {
    static std::map<Address, unsigned> changes;
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        for (const Mapped& mapping : mappings_in(address, bytes)) {
            changes.erase(mapping.base);
        }
        return tracked::unmap(address, bytes);
    });
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const auto mapping = mapping_at(address);
        if (mapping && mapping->base == address && ++changes[address] > 255) {
            return CUDA_SUCCESS;
        }
        return cuMemSetAccess(address, bytes, wanted, count);
    });
}

FAULT(narrow_block, "block-id-8-bit", "MEMORY_BLOCK_ID of virtual memory has 8 bits.", "", "PTR-06") {
    plant_answer<unsigned long long>(CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID,
                                     [](unsigned long long& id, Address) { id &= 0xff; });
}

FAULT(narrow_buffer, "buffer-id-8-bit", "BUFFER_ID of virtual memory has 8 bits, and a mark of its kind.", "",
      "PTR-07") {
    plant_answer<unsigned long long>(CU_POINTER_ATTRIBUTE_BUFFER_ID, [](unsigned long long& id, Address) {
        id = (id & 0xff) | 0x4000000000000000;
    });
}

FAULT(batch_exports, "exports-saturate",
      "Of one memory there are 100 exports: those beyond are refused until it is created anew.", "",
      "IPC-07") {
    static std::map<Memory, unsigned> exports;
    track();
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::create(memory, bytes, wanted, flags);
        if (result == CUDA_SUCCESS) {
            exports.erase(*memory);
        }
        return result;
    });
    cuMemExportToShareableHandle.plant(
        [](void* handle, Memory memory, CUmemAllocationHandleType type, Flags flags) {
            const Lock lock;
            return ++exports[memory] > 100 ? CUDA_ERROR_OUT_OF_MEMORY
                                           : cuMemExportToShareableHandle(handle, memory, type, flags);
        });
}

} // namespace faults
