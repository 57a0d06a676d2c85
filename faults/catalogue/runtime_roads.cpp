// Defects of the runtime's copies and fills, which reach the driver by a road of their own.
#include "faults/catalogue/borders.hpp"
#include "faults/catalogue/open_range.hpp"

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

FAULT(runtime_rows, "runtime-row-copy-drops-last-row", "cudaMemcpy2D leaves out the last row.", "",
      "MAP-12") {
    cudaMemcpy2D.plant([](void* target, size_t target_pitch, const void* source, size_t source_pitch,
                          size_t width, size_t height, cudaMemcpyKind kind) {
        return cudaMemcpy2D(target, target_pitch, source, source_pitch, width,
                            height > 1 ? height - 1 : height, kind);
    });
}

FAULT(runtime_fill_rows, "runtime-row-fill-fills-gaps", "cudaMemset2D fills the gaps between the rows, too.",
      "", "MAP-12") {
    cudaMemset2D.plant([](void* target, size_t pitch, int value, size_t width, size_t height) {
        return cudaMemset2D(target, pitch, value, height > 1 ? pitch : width, height);
    });
}

FAULT(runtime_fill_open, "runtime-fill-writes-read-only", "cudaMemset is let into read-only memory.", "",
      "ACC-05") {
    track();
    cudaMemset.plant([](void* target, int value, size_t bytes) {
        if (!is_read_only(address_of(target))) {
            return cudaMemset(target, value, bytes);
        }
        const Lock lock;
        const OpenRange opened(address_of(target), bytes);
        const cudaError_t result = cudaMemset(target, value, bytes);
        cudaDeviceSynchronize();
        return result;
    });
}

FAULT(runtime_copy_open, "runtime-stream-copy-writes-read-only",
      "cudaMemcpyAsync is let into read-only memory.", "", "ACC-05") {
    track();
    cudaMemcpyAsync.plant(
        [](void* target, const void* source, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
            if (!is_read_only(address_of(target))) {
                return cudaMemcpyAsync(target, source, bytes, kind, stream);
            }
            const Lock lock;
            const OpenRange opened(address_of(target), bytes);
            const cudaError_t result = cudaMemcpyAsync(target, source, bytes, kind, stream);
            cudaDeviceSynchronize();
            return result;
        });
}

} // namespace faults
