// Defects of the mappings of imported memory.
#include "faults/catalogue/imported.hpp"
#include "faults/catalogue/pointer_answer.hpp"

namespace faults {
namespace {

bool is_import(const std::optional<Mapped>& mapping) {
    return mapping && imported().contains(mapping->memory);
}

} // namespace

FAULT(imported_release, "release-of-import-takes-write-access",
      "Releasing the handle of imported memory makes its mappings read-only.", "", "IPC-09") {
    track_imports();
    cuMemRelease.plant([](Memory memory) {
        const Lock lock;
        for (const Mapped& mapping :
             imported().contains(memory) ? mappings_of(memory) : std::vector<Mapped>()) {
            if (access_at(mapping.base) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE) {
                force(mapping, CU_MEM_ACCESS_FLAGS_PROT_READ);
            }
        }
        return cuMemRelease(memory);
    });
}

FAULT(imported_size, "mapping-size-of-import-is-granule", "MAPPING_SIZE of imported memory is one granule.",
      "", "PTR-02") {
    plant_answer<size_t>(CU_POINTER_ATTRIBUTE_MAPPING_SIZE, [](size_t& bytes, Address address) {
        bytes = is_import(mapping_at(address)) ? granule() : bytes;
    });
    track_imports();
}

FAULT(imported_runtime, "runtime-type-of-import-unregistered",
      "cudaPointerGetAttributes takes imported memory for memory that it does not know.", "", "PTR-14") {
    track_imports();
    cudaPointerGetAttributes.plant([](cudaPointerAttributes* attributes, const void* pointer) {
        const cudaError_t result = cudaPointerGetAttributes(attributes, pointer);
        if (result == cudaSuccess && is_import(mapping_at(reinterpret_cast<Address>(pointer)))) {
            attributes->type = cudaMemoryTypeUnregistered;
        }
        return result;
    });
}

FAULT(imported_block, "block-id-of-import-is-that-of-others",
      "MEMORY_BLOCK_ID of imported memory is that of the mapping before it.", "", "PTR-06") {
    plant_answer<unsigned long long>(
        CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID, [](unsigned long long& id, Address address) {
            const auto mapping = mapping_at(address);
            if (is_import(mapping) && mapping_at(mapping->base - 1)) {
                (void)cuPointerGetAttribute(&id, CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID, mapping->base - 1);
            }
        });
    track_imports();
}

} // namespace faults
