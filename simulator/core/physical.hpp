// Physical allocations.
#pragma once

#include "core/backing.hpp"
#include "core/memory.hpp"

namespace sim {

/// Gives its memory back when the last owner (mapping or handle) lets go.
struct Physical {
    size_t bytes = 0;
    CUmemAllocationProp properties{};
    unsigned long long block_id =
        0; // CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID: unique in the process, never reused
    bool imported = false;
    Backing backing;

    Physical() = default;
    Physical(const Physical&) = delete;
    Physical& operator=(const Physical&) = delete;
    ~Physical();

    bool on_device() const { return properties.location.type == CU_MEM_LOCATION_TYPE_DEVICE; }
};

/// Errors: OUT_OF_MEMORY.
CUresult create_physical(size_t bytes, const CUmemAllocationProp& properties, std::shared_ptr<Physical>* out);

/// Moves the memory into a file of its own, at the first export. Errors: OUT_OF_MEMORY.
CUresult make_shareable(const std::shared_ptr<Physical>& physical);

/// The physical memory of a descriptor that some process exported: the same object when this process knows it
/// already. Errors: INVALID_VALUE for a descriptor of anything else.
CUresult import_physical(int descriptor, std::shared_ptr<Physical>* out);

CUmemAllocationProp device_memory_properties();
unsigned long long next_id(); // one sequence for all ids, so that no two things share one

} // namespace sim
