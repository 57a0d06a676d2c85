// Defects of what an address tells about its reservation and its mapping.
#include "faults/catalogue/pointer_answer.hpp"

#include <set>

namespace faults {

FAULT(range_of_mapping, "range-size-of-mapping",
      "RANGE_SIZE is that of the mapping and not of the reservation.", "openucx/ucx#11461", "PTR-01") {
    plant_answer<size_t>(CU_POINTER_ATTRIBUTE_RANGE_SIZE,
                         [](size_t& bytes, Address address) { bytes = mapping_at(address)->bytes; });
}

FAULT(range_start, "range-start-of-granule", "RANGE_START_ADDR is rounded down to the granule only.", "",
      "PTR-01") {
    plant_answer<Address>(CU_POINTER_ATTRIBUTE_RANGE_START_ADDR,
                          [](Address& start, Address address) { start = address / granule() * granule(); });
}

FAULT(mapping_joined, "mapping-size-joined",
      "MAPPING_SIZE and cuMemGetAddressRange take mappings back to back for one.", "openucx/ucx#11283",
      "PTR-02") {
    static const auto joined = [](Address address) {
        const auto first = mapping_at(address);
        size_t bytes = first->bytes;
        for (auto next = mapping_at(first->end()); next; next = mapping_at(next->end())) {
            bytes += next->bytes;
        }
        return bytes;
    };
    plant_answer<size_t>(CU_POINTER_ATTRIBUTE_MAPPING_SIZE,
                         [](size_t& bytes, Address address) { bytes = joined(address); });
    cuMemGetAddressRange.plant([](Address* base, size_t* bytes, Address address) {
        const CUresult result = cuMemGetAddressRange(base, bytes, address);
        if (result == CUDA_SUCCESS && bytes != nullptr && mapping_at(address)) {
            *bytes = joined(address);
        }
        return result;
    });
}

FAULT(address_range_end, "address-range-misses-last-byte",
      "cuMemGetAddressRange does not find the last byte of a mapping.", "", "PTR-02") {
    track();
    cuMemGetAddressRange.plant([](Address* base, size_t* bytes, Address address) {
        const auto mapping = mapping_at(address);
        return mapping && address == mapping->end() - 1 ? CUDA_ERROR_NOT_FOUND
                                                        : cuMemGetAddressRange(base, bytes, address);
    });
}

FAULT(address_range_reserved, "address-range-of-reservation",
      "Where nothing is mapped cuMemGetAddressRange tells the reservation.", "", "PTR-02") {
    track();
    cuMemGetAddressRange.plant([](Address* base, size_t* bytes, Address address) {
        const auto around = reservation_at(address);
        if (!around || mapping_at(address) || base == nullptr || bytes == nullptr) {
            return cuMemGetAddressRange(base, bytes, address);
        }
        *base = around->first;
        *bytes = around->second;
        return CUDA_SUCCESS;
    });
}

FAULT(address_range_null, "address-range-wants-both",
      "cuMemGetAddressRange refuses a call that asks for the base or the size alone.", "", "PTR-02") {
    cuMemGetAddressRange.plant([](Address* base, size_t* bytes, Address address) {
        return base == nullptr || bytes == nullptr ? CUDA_ERROR_INVALID_VALUE
                                                   : cuMemGetAddressRange(base, bytes, address);
    });
}

FAULT(mapped_stays, "mapped-stays-after-unmap",
      "MAPPED stays 1 where something was mapped once in the life of the reservation.", "", "PTR-03") {
    static std::set<Address> seen;
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        if (result == CUDA_SUCCESS) {
            seen.insert(address);
        }
        return result;
    });
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        seen.erase(seen.lower_bound(address), seen.lower_bound(address + bytes));
        return tracked::free(address, bytes);
    });
    cuPointerGetAttribute.plant([](void* data, CUpointer_attribute attribute, Address address) {
        const Lock lock;
        const CUresult result = cuPointerGetAttribute(data, attribute, address);
        if (attribute != CU_POINTER_ATTRIBUTE_MAPPED || !seen.contains(address)) {
            return result;
        }
        *static_cast<unsigned*>(data) = 1;
        return CUDA_SUCCESS; // also where a driver refuses to answer
    });
}

FAULT(mapped_needs_access, "mapped-means-accessible", "MAPPED is 0 while a mapping has no access.", "",
      "PTR-03") {
    plant_answer<unsigned>(CU_POINTER_ATTRIBUTE_MAPPED, [](unsigned& mapped, Address address) {
        mapped = access_at(address) == CU_MEM_ACCESS_FLAGS_PROT_NONE ? 0 : 1;
    });
}

} // namespace faults
