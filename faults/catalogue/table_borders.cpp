// Defects of single roads where what they move crosses an address at which a table of pages ends.
#include "faults/core/tracker.hpp"

namespace faults {
namespace {

constexpr size_t small_page = 4096;

/// The multiple of `table` inside (address, address + bytes), a page or more from both ends; 0 when there is
/// none.
Address border_in(Address address, size_t bytes, size_t table) {
    const Address border = (address / table + 1) * table;
    return border >= address + small_page && border + small_page <= address + bytes ? border : 0;
}

} // namespace

FAULT(border_copy, "copy-drops-page-at-table-border",
      "A copy from the host leaves out the page behind an address that is a multiple of 512 MiB.", "",
      "MAP-12") {
    cuMemcpyHtoD.plant([](Address target, const void* source, size_t bytes) {
        const Address border = border_in(target, bytes, size_t{1} << 29);
        if (border == 0) {
            return cuMemcpyHtoD(target, source, bytes);
        }
        const size_t next = border + small_page - target;
        const CUresult result = cuMemcpyHtoD(target, source, border - target);
        return result != CUDA_SUCCESS || next == bytes
                   ? result
                   : cuMemcpyHtoD(target + next, static_cast<const char*>(source) + next, bytes - next);
    });
}

FAULT(border_fill, "memset-drops-page-at-table-border",
      "A fill leaves out the page before an address that is a multiple of 32 MiB.", "", "MAP-12") {
    cuMemsetD32.plant([](Address target, unsigned value, size_t count) {
        const Address border = border_in(target, 4 * count, size_t{1} << 25);
        if (border == 0 || border == target + small_page) {
            return cuMemsetD32(target, value, count);
        }
        const CUresult result = cuMemsetD32(target, value, (border - small_page - target) / 4);
        return result != CUDA_SUCCESS ? result : cuMemsetD32(border, value, count - (border - target) / 4);
    });
}

FAULT(border_device, "device-copy-stops-at-table-border",
      "A copy between device addresses stops where its source crosses a multiple of 1 GiB.", "", "MAP-12") {
    cuMemcpyDtoD.plant([](Address target, Address source, size_t bytes) {
        const Address border = border_in(source, bytes, size_t{1} << 30);
        return cuMemcpyDtoD(target, source, border == 0 ? bytes : border - source);
    });
}

FAULT(border_rows, "row-copy-stops-at-table-border",
      "A two-dimensional copy leaves out the rows that lie behind a multiple of 512 MiB of its target.", "",
      "MAP-12") {
    cuMemcpy2D.plant([](const CUDA_MEMCPY2D* copy) {
        CUDA_MEMCPY2D changed = *copy;
        const size_t bytes = copy->dstPitch * copy->Height;
        const Address border = copy->dstMemoryType == CU_MEMORYTYPE_DEVICE
                                   ? border_in(copy->dstDevice, bytes, size_t{1} << 29)
                                   : 0;
        if (border != 0) {
            changed.Height = (border - copy->dstDevice) / copy->dstPitch;
        }
        return cuMemcpy2D(&changed);
    });
}

} // namespace faults
