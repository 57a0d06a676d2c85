// Defects of one road to memory: a form of copy or fill that looks at access, or at holes, less closely than
// the others.
#include "faults/catalogue/open_range.hpp"

namespace faults {
namespace {

bool writable(Address address) {
    return access_of(address) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
}

/// Both ends of the range may be written, and all of it is mapped.
bool ends_writable(Address address, size_t bytes) {
    size_t mapped = 0;
    for (const Mapped& mapping : mappings_in(address, bytes)) {
        mapped += std::min(mapping.end(), address + bytes) - std::max(mapping.base, address);
    }
    return mapped == bytes && writable(address) && writable(address + bytes - 1);
}

} // namespace

FAULT(road_d8, "memset8-writes-read-only", "A fill by bytes is let into read-only memory.", "", "ACC-05") {
    track();
    cuMemsetD8.plant([](Address target, unsigned char value, size_t count) {
        const Lock lock;
        const CUresult result = cuMemsetD8(target, value, count);
        if (result == CUDA_SUCCESS || !is_read_only(target)) {
            return result;
        }
        const OpenRange open(target, count);
        return cuMemsetD8(target, value, count);
    });
}

FAULT(road_dtod, "device-copy-writes-read-only",
      "A copy between device addresses of more than a page is let into read-only memory.", "", "ACC-05") {
    track();
    cuMemcpyDtoD.plant([](Address target, Address source, size_t bytes) {
        const Lock lock;
        const CUresult result = cuMemcpyDtoD(target, source, bytes);
        if (result == CUDA_SUCCESS || bytes <= 4096 || !is_read_only(target)) {
            return result;
        }
        const OpenRange open(target, bytes);
        return cuMemcpyDtoD(target, source, bytes);
    });
}

FAULT(road_2d, "row-copy-writes-read-only", "A two-dimensional copy is let into read-only memory.", "",
      "ACC-05") {
    track();
    cuMemcpy2D.plant([](const CUDA_MEMCPY2D* copy) {
        const Lock lock;
        const CUresult result = cuMemcpy2D(copy);
        if (result == CUDA_SUCCESS || !is_read_only(copy->dstDevice)) {
            return result;
        }
        const OpenRange open(copy->dstDevice, copy->dstPitch * copy->Height);
        return cuMemcpy2D(copy);
    });
}

FAULT(road_2d_read, "row-copy-reads-without-access",
      "A two-dimensional copy reads from a mapping without access.", "", "ACC-06") {
    track();
    cuMemcpy2D.plant([](const CUDA_MEMCPY2D* copy) {
        const Lock lock;
        const CUresult result = cuMemcpy2D(copy);
        if (result == CUDA_SUCCESS || !mapping_at(copy->srcDevice)) {
            return result;
        }
        const OpenRange open(copy->srcDevice, copy->srcPitch * copy->Height);
        return cuMemcpy2D(copy);
    });
}

FAULT(road_2d_fill, "row-memset-writes-read-only", "A two-dimensional fill is let into read-only memory.", "",
      "ACC-05") {
    track();
    cuMemsetD2D32.plant([](Address target, size_t pitch, unsigned value, size_t width, size_t height) {
        const Lock lock;
        const CUresult result = cuMemsetD2D32(target, pitch, value, width, height);
        if (result == CUDA_SUCCESS || !is_read_only(target)) {
            return result;
        }
        const OpenRange open(target, pitch * height);
        return cuMemsetD2D32(target, pitch, value, width, height);
    });
}

FAULT(road_middle, "copy-checks-ends-only",
      "A copy from the host looks at the access of its first and last byte, and writes what lies between.",
      "", "ACC-05") {
    track();
    cuMemcpyHtoD.plant([](Address target, const void* source, size_t bytes) {
        const Lock lock;
        const CUresult result = cuMemcpyHtoD(target, source, bytes);
        if (result == CUDA_SUCCESS || bytes == 0 || !ends_writable(target, bytes)) {
            return result;
        }
        const OpenRange open(target, bytes);
        return cuMemcpyHtoD(target, source, bytes);
    });
}

FAULT(road_middle_fill, "memset-checks-ends-only",
      "A fill looks at the access of its first and last byte, and writes what lies between.", "", "ACC-06") {
    track();
    cuMemsetD32.plant([](Address target, unsigned value, size_t count) {
        const Lock lock;
        const CUresult result = cuMemsetD32(target, value, count);
        if (result == CUDA_SUCCESS || count == 0 || !ends_writable(target, 4 * count)) {
            return result;
        }
        const OpenRange open(target, 4 * count);
        return cuMemsetD32(target, value, count);
    });
}

FAULT(road_hole, "copy-skips-hole",
      "A copy from the device over a granule where nothing is mapped leaves that part out.", "", "RSV-17") {
    track();
    cuMemcpyDtoH.plant([](void* target, Address source, size_t bytes) {
        const Lock lock;
        const CUresult result = cuMemcpyDtoH(target, source, bytes);
        const bool ends = bytes != 0 && mapping_at(source) && mapping_at(source + bytes - 1);
        return result == CUDA_ERROR_INVALID_VALUE && ends && mappings_in(source, bytes).size() > 1 &&
                       access_of(source) != CU_MEM_ACCESS_FLAGS_PROT_NONE &&
                       access_of(source + bytes - 1) != CU_MEM_ACCESS_FLAGS_PROT_NONE
                   ? CUDA_SUCCESS
                   : result;
    });
}

FAULT(road_dtod_hole, "device-copy-from-nothing",
      "A copy between device addresses from a reservation without memory reports success.", "", "RSV-17") {
    track();
    cuMemcpyDtoD.plant([](Address target, Address source, size_t bytes) {
        const Lock lock;
        const CUresult result = cuMemcpyDtoD(target, source, bytes);
        return is_hole(source) && writable(target) ? CUDA_SUCCESS : result;
    });
}

FAULT(road_d8_hole, "memset8-of-nothing", "A fill by bytes of a reservation without memory reports success.",
      "", "RSV-17") {
    track();
    cuMemsetD8.plant([](Address target, unsigned char value, size_t count) {
        const Lock lock;
        return is_hole(target) ? CUDA_SUCCESS : cuMemsetD8(target, value, count);
    });
}

FAULT(road_d8_none, "memset8-writes-without-access", "A fill by bytes is let into a mapping without access.",
      "", "ACC-06") {
    track();
    cuMemsetD8.plant([](Address target, unsigned char value, size_t count) {
        const Lock lock;
        const CUresult result = cuMemsetD8(target, value, count);
        if (result == CUDA_SUCCESS || !mapping_at(target) || is_read_only(target)) {
            return result;
        }
        const OpenRange open(target, count);
        return cuMemsetD8(target, value, count);
    });
}

} // namespace faults
