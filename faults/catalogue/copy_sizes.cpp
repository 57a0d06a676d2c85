// Defects of copies and fills of certain sizes and at certain addresses: where one way of moving ends and
// another begins.
#include "faults/core/tracker.hpp"

namespace faults {

FAULT(size_64k, "copy-of-64-kib-drops-last-word",
      "A copy from the host of exactly 64 KiB, the most that goes through the command buffer, drops its last "
      "word.",
      "", "MAP-12") {
    cuMemcpyHtoD.plant([](Address target, const void* source, size_t bytes) {
        return cuMemcpyHtoD(target, source, bytes == 65536 ? bytes - 4 : bytes);
    });
}

FAULT(size_few_out, "copy-to-host-of-few-bytes-drops-last",
      "A copy to the host of fewer than 64 bytes that are no multiple of 4 drops the last byte.", "",
      "MAP-12") {
    cuMemcpyDtoH.plant([](void* target, Address source, size_t bytes) {
        return cuMemcpyDtoH(target, source, bytes > 1 && bytes < 64 && bytes % 4 != 0 ? bytes - 1 : bytes);
    });
}

FAULT(size_shifted, "device-copy-of-shifted-bytes-drops-last",
      "A copy between device addresses whose offsets in a word differ drops the last byte.", "", "MAP-12") {
    cuMemcpyDtoD.plant([](Address target, Address source, size_t bytes) {
        return cuMemcpyDtoD(target, source, (target - source) % 4 != 0 ? bytes - 1 : bytes);
    });
}

FAULT(size_fill16, "memset16-at-half-word-begins-late",
      "A fill by 16 bits that begins in the middle of a word leaves out its first element.", "", "MAP-12") {
    cuMemsetD16.plant([](Address target, unsigned short value, size_t count) {
        const bool late = target % 4 == 2 && count > 1;
        return cuMemsetD16(late ? target + 2 : target, value, late ? count - 1 : count);
    });
}

FAULT(size_rows_tight, "row-memset-without-gaps-fills-one-row",
      "A two-dimensional fill whose rows have no gaps fills the first row only.", "", "MAP-12") {
    cuMemsetD2D32.plant([](Address target, size_t pitch, unsigned value, size_t width, size_t height) {
        return cuMemsetD2D32(target, pitch, value, width, pitch == 4 * width ? 1 : height);
    });
}

} // namespace faults
