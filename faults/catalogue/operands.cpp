// Defects of copies whose other operand is not virtual memory: pinned memory, memory of cudaMalloc, pageable
// memory. Each pair has a road of its own.
#include "faults/catalogue/borders.hpp"
#include "faults/catalogue/open_range.hpp"

namespace faults {
namespace {

bool is_virtual(Address address) {
    return reservation_at(address).has_value();
}

/// Memory that CUDA knows: of cudaMallocHost or cudaMalloc.
bool is_known(Address address) {
    unsigned type = 0;
    return cuPointerGetAttribute(&type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, address) == CUDA_SUCCESS;
}

} // namespace

FAULT(operand_pinned, "pinned-copy-writes-read-only",
      "An asynchronous copy from pinned memory is let into read-only memory.", "", "ACC-05") {
    track();
    cuMemcpyHtoDAsync.plant([](Address target, const void* source, size_t bytes, CUstream stream) {
        const auto move = [&] { return cuMemcpyHtoDAsync(target, source, bytes, stream); };
        return is_read_only(target) && is_known(address_of(source)) ? moved_open(target, bytes, move)
                                                                    : move();
    });
}

FAULT(operand_device, "copy-from-device-memory-writes-read-only",
      "A copy from memory of cudaMalloc is let into read-only memory.", "", "ACC-05") {
    track();
    cuMemcpyDtoD.plant([](Address target, Address source, size_t bytes) {
        const auto move = [&] { return cuMemcpyDtoD(target, source, bytes); };
        return is_read_only(target) && !is_virtual(source) ? moved_open(target, bytes, move) : move();
    });
}

FAULT(operand_to_device, "copy-to-device-memory-stops-at-border",
      "A copy to memory of cudaMalloc stops where the mapping of its source ends.", "", "MAP-12") {
    track();
    cuMemcpyDtoD.plant([](Address target, Address source, size_t bytes) {
        return cuMemcpyDtoD(target, source, is_virtual(target) ? bytes : to_border(source, bytes));
    });
}

FAULT(operand_generic_host, "generic-copy-from-host-stops-at-border",
      "cuMemcpy from the host stops where the mapping of its target ends.", "", "MAP-12") {
    track();
    cuMemcpy.plant([](Address target, Address source, size_t bytes) {
        return cuMemcpy(target, source, is_virtual(source) ? bytes : to_border(target, bytes));
    });
}

FAULT(operand_unified, "row-copy-of-unified-address-refused",
      "A two-dimensional copy refuses a mapped address that is given as a unified one.", "", "MAP-12") {
    track();
    cuMemcpy2D.plant([](const CUDA_MEMCPY2D* copy) {
        const bool refused = copy->srcMemoryType == CU_MEMORYTYPE_UNIFIED && is_virtual(copy->srcDevice);
        return refused ? CUDA_ERROR_INVALID_VALUE : cuMemcpy2D(copy);
    });
}

} // namespace faults
