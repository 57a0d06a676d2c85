// Defects of attributes that only some questions meet: asked together, behind the first granule, of a second
// mapping, of memory with two properties.
#include "faults/catalogue/pointer_answer.hpp"

#include <set>

namespace faults {
namespace {

/// Plants `change(value, address)` on one of the attributes that are asked for together.
template<typename Value>
void plant_plural(CUpointer_attribute changed, const std::function<void(Value&, Address)>& change) {
    track();
    cuPointerGetAttributes.plant(
        [changed, change](unsigned count, CUpointer_attribute* attributes, void** data, Address address) {
            const CUresult result = cuPointerGetAttributes(count, attributes, data, address);
            for (unsigned i = 0; result == CUDA_SUCCESS && i < count; ++i) {
                if (attributes[i] == changed && mapping_at(address)) {
                    change(*static_cast<Value*>(data[i]), address);
                }
            }
            return result;
        });
}

} // namespace

FAULT(plural_access, "plural-access-flags-none", "ACCESS_FLAGS asked for with others is none.", "",
      "PTR-17") {
    plant_plural<unsigned>(CU_POINTER_ATTRIBUTE_ACCESS_FLAGS, [](unsigned& flags, Address) { flags = 0; });
}

FAULT(plural_block, "plural-block-id-zero", "MEMORY_BLOCK_ID asked for with others is zero.", "", "PTR-17") {
    plant_plural<unsigned long long>(CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID,
                                     [](unsigned long long& id, Address) { id = 0; });
}

FAULT(plural_mapping, "plural-mapping-size-of-range",
      "MAPPING_SIZE asked for with others is that of the reservation.", "", "PTR-17") {
    plant_plural<size_t>(CU_POINTER_ATTRIBUTE_MAPPING_SIZE, [](size_t& bytes, Address address) {
        const auto around = reservation_at(address);
        bytes = around ? around->second : bytes;
    });
}

FAULT(plural_host, "plural-host-pointer", "HOST_POINTER asked for with others is the address itself.", "",
      "PTR-17") {
    plant_plural<Address>(CU_POINTER_ATTRIBUTE_HOST_POINTER,
                          [](Address& found, Address address) { found = address; });
}

FAULT(plural_order, "plural-answers-in-order-of-numbers",
      "Attributes that are asked for together are answered in the order of their numbers.", "", "PTR-17") {
    cuPointerGetAttributes.plant(
        [](unsigned count, CUpointer_attribute* attributes, void** data, Address address) {
            std::vector<CUpointer_attribute> sorted(attributes, attributes + count);
            std::sort(sorted.begin(), sorted.end());
            return cuPointerGetAttributes(count, sorted.data(), data, address);
        });
}

FAULT(plural_many, "plural-eleventh-not-answered",
      "Of more than ten attributes that are asked for together those beyond stay unset.", "", "PTR-17") {
    cuPointerGetAttributes.plant(
        [](unsigned count, CUpointer_attribute* attributes, void** data, Address address) {
            return cuPointerGetAttributes(std::min(count, 10U), attributes, data, address);
        });
}

FAULT(flags_first_granule, "access-flags-of-first-granule-only",
      "ACCESS_FLAGS is none behind the first granule of a mapping.", "", "PTR-04") {
    plant_answer<unsigned>(CU_POINTER_ATTRIBUTE_ACCESS_FLAGS, [](unsigned& flags, Address address) {
        flags = address >= mapping_at(address)->base + granule() ? 0 : flags;
    });
}

FAULT(base_of_alias, "mapping-base-of-first-alias",
      "MAPPING_BASE_ADDR of memory that is mapped twice is that of its lowest mapping.", "", "PTR-02") {
    plant_answer<Address>(CU_POINTER_ATTRIBUTE_MAPPING_BASE_ADDR, [](Address& base, Address address) {
        base = mappings_of(mapping_at(address)->memory).front().base;
    });
}

FAULT(pointer_read_only, "device-pointer-of-read-only-is-base",
      "DEVICE_POINTER in a read-only mapping is the start of the mapping.", "", "PTR-08") {
    plant_answer<Address>(CU_POINTER_ATTRIBUTE_DEVICE_POINTER, [](Address& found, Address address) {
        found = access_at(address) == CU_MEM_ACCESS_FLAGS_PROT_READ ? mapping_at(address)->base : found;
    });
}

FAULT(type_second_granule, "memory-type-of-large-mapping",
      "MEMORY_TYPE behind the first granule of a mapping is host memory.", "", "PTR-08") {
    plant_answer<unsigned>(CU_POINTER_ATTRIBUTE_MEMORY_TYPE, [](unsigned& type, Address address) {
        type = address >= mapping_at(address)->base + granule() ? unsigned{CU_MEMORYTYPE_HOST} : type;
    });
}

FAULT(buffer_shared, "buffer-id-of-lowest-mapping",
      "BUFFER_ID of every mapping is that of the lowest mapping that lives.", "", "PTR-07") {
    track();
    cuPointerGetAttribute.plant([](void* data, CUpointer_attribute attribute, Address address) {
        const Lock lock;
        const bool changed = attribute == CU_POINTER_ATTRIBUTE_BUFFER_ID && mapping_at(address);
        return cuPointerGetAttribute(data, attribute,
                                     changed ? mappings_in(0, ~size_t{0}).front().base : address);
    });
}

FAULT(runtime_read_only, "runtime-type-of-read-only",
      "cudaPointerGetAttributes takes a mapping that is not writable for memory that it does not know.", "",
      "PTR-14") {
    track();
    cudaPointerGetAttributes.plant([](cudaPointerAttributes* found, const void* asked) {
        const cudaError_t result = cudaPointerGetAttributes(found, asked);
        const auto address = reinterpret_cast<Address>(asked);
        if (result == cudaSuccess && mapping_at(address) &&
            access_at(address) != CU_MEM_ACCESS_FLAGS_PROT_READWRITE) {
            *found = {};
        }
        return result;
    });
}

FAULT(runtime_second_granule, "runtime-device-pointer-of-granule",
      "cudaPointerGetAttributes gives, behind the first granule of a mapping, the start of the granule.", "",
      "PTR-14") {
    track();
    cudaPointerGetAttributes.plant([](cudaPointerAttributes* found, const void* asked) {
        const cudaError_t result = cudaPointerGetAttributes(found, asked);
        const auto address = reinterpret_cast<Address>(asked);
        const auto mapping = mapping_at(address);
        if (result == cudaSuccess && mapping && address - mapping->base >= granule()) {
            found->devicePointer = reinterpret_cast<void*>(address / granule() * granule());
        }
        return result;
    });
}

FAULT(range_size_stale, "range-size-of-last-reservation",
      "RANGE_SIZE of a reservation where one was freed before is that of the freed one.", "", "PTR-13") {
    static std::map<Address, size_t> freed;
    plant_answer<size_t>(CU_POINTER_ATTRIBUTE_RANGE_SIZE, [](size_t& bytes, Address address) {
        const auto around = reservation_at(address);
        bytes = around && freed.contains(around->first) ? freed[around->first] : bytes;
    });
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        const CUresult result = tracked::free(address, bytes);
        if (result == CUDA_SUCCESS) {
            freed[address] = bytes;
        }
        return result;
    });
}

} // namespace faults
