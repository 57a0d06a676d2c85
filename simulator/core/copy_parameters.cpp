#include "core/copy_parameters.hpp"

namespace sim {
namespace {

struct Operand {
    CUmemorytype type;
    const void* host;
    Address device;
    size_t x_bytes, y, z, pitch, height;
};

/// Where the operand's first byte is; a pitch or height of 0 means tightly packed.
CUresult place(const Operand& operand, size_t width, size_t height, Address* address, size_t* pitch,
               size_t* rows) {
    if (operand.type == CU_MEMORYTYPE_ARRAY) {
        return CUDA_ERROR_NOT_SUPPORTED;
    }
    if (operand.type != CU_MEMORYTYPE_HOST && operand.type != CU_MEMORYTYPE_DEVICE &&
        operand.type != CU_MEMORYTYPE_UNIFIED) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *pitch = operand.pitch != 0 ? operand.pitch : width + operand.x_bytes;
    *rows = operand.height != 0 ? operand.height : height + operand.y;
    if (*pitch < width + operand.x_bytes || *rows < height + operand.y) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const Address base =
        operand.type == CU_MEMORYTYPE_HOST ? reinterpret_cast<Address>(operand.host) : operand.device;
    *address = base + (operand.z * *rows + operand.y) * *pitch + operand.x_bytes;
    return CUDA_SUCCESS;
}

CUresult place_both(const Operand& source, const Operand& target, Copy* copy) {
    copy->source_type = source.type;
    copy->target_type = target.type;
    const CUresult placed = place(source, copy->width_bytes, copy->height, &copy->source, &copy->source_pitch,
                                  &copy->source_height);
    return placed != CUDA_SUCCESS ? placed
                                  : place(target, copy->width_bytes, copy->height, &copy->target,
                                          &copy->target_pitch, &copy->target_height);
}

} // namespace

CUresult to_copy(const CUDA_MEMCPY2D_st& p, Copy* out) {
    *out = {};
    out->width_bytes = p.WidthInBytes;
    out->height = p.Height;
    return place_both({p.srcMemoryType, p.srcHost, p.srcDevice, p.srcXInBytes, p.srcY, 0, p.srcPitch, 0},
                      {p.dstMemoryType, p.dstHost, p.dstDevice, p.dstXInBytes, p.dstY, 0, p.dstPitch, 0},
                      out);
}

CUresult to_copy(const CUDA_MEMCPY3D_st& p, Copy* out) {
    if (p.srcLOD != 0 || p.dstLOD != 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *out = {};
    out->width_bytes = p.WidthInBytes;
    out->height = p.Height;
    out->depth = p.Depth;
    return place_both(
        {p.srcMemoryType, p.srcHost, p.srcDevice, p.srcXInBytes, p.srcY, p.srcZ, p.srcPitch, p.srcHeight},
        {p.dstMemoryType, p.dstHost, p.dstDevice, p.dstXInBytes, p.dstY, p.dstZ, p.dstPitch, p.dstHeight},
        out);
}

} // namespace sim
