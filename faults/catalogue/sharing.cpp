// Defects of memory that comes from other processes.
#include "faults/catalogue/descriptor.hpp"
#include "faults/catalogue/imported.hpp"

#include <cstdint>
#include <set>
#include <unistd.h>

namespace faults {
namespace {

int number_of(void* handle) {
    return static_cast<int>(reinterpret_cast<intptr_t>(handle));
}

/// The last page of shared memory is lost when the process that has it in `shared` unmaps it.
void plant_scrub_on_unmap(std::set<Memory>& shared) {
    cuMemUnmap.plant([&shared](Address address, size_t bytes) {
        const Lock lock;
        const auto mapping = mapping_at(address);
        if (mapping && mapping->bytes == bytes && shared.contains(mapping->memory)) {
            (void)poke(*mapping, mapping->end() - 4096, Bytes(4096));
        }
        return tracked::unmap(address, bytes);
    });
}

} // namespace

FAULT(import_copy, "import-is-a-copy",
      "Imported memory is a copy: it shows what was there when it was mapped, and no more.", "",
      "IPC-09 IPC-10 ALC-11 HST-07") {
    static std::map<Address, Memory> originals;
    track_imports();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        Address passing = 0;
        Memory copy = memory;
        const Properties plain = plain_properties();
        Bytes contents;
        if (imported().contains(memory) && cuMemAddressReserve(&passing, bytes, 0, 0, 0) == CUDA_SUCCESS) {
            if (cuMemMap(passing, bytes, 0, memory, 0) == CUDA_SUCCESS) {
                contents = peek({passing, bytes, memory}, passing, bytes);
                (void)cuMemUnmap(passing, bytes);
                (void)cuMemCreate(&copy, bytes, &plain, 0);
            }
            (void)cuMemAddressFree(passing, bytes);
        }
        const CUresult result = tracked::map(address, bytes, offset, copy, flags);
        if (copy != memory) {
            (void)poke({address, bytes, copy}, address, contents);
            (void)cuMemRelease(copy);
        }
        return result;
    });
}

FAULT(import_leaks, "import-counts-twice", "An import takes two references and gives one.", "",
      "IPC-11 ALC-11") {
    cuMemImportFromShareableHandle.plant([](Memory* memory, void* handle, CUmemAllocationHandleType type) {
        Memory lost = 0;
        (void)cuMemImportFromShareableHandle(memory == nullptr ? nullptr : &lost, handle, type);
        return cuMemImportFromShareableHandle(memory, handle, type);
    });
}

FAULT(import_closes, "import-closes-descriptor", "An import closes the caller's descriptor.", "",
      "IPC-09 CAPQ-04") {
    cuMemImportFromShareableHandle.plant([](Memory* memory, void* handle, CUmemAllocationHandleType type) {
        const CUresult result = cuMemImportFromShareableHandle(memory, handle, type);
        if (result == CUDA_SUCCESS) {
            close(number_of(handle));
        }
        return result;
    });
}

FAULT(import_number, "import-remembers-number",
      "A descriptor number that was imported once stands for the first memory ever after.", "", "IPC-07") {
    static std::map<int, int> first;
    cuMemImportFromShareableHandle.plant([](Memory* memory, void* handle, CUmemAllocationHandleType type) {
        const Lock lock;
        const int number = number_of(handle);
        if (number >= 500 && !first.contains(number)) {
            first[number] = dup(number);
        }
        return cuMemImportFromShareableHandle(
            memory, first.contains(number) ? os_handle(first[number]) : handle, type);
    });
}

FAULT(import_type, "import-type-ignored",
      "An import takes a descriptor under the name of any other handle type.", "", "IPC-13") {
    cuMemImportFromShareableHandle.plant([](Memory* memory, void* handle, CUmemAllocationHandleType type) {
        const bool small = reinterpret_cast<uintptr_t>(handle) < 4096;
        return cuMemImportFromShareableHandle(memory, handle, small ? descriptor_type : type);
    });
}

FAULT(import_file, "import-file-accepted",
      "An import of a descriptor that is no memory gives a fresh granule.", "", "IPC-13") {
    cuMemImportFromShareableHandle.plant([](Memory* memory, void* handle, CUmemAllocationHandleType type) {
        const CUresult result = cuMemImportFromShareableHandle(memory, handle, type);
        const Properties plain = plain_properties();
        const bool file = type == descriptor_type && lseek(number_of(handle), 0, SEEK_END) > 0;
        return result != CUDA_SUCCESS && file ? cuMemCreate(memory, granule(), &plain, 0) : result;
    });
}

FAULT(import_refused_leaks, "import-refused-keeps-descriptor",
      "A refused import leaves a duplicate of the descriptor open.", "", "IPC-13") {
    cuMemImportFromShareableHandle.plant([](Memory* memory, void* handle, CUmemAllocationHandleType type) {
        const CUresult result = cuMemImportFromShareableHandle(memory, handle, type);
        if (result != CUDA_SUCCESS && type == descriptor_type) {
            [[maybe_unused]] const int lost = dup(number_of(handle));
        }
        return result;
    });
}

FAULT(import_first_granule, "import-first-granule-only", "Of imported memory only one granule can be mapped.",
      "", "IPC-09 IPC-10") {
    track_imports();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        return imported().contains(memory) && bytes > granule()
                   ? CUDA_ERROR_INVALID_VALUE
                   : cuMemMap(address, bytes, offset, memory, flags);
    });
}

FAULT(importer_scrubs, "importer-takes-contents",
      "When an importer unmaps, the last page of the exporter's memory is lost.", "",
      "IPC-10 IPC-26 IPC-11 HST-07") {
    track_imports();
    plant_scrub_on_unmap(imported());
}

FAULT(exporter_scrubs, "exporter-takes-contents",
      "When an exporter unmaps, the last page of what others have imported is lost.", "", "IPC-12") {
    static std::set<Memory> exported;
    track();
    cuMemExportToShareableHandle.plant(
        [](void* out, Memory memory, CUmemAllocationHandleType type, Flags flags) {
            const Lock lock;
            exported.insert(memory);
            return cuMemExportToShareableHandle(out, memory, type, flags);
        });
    plant_scrub_on_unmap(exported);
}

FAULT(import_read_only, "import-read-only",
      "Setting read and write access for imported memory sets read access only.", "", "IPC-10 IPC-09") {
    track_imports();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const auto mapping = mapping_at(address);
        Access less = count == 1 && wanted != nullptr ? *wanted : Access{};
        less.flags = CU_MEM_ACCESS_FLAGS_PROT_READ;
        const bool cut = mapping && imported().contains(mapping->memory) && count == 1 && wanted != nullptr &&
                         wanted->flags == CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
        return cuMemSetAccess(address, bytes, cut ? &less : wanted, count);
    });
}

} // namespace faults
