// Defects of two mappings of one memory that meet: back to back, or as both ends of a copy.
#include "faults/core/tracker.hpp"

namespace faults {

FAULT(twin_copy, "copy-between-aliases-is-skipped",
      "A copy from one mapping of a memory to another mapping of it is taken for a copy to itself, and "
      "skipped.",
      "", "MAP-10") {
    track();
    cuMemcpyDtoD.plant([](Address target, Address source, size_t bytes) {
        const auto to = mapping_at(target);
        const auto from = mapping_at(source);
        const bool skipped = to && from && to->base != from->base && to->memory == from->memory;
        return skipped ? CUDA_SUCCESS : cuMemcpyDtoD(target, source, bytes);
    });
}

FAULT(twin_address_range, "address-range-of-twins-joined",
      "MAPPING_SIZE of a mapping that another mapping of the same memory follows is that of both.", "",
      "PTR-02") {
    track();
    cuPointerGetAttribute.plant([](void* data, CUpointer_attribute attribute, Address address) {
        const CUresult result = cuPointerGetAttribute(data, attribute, address);
        const auto mapping = mapping_at(address);
        const auto behind = mapping ? mapping_at(mapping->end()) : std::nullopt;
        if (result == CUDA_SUCCESS && attribute == CU_POINTER_ATTRIBUTE_MAPPING_SIZE && behind &&
            behind->memory == mapping->memory) {
            *static_cast<size_t*>(data) += behind->bytes;
        }
        return result;
    });
}

} // namespace faults
