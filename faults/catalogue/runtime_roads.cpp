// Defects of the runtime's copies and fills, which reach the driver by a road of their own.
#include "faults/catalogue/borders.hpp"

namespace faults {

FAULT(runtime_copy_short, "runtime-copy-stops-at-border",
      "cudaMemcpy stops where one mapping of its source or target ends and the next begins.", "", "MAP-12") {
    track();
    cudaMemcpy.plant([](void* target, const void* source, size_t bytes, cudaMemcpyKind kind) {
        const size_t moved =
            std::min(to_border(address_of(target), bytes), to_border(address_of(source), bytes));
        return cudaMemcpy(target, source, moved, kind);
    });
}

FAULT(runtime_fill_short, "runtime-fill-stops-at-border",
      "cudaMemset stops where one mapping ends and the next begins.", "", "MAP-12") {
    track();
    cudaMemset.plant([](void* target, int value, size_t bytes) {
        return cudaMemset(target, value, to_border(address_of(target), bytes));
    });
}

FAULT(runtime_fill_rows, "runtime-row-fill-fills-gaps", "cudaMemset2D fills the gaps between the rows, too.",
      "", "MAP-12") {
    cudaMemset2D.plant([](void* target, size_t pitch, int value, size_t width, size_t height) {
        return cudaMemset2D(target, pitch, value, height > 1 ? pitch : width, height);
    });
}

} // namespace faults
