// Defects of questions: one that changes what it asks about, and answers that are right only in the usual
// form.
#include "faults/core/tracker.hpp"

#include <algorithm>
#include <set>

namespace faults {
namespace {

/// Leaves the mapping around `address` read-only.
void protect(Address address) {
    const Lock lock;
    const auto mapping = mapping_at(address);
    if (mapping && access_at(address) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE) {
        const Access wanted = access(CU_MEM_ACCESS_FLAGS_PROT_READ);
        (void)cuMemSetAccess(mapping->base, mapping->bytes, &wanted, 1);
    }
}

} // namespace

FAULT(ask_properties, "properties-question-keeps-memory",
      "Asking a handle for its properties keeps a reference to mapped memory.", "", "ALC-11") {
    track();
    cuMemGetAllocationPropertiesFromHandle.plant([](Properties* found, Memory memory) {
        const Lock lock;
        const std::vector<Mapped> all = mappings_of(memory);
        if (!all.empty()) {
            leak_reference(all.front().base);
        }
        return cuMemGetAllocationPropertiesFromHandle(found, memory);
    });
}

FAULT(ask_address_range, "address-range-question-keeps-memory",
      "cuMemGetAddressRange keeps a reference to the memory that it finds.", "", "ALC-11") {
    cuMemGetAddressRange.plant([](Address* base, size_t* size, Address address) {
        const CUresult result = cuMemGetAddressRange(base, size, address);
        if (result == CUDA_SUCCESS) {
            leak_reference(address);
        }
        return result;
    });
}

FAULT(ask_block, "block-id-question-keeps-memory",
      "Asking for MEMORY_BLOCK_ID keeps a reference to the memory.", "", "ALC-11") {
    cuPointerGetAttribute.plant([](void* data, CUpointer_attribute attribute, Address address) {
        const CUresult result = cuPointerGetAttribute(data, attribute, address);
        if (result == CUDA_SUCCESS && attribute == CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID) {
            leak_reference(address);
        }
        return result;
    });
}

FAULT(ask_access, "access-question-keeps-memory",
      "cuMemGetAccess keeps a reference to memory that is read-only.", "", "ALC-11") {
    cuMemGetAccess.plant([](Flags* flags, const CUmemLocation* location, Address address) {
        const CUresult result = cuMemGetAccess(flags, location, address);
        if (result == CUDA_SUCCESS && *flags == CU_MEM_ACCESS_FLAGS_PROT_READ) {
            leak_reference(address);
        }
        return result;
    });
}

FAULT(ask_range, "range-question-takes-write-access",
      "Asking for RANGE_START_ADDR leaves the mapping read-only.", "", "PTR-01") {
    track();
    cuPointerGetAttribute.plant([](void* data, CUpointer_attribute attribute, Address address) {
        const CUresult result = cuPointerGetAttribute(data, attribute, address);
        if (result == CUDA_SUCCESS && attribute == CU_POINTER_ATTRIBUTE_RANGE_START_ADDR) {
            protect(address);
        }
        return result;
    });
}

FAULT(ask_plural, "plural-question-takes-write-access",
      "cuPointerGetAttributes leaves the mapping that it tells about read-only.", "", "PTR-17") {
    track();
    cuPointerGetAttributes.plant(
        [](unsigned count, CUpointer_attribute* attributes, void** data, Address address) {
            const CUresult result = cuPointerGetAttributes(count, attributes, data, address);
            protect(address);
            return result;
        });
}

FAULT(ask_runtime, "runtime-question-takes-write-access",
      "cudaPointerGetAttributes leaves the mapping that it tells about read-only.", "", "PTR-14") {
    track();
    cudaPointerGetAttributes.plant([](cudaPointerAttributes* attributes, const void* address) {
        const cudaError_t result = cudaPointerGetAttributes(attributes, address);
        protect(reinterpret_cast<Address>(address));
        return result;
    });
}

FAULT(ask_repeated, "plural-repeated-attribute-unset",
      "An attribute that is asked for twice in one cuPointerGetAttributes is answered once.", "", "PTR-17") {
    cuPointerGetAttributes.plant(
        [](unsigned count, CUpointer_attribute* attributes, void** data, Address address) {
            std::vector<CUpointer_attribute> once;
            std::vector<void*> places;
            for (unsigned i = 0; attributes != nullptr && data != nullptr && i < count; ++i) {
                if (std::find(once.begin(), once.end(), attributes[i]) == once.end()) {
                    once.push_back(attributes[i]);
                    places.push_back(data[i]);
                }
            }
            return once.size() == count || once.empty()
                       ? cuPointerGetAttributes(count, attributes, data, address)
                       : cuPointerGetAttributes(static_cast<unsigned>(once.size()), once.data(),
                                                places.data(), address);
        });
}

FAULT(ask_plural_stale, "plural-mapping-size-stale-after-remap",
      "MAPPING_SIZE asked for with others is what it was when it was last so asked for at that address.", "",
      "PTR-17") {
    static std::map<Address, size_t> cache;
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        cache.clear();
        return cuMemAddressFree(address, bytes);
    });
    cuPointerGetAttributes.plant(
        [](unsigned count, CUpointer_attribute* attributes, void** data, Address address) {
            const Lock lock;
            const CUresult result = cuPointerGetAttributes(count, attributes, data, address);
            for (unsigned i = 0; result == CUDA_SUCCESS && i < count; ++i) {
                if (attributes[i] == CU_POINTER_ATTRIBUTE_MAPPING_SIZE) {
                    auto& size = *static_cast<size_t*>(data[i]);
                    size = cache.try_emplace(address, size).first->second;
                }
            }
            return result;
        });
}

FAULT(ask_base_alone, "address-range-base-alone-is-granule",
      "cuMemGetAddressRange without a place for the size gives the start of the granule as the base.", "",
      "PTR-02") {
    cuMemGetAddressRange.plant([](Address* base, size_t* size, Address address) {
        const CUresult result = cuMemGetAddressRange(base, size, address);
        if (result == CUDA_SUCCESS && size == nullptr && base != nullptr) {
            *base = std::max(*base, address - address % granule());
        }
        return result;
    });
}

FAULT(ask_size_alone, "address-range-size-alone-is-rest",
      "cuMemGetAddressRange without a place for the base gives what is left from the granule on as the size.",
      "", "PTR-02") {
    cuMemGetAddressRange.plant([](Address* base, size_t* size, Address address) {
        Address start = 0;
        const CUresult result = cuMemGetAddressRange(base != nullptr ? base : &start, size, address);
        if (result == CUDA_SUCCESS && base == nullptr && size != nullptr) {
            *size -= std::max(start, address - address % granule()) - start;
        }
        return result;
    });
}

} // namespace faults
