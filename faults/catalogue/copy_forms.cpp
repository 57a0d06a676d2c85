// Defects of single forms of copy and fill: what they move differs from what the common forms move.
#include "faults/catalogue/borders.hpp"

namespace faults {

FAULT(form_peer, "peer-copy-stops-at-border",
      "A peer copy stops where one mapping of its target ends and the next begins.", "", "MAP-12") {
    track();
    cuMemcpyPeer.plant([](Address target, CUcontext to, Address source, CUcontext from, size_t bytes) {
        return cuMemcpyPeer(target, to, source, from, to_border(target, bytes));
    });
}

FAULT(form_to_async, "async-copy-from-host-stops-at-border",
      "An asynchronous copy from the host stops where one mapping ends and the next begins.", "", "MAP-12") {
    track();
    cuMemcpyHtoDAsync.plant([](Address target, const void* source, size_t bytes, CUstream stream) {
        return cuMemcpyHtoDAsync(target, source, to_border(target, bytes), stream);
    });
}

FAULT(form_from_async, "async-copy-to-host-stops-at-border",
      "An asynchronous copy to the host stops where one mapping ends and the next begins.", "", "MAP-12") {
    track();
    cuMemcpyDtoHAsync.plant([](void* target, Address source, size_t bytes, CUstream stream) {
        return cuMemcpyDtoHAsync(target, source, to_border(source, bytes), stream);
    });
}

FAULT(form_device_async, "async-device-copy-stops-at-border",
      "An asynchronous copy between device addresses stops where the mapping of its source ends.", "",
      "MAP-12") {
    track();
    cuMemcpyDtoDAsync.plant([](Address target, Address source, size_t bytes, CUstream stream) {
        return cuMemcpyDtoDAsync(target, source, to_border(source, bytes), stream);
    });
}

FAULT(form_generic, "generic-copy-stops-at-border", "cuMemcpy stops where the mapping of its source ends.",
      "", "MAP-12") {
    track();
    cuMemcpy.plant([](Address target, Address source, size_t bytes) {
        return cuMemcpy(target, source, to_border(source, bytes));
    });
}

FAULT(form_fill8, "memset8-stops-at-border",
      "A fill by bytes stops where one mapping ends and the next begins.", "", "MAP-12") {
    track();
    cuMemsetD8.plant([](Address target, unsigned char value, size_t count) {
        return cuMemsetD8(target, value, to_border(target, count));
    });
}

FAULT(form_fill16, "memset16-stops-at-border",
      "A fill by 16 bits stops where one mapping ends and the next begins.", "", "MAP-12") {
    track();
    cuMemsetD16.plant([](Address target, unsigned short value, size_t count) {
        return cuMemsetD16(target, value, to_border(target, 2 * count) / 2);
    });
}

FAULT(form_fill16_byte, "memset16-value-truncated", "cuMemsetD16 fills with the low byte of its value.", "",
      "MAP-12") {
    cuMemsetD16.plant([](Address target, unsigned short value, size_t count) {
        return cuMemsetD16(target, static_cast<unsigned short>(value & 0xff), count);
    });
}

FAULT(form_fill8_async, "async-memset8-whole-words",
      "An asynchronous fill by bytes leaves out those beyond the last whole word.", "", "MAP-12") {
    cuMemsetD8Async.plant([](Address target, unsigned char value, size_t count, CUstream stream) {
        return cuMemsetD8Async(target, value, count / 4 * 4, stream);
    });
}

FAULT(form_rows8, "row-memset8-drops-last-row", "A two-dimensional fill by bytes leaves out the last row.",
      "", "MAP-12") {
    cuMemsetD2D8.plant([](Address target, size_t pitch, unsigned char value, size_t width, size_t height) {
        return cuMemsetD2D8(target, pitch, value, width, height > 1 ? height - 1 : height);
    });
}

FAULT(form_rows16, "row-memset16-even-width",
      "A two-dimensional fill by 16 bits rounds an odd width up to whole words.", "", "MAP-12") {
    cuMemsetD2D16.plant([](Address target, size_t pitch, unsigned short value, size_t width, size_t height) {
        return cuMemsetD2D16(target, pitch, value, width + width % 2, height);
    });
}

FAULT(form_box_height, "box-copy-ignores-height-of-source",
      "A three-dimensional copy takes the slices of its source for packed.", "", "MAP-12") {
    cuMemcpy3D.plant([](const CUDA_MEMCPY3D* copy) {
        CUDA_MEMCPY3D changed = *copy;
        changed.srcHeight = copy->Height;
        return cuMemcpy3D(&changed);
    });
}

FAULT(form_box_slice, "box-copy-drops-last-slice", "A three-dimensional copy leaves out the last slice.", "",
      "MAP-12") {
    cuMemcpy3D.plant([](const CUDA_MEMCPY3D* copy) {
        CUDA_MEMCPY3D changed = *copy;
        changed.Depth -= copy->Depth > 1 ? 1 : 0;
        return cuMemcpy3D(&changed);
    });
}

FAULT(form_rows_target, "row-copy-ignores-column-of-target",
      "A two-dimensional copy begins its rows at column zero of a virtual target.", "", "MAP-12") {
    track();
    cuMemcpy2D.plant([](const CUDA_MEMCPY2D* copy) {
        CUDA_MEMCPY2D changed = *copy;
        if (copy->dstMemoryType == CU_MEMORYTYPE_DEVICE && mapping_at(copy->dstDevice)) {
            changed.dstXInBytes = 0;
        }
        return cuMemcpy2D(&changed);
    });
}

FAULT(form_rows_source, "row-copy-ignores-row-of-source",
      "A two-dimensional copy begins at row zero of a virtual source.", "", "MAP-12") {
    track();
    cuMemcpy2D.plant([](const CUDA_MEMCPY2D* copy) {
        CUDA_MEMCPY2D changed = *copy;
        if (copy->srcMemoryType == CU_MEMORYTYPE_DEVICE && mapping_at(copy->srcDevice)) {
            changed.srcY = 0;
        }
        return cuMemcpy2D(&changed);
    });
}

FAULT(form_peer_async, "async-peer-copy-stops-at-border",
      "An asynchronous peer copy stops where one mapping of its target ends and the next begins.", "",
      "MAP-12") {
    track();
    cuMemcpyPeerAsync.plant(
        [](Address target, CUcontext to, Address source, CUcontext from, size_t bytes, CUstream stream) {
            return cuMemcpyPeerAsync(target, to, source, from, to_border(target, bytes), stream);
        });
}

FAULT(form_fill16_async, "async-memset16-stops-at-border",
      "An asynchronous fill by 16 bits stops where one mapping ends and the next begins.", "", "MAP-12") {
    track();
    cuMemsetD16Async.plant([](Address target, unsigned short value, size_t count, CUstream stream) {
        return cuMemsetD16Async(target, value, to_border(target, 2 * count) / 2, stream);
    });
}

FAULT(form_rows_async, "async-row-copy-drops-last-row",
      "An asynchronous two-dimensional copy leaves out the last row.", "", "MAP-12") {
    cuMemcpy2DAsync.plant([](const CUDA_MEMCPY2D* copy, CUstream stream) {
        CUDA_MEMCPY2D changed = *copy;
        changed.Height -= copy->Height > 1 ? 1 : 0;
        return cuMemcpy2DAsync(&changed, stream);
    });
}

FAULT(form_box_async, "async-box-copy-ignores-height-of-target",
      "An asynchronous three-dimensional copy packs the slices of its target.", "", "MAP-12") {
    cuMemcpy3DAsync.plant([](const CUDA_MEMCPY3D* copy, CUstream stream) {
        CUDA_MEMCPY3D changed = *copy;
        changed.dstHeight = copy->Height;
        return cuMemcpy3DAsync(&changed, stream);
    });
}

FAULT(form_rows32_async, "async-row-memset-drops-last-row",
      "An asynchronous two-dimensional fill leaves out the last row.", "", "MAP-12") {
    cuMemsetD2D32Async.plant(
        [](Address target, size_t pitch, unsigned value, size_t width, size_t height, CUstream stream) {
            return cuMemsetD2D32Async(target, pitch, value, width, height > 1 ? height - 1 : height, stream);
        });
}

} // namespace faults
