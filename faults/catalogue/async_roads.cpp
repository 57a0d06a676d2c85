// Defects of asynchronous forms and of copies of several rows that look less closely at access than the
// common forms, and of the runtime's question about free memory.
#include "faults/catalogue/open_range.hpp"

namespace faults {
FAULT(async_device, "async-device-copy-writes-read-only",
      "An asynchronous copy between device addresses is let into read-only memory.", "", "ACC-05") {
    track();
    cuMemcpyDtoDAsync.plant([](Address target, Address source, size_t bytes, CUstream stream) {
        const auto move = [&] { return cuMemcpyDtoDAsync(target, source, bytes, stream); };
        return is_read_only(target) ? moved_open(target, bytes, move) : move();
    });
}

FAULT(async_generic, "async-generic-copy-writes-read-only", "cuMemcpyAsync is let into read-only memory.", "",
      "ACC-05") {
    track();
    cuMemcpyAsync.plant([](Address target, Address source, size_t bytes, CUstream stream) {
        const auto move = [&] { return cuMemcpyAsync(target, source, bytes, stream); };
        return is_read_only(target) ? moved_open(target, bytes, move) : move();
    });
}

FAULT(async_box, "async-box-copy-reads-without-access",
      "An asynchronous three-dimensional copy reads from a mapping without access.", "", "ACC-06") {
    track();
    cuMemcpy3DAsync.plant([](const CUDA_MEMCPY3D* copy, CUstream stream) {
        const auto move = [&] { return cuMemcpy3DAsync(copy, stream); };
        const bool closed = copy->srcMemoryType == CU_MEMORYTYPE_DEVICE && is_closed(copy->srcDevice);
        return closed ? moved_open(copy->srcDevice, copy->WidthInBytes, move) : move();
    });
}

FAULT(rows_first, "row-copy-checks-first-row",
      "A two-dimensional copy looks at the access of the first row of its target only.", "", "ACC-05") {
    track();
    cuMemcpy2D.plant([](const CUDA_MEMCPY2D* copy) {
        const bool to_rows = copy->dstMemoryType == CU_MEMORYTYPE_DEVICE && copy->Height > 1 &&
                             access_of(copy->dstDevice) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
        const auto move = [&] { return cuMemcpy2D(copy); };
        return to_rows ? moved_open(copy->dstDevice, copy->dstPitch * copy->Height, move) : move();
    });
}

FAULT(fill_rows_first, "row-memset-checks-first-row",
      "A two-dimensional fill looks at the access of its first row only.", "", "ACC-05") {
    track();
    cuMemsetD2D32.plant([](Address target, size_t pitch, unsigned value, size_t width, size_t height) {
        const auto move = [&] { return cuMemsetD2D32(target, pitch, value, width, height); };
        return height > 1 && access_of(target) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE
                   ? moved_open(target, pitch * height, move)
                   : move();
    });
}

FAULT(runtime_free_memory, "runtime-free-memory-without-virtual",
      "cudaMemGetInfo does not count what cuMemCreate has taken.", "", "ALC-04") {
    static size_t taken = 0;
    static std::map<Memory, size_t> sizes;
    track();
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::create(memory, bytes, wanted, flags);
        if (result == CUDA_SUCCESS) {
            taken += bytes;
            sizes[*memory] = bytes;
        }
        return result;
    });
    cuMemRelease.plant([](Memory memory) {
        const Lock lock;
        const CUresult result = cuMemRelease(memory);
        if (result == CUDA_SUCCESS) {
            taken -= sizes[memory];
            sizes[memory] = 0;
        }
        return result;
    });
    cudaMemGetInfo.plant([](size_t* free, size_t* total) {
        const cudaError_t result = cudaMemGetInfo(free, total);
        *free += result == cudaSuccess ? taken : 0;
        return result;
    });
}

} // namespace faults
