// Sparse arrays, and the tile pools that back them. An element is one 32-bit word; extents and offsets of
// boxes are in elements. Source: Driver API, cuMemMapArrayAsync.
#pragma once

#include "fixtures/contents.hpp"
#include "fixtures/owners/runtime.hpp"
#include "fixtures/rungs/granule.hpp"

#include <numeric>
#include <vector>

namespace cts {

struct ArrayPolicy {
    using Handle = CUarray;
    static constexpr Handle empty = nullptr;
    static constexpr const char* call = "cuArrayDestroy";
    static CUresult destroy(Handle array) noexcept { return cuArrayDestroy(array); }
};
struct MipmapPolicy {
    using Handle = CUmipmappedArray;
    static constexpr Handle empty = nullptr;
    static constexpr const char* call = "cuMipmappedArrayDestroy";
    static CUresult destroy(Handle array) noexcept { return cuMipmappedArrayDestroy(array); }
};
using Array = Owned<ArrayPolicy>;
using Mipmap = Owned<MipmapPolicy>;

/// Depth 0: two dimensions. With CUDA_ARRAY3D_LAYERED the depth is the number of layers.
inline CUDA_ARRAY3D_DESCRIPTOR array_of(size_t width, size_t height, size_t depth, unsigned flags) {
    return {width, height, depth, CU_AD_FORMAT_UNSIGNED_INT32, 1, flags};
}
inline Array create_array(const CUDA_ARRAY3D_DESCRIPTOR& shape, Where where = Where::current()) {
    CUarray array = nullptr;
    must(cuArray3DCreate(&array, &shape), "cuArray3DCreate", where);
    return Array(array, where);
}
inline Mipmap create_mipmap(const CUDA_ARRAY3D_DESCRIPTOR& shape, unsigned levels,
                            Where where = Where::current()) {
    CUmipmappedArray array = nullptr;
    must(cuMipmappedArrayCreate(&array, &shape, levels), "cuMipmappedArrayCreate", where);
    return Mipmap(array, where);
}

/// A part of an array; in a layered array `z` is the layer.
struct Box {
    unsigned x = 0, y = 0, z = 0;
    unsigned width = 1, height = 1, depth = 1;

    size_t words() const { return size_t{width} * height * depth; }
    size_t bytes() const { return words() * sizeof(uint32_t); }
};

class Sparse : public Granule {
  public:
    Sparse() {
        need(CU_DEVICE_ATTRIBUTE_SPARSE_CUDA_ARRAY_SUPPORTED, "SPARSE_CUDA_ARRAY_SUPPORTED");
        stream_ = create_stream();
    }

    cudaStream_t stream() const { return stream_; }

    /// Memory for tiles, at least `bytes`.
    Allocation create_pool(size_t bytes = 1) const {
        CUmemAllocationProp wanted = properties();
        wanted.allocFlags.usage = CU_MEM_CREATE_USAGE_TILE_POOL;
        return create_allocation(granules((bytes + granularity() - 1) / granularity()), wanted);
    }

    /// The extent of a tile as the properties of `array` give it.
    static Box tile_of(CUarray array, Where where = Where::current()) {
        CUDA_ARRAY_SPARSE_PROPERTIES found{};
        must(cuArrayGetSparseProperties(&found, array), "cuArrayGetSparseProperties", where);
        return {0, 0, 0, found.tileExtent.width, found.tileExtent.height, found.tileExtent.depth};
    }
    /// An array of two by two tiles.
    static Array create_four_tiles(Where where = Where::current()) {
        const Array probe = create_array(array_of(4096, 4096, 0, CUDA_ARRAY3D_SPARSE), where);
        const Box tile = tile_of(probe, where);
        return create_array(array_of(size_t{tile.width} * 2, size_t{tile.height} * 2, 0, CUDA_ARRAY3D_SPARSE),
                            where);
    }

    /// The operation that takes `box` of `array` away from its memory.
    CUarrayMapInfo unmap_of(CUarray array, const Box& box, bool layered = false) const {
        CUarrayMapInfo operation{};
        operation.resourceType = CU_RESOURCE_TYPE_ARRAY;
        operation.resource.array = array;
        operation.subresourceType = CU_ARRAY_SPARSE_SUBRESOURCE_TYPE_SPARSE_LEVEL;
        auto& level = operation.subresource.sparseLevel;
        level.layer = layered ? box.z : 0;
        level.offsetX = box.x;
        level.offsetY = box.y;
        level.offsetZ = layered ? 0 : box.z;
        level.extentWidth = box.width;
        level.extentHeight = box.height;
        level.extentDepth = box.depth;
        operation.memOperationType = CU_MEM_OPERATION_TYPE_UNMAP;
        operation.memHandleType = CU_MEM_HANDLE_TYPE_GENERIC;
        operation.deviceBitMask = 1U << device();
        return operation;
    }
    /// The operation that puts memory of `pool`, from `offset` on, behind `box`.
    CUarrayMapInfo map_of(CUarray array, const Box& box, CUmemGenericAllocationHandle pool, size_t offset = 0,
                          bool layered = false) const {
        CUarrayMapInfo operation = unmap_of(array, box, layered);
        operation.memOperationType = CU_MEM_OPERATION_TYPE_MAP;
        operation.memHandle.memHandle = pool;
        operation.offset = offset;
        return operation;
    }
    /// Submits one operation to the stream; does not wait.
    CUresult submit(CUarrayMapInfo operation) const { return cuMemMapArrayAsync(&operation, 1, stream_); }

    /// Writes first, first + 1, ... to `box`, in stream order; does not wait.
    void write_ramp(CUarray array, const Box& box, uint32_t first, Where where = Where::current()) const {
        std::vector<uint32_t> data(box.words());
        std::iota(data.begin(), data.end(), first);
        CUDA_MEMCPY3D copy = copy_of(box);
        copy.srcMemoryType = CU_MEMORYTYPE_HOST;
        copy.srcHost = data.data();
        copy.srcPitch = box.width * sizeof(uint32_t);
        copy.srcHeight = box.height;
        copy.dstMemoryType = CU_MEMORYTYPE_ARRAY;
        copy.dstArray = array;
        copy.dstXInBytes = box.x * sizeof(uint32_t);
        copy.dstY = box.y;
        copy.dstZ = box.z;
        must(cuMemcpy3DAsync(&copy, stream_), "cuMemcpy3DAsync", where); // pageable: `data` is read by now
    }
    /// `box` holds such a ramp, read in stream order.
    Comparison holds_ramp(CUarray array, const Box& box, uint32_t first,
                          Where where = Where::current()) const {
        std::vector<uint32_t> data(box.words());
        CUDA_MEMCPY3D copy = copy_of(box);
        copy.srcMemoryType = CU_MEMORYTYPE_ARRAY;
        copy.srcArray = array;
        copy.srcXInBytes = box.x * sizeof(uint32_t);
        copy.srcY = box.y;
        copy.srcZ = box.z;
        copy.dstMemoryType = CU_MEMORYTYPE_HOST;
        copy.dstHost = data.data();
        copy.dstPitch = box.width * sizeof(uint32_t);
        copy.dstHeight = box.height;
        must(cuMemcpy3DAsync(&copy, stream_), "cuMemcpy3DAsync", where);
        must(cudaStreamSynchronize(stream_), "cudaStreamSynchronize", where);
        return host_holds_ramp(data.data(), box.bytes(), first);
    }

  private:
    static CUDA_MEMCPY3D copy_of(const Box& box) {
        CUDA_MEMCPY3D copy{};
        copy.WidthInBytes = box.width * sizeof(uint32_t);
        copy.Height = box.height;
        copy.Depth = box.depth;
        return copy;
    }

    Stream stream_;
};

} // namespace cts
