// Defects of the rarer roads to memory: a form of copy or fill that is let in where the common forms are
// refused.
#include "faults/catalogue/open_range.hpp"

namespace faults {
namespace {

/// What `take()` answers; where it is refused and `open(address)` says so, what it answers with the range
/// open.
template<typename Take>
CUresult let_in(bool (*open)(Address), Address address, size_t bytes, Take take) {
    const Lock lock;
    const CUresult result = take();
    if (result == CUDA_SUCCESS || !open(address)) {
        return result;
    }
    const OpenRange opened(address, bytes);
    const CUresult again = take();
    (void)cuCtxSynchronize();
    return again;
}

size_t box_bytes(size_t pitch, size_t rows, const CUDA_MEMCPY3D* copy) {
    return pitch * rows * copy->Depth;
}

} // namespace

FAULT(let_d16, "memset16-writes-read-only", "A fill by 16 bits is let into read-only memory.", "", "ACC-05") {
    track();
    cuMemsetD16.plant([](Address target, unsigned short value, size_t count) {
        return let_in(&is_read_only, target, 2 * count, [&] { return cuMemsetD16(target, value, count); });
    });
}

FAULT(let_rows8, "row-memset8-writes-read-only",
      "A two-dimensional fill by bytes is let into read-only memory.", "", "ACC-05") {
    track();
    cuMemsetD2D8.plant([](Address target, size_t pitch, unsigned char value, size_t width, size_t height) {
        return let_in(&is_read_only, target, pitch * height,
                      [&] { return cuMemsetD2D8(target, pitch, value, width, height); });
    });
}

FAULT(let_rows16, "row-memset16-writes-without-access",
      "A two-dimensional fill by 16 bits is let into a mapping without access.", "", "ACC-06") {
    track();
    cuMemsetD2D16.plant([](Address target, size_t pitch, unsigned short value, size_t width, size_t height) {
        return let_in(&is_closed, target, pitch * height,
                      [&] { return cuMemsetD2D16(target, pitch, value, width, height); });
    });
}

FAULT(let_box, "box-copy-writes-read-only", "A three-dimensional copy is let into read-only memory.", "",
      "ACC-05") {
    track();
    cuMemcpy3D.plant([](const CUDA_MEMCPY3D* copy) {
        return let_in(&is_read_only, copy->dstDevice, box_bytes(copy->dstPitch, copy->dstHeight, copy),
                      [&] { return cuMemcpy3D(copy); });
    });
}

FAULT(let_box_read, "box-copy-reads-without-access",
      "A three-dimensional copy reads from a mapping without access.", "", "ACC-06") {
    track();
    cuMemcpy3D.plant([](const CUDA_MEMCPY3D* copy) {
        return let_in(&is_closed, copy->srcDevice, box_bytes(copy->srcPitch, copy->srcHeight, copy),
                      [&] { return cuMemcpy3D(copy); });
    });
}

FAULT(let_box_hole, "box-copy-from-nothing",
      "A three-dimensional copy from a reservation without memory reports success.", "", "RSV-17") {
    track();
    cuMemcpy3D.plant([](const CUDA_MEMCPY3D* copy) {
        const Lock lock;
        const CUresult result = cuMemcpy3D(copy);
        const bool from_device = copy->srcMemoryType == CU_MEMORYTYPE_DEVICE;
        return from_device && is_hole(copy->srcDevice) ? CUDA_SUCCESS : result;
    });
}

FAULT(let_peer, "peer-copy-writes-read-only", "A peer copy is let into read-only memory.", "", "ACC-05") {
    track();
    cuMemcpyPeer.plant([](Address target, CUcontext to, Address source, CUcontext from, size_t bytes) {
        return let_in(&is_read_only, target, bytes,
                      [&] { return cuMemcpyPeer(target, to, source, from, bytes); });
    });
}

FAULT(let_peer_read, "peer-copy-reads-without-access", "A peer copy reads from a mapping without access.", "",
      "ACC-06") {
    track();
    cuMemcpyPeer.plant([](Address target, CUcontext to, Address source, CUcontext from, size_t bytes) {
        return let_in(&is_closed, source, bytes,
                      [&] { return cuMemcpyPeer(target, to, source, from, bytes); });
    });
}

FAULT(let_peer_hole, "peer-copy-to-nothing", "A peer copy to a reservation without memory reports success.",
      "", "RSV-17") {
    track();
    cuMemcpyPeer.plant([](Address target, CUcontext to, Address source, CUcontext from, size_t bytes) {
        const Lock lock;
        return is_hole(target) ? CUDA_SUCCESS : cuMemcpyPeer(target, to, source, from, bytes);
    });
}

FAULT(let_generic, "generic-copy-writes-read-only", "cuMemcpy is let into read-only memory.", "", "ACC-05") {
    track();
    cuMemcpy.plant([](Address target, Address source, size_t bytes) {
        return let_in(&is_read_only, target, bytes, [&] { return cuMemcpy(target, source, bytes); });
    });
}

FAULT(let_async, "async-copy-writes-read-only",
      "An asynchronous copy from the host is let into read-only memory.", "", "ACC-05") {
    track();
    cuMemcpyHtoDAsync.plant([](Address target, const void* source, size_t bytes, CUstream stream) {
        return let_in(&is_read_only, target, bytes,
                      [&] { return cuMemcpyHtoDAsync(target, source, bytes, stream); });
    });
}

FAULT(let_async_read, "async-copy-reads-without-access",
      "An asynchronous copy to the host reads from a mapping without access.", "", "ACC-06") {
    track();
    cuMemcpyDtoHAsync.plant([](void* target, Address source, size_t bytes, CUstream stream) {
        return let_in(&is_closed, source, bytes,
                      [&] { return cuMemcpyDtoHAsync(target, source, bytes, stream); });
    });
}

FAULT(let_async_fill, "async-memset-writes-read-only", "An asynchronous fill is let into read-only memory.",
      "", "ACC-05") {
    track();
    cuMemsetD32Async.plant([](Address target, unsigned value, size_t count, CUstream stream) {
        return let_in(&is_read_only, target, 4 * count,
                      [&] { return cuMemsetD32Async(target, value, count, stream); });
    });
}

FAULT(let_rows_async, "async-row-copy-writes-read-only",
      "An asynchronous two-dimensional copy is let into read-only memory.", "", "ACC-05") {
    track();
    cuMemcpy2DAsync.plant([](const CUDA_MEMCPY2D* copy, CUstream stream) {
        return let_in(&is_read_only, copy->dstDevice, copy->dstPitch * copy->Height,
                      [&] { return cuMemcpy2DAsync(copy, stream); });
    });
}

FAULT(let_peer_async, "async-peer-copy-reads-without-access",
      "An asynchronous peer copy reads from a mapping without access.", "", "ACC-06") {
    track();
    cuMemcpyPeerAsync.plant(
        [](Address target, CUcontext to, Address source, CUcontext from, size_t bytes, CUstream stream) {
            return let_in(&is_closed, source, bytes,
                          [&] { return cuMemcpyPeerAsync(target, to, source, from, bytes, stream); });
        });
}

} // namespace faults
