// Memory comes and goes under the tiles of an array, in stream order, and data is where it was put.
#include "tests/prelude.hpp"
#include "tests/sparse/sparse.hpp"

namespace cts {
namespace {

/// Every tile of an array that has `across` tiles in each of three directions.
std::vector<Box> all_tiles(const Box& tile, const Box& across) {
    std::vector<Box> tiles;
    for (unsigned z = 0; z < across.depth; ++z) {
        for (unsigned y = 0; y < across.height; ++y) {
            for (unsigned x = 0; x < across.width; ++x) {
                tiles.push_back(
                    {x * tile.width, y * tile.height, z * tile.depth, tile.width, tile.height, tile.depth});
            }
        }
    }
    return tiles;
}

struct Shape {
    const char* name;
    CUDA_ARRAY3D_DESCRIPTOR probe; // large enough to ask it for its tiles
    Box across;                    // tiles in each direction
};

uint32_t value_of(size_t tile) {
    return static_cast<uint32_t>((tile + 1) << 24);
}

} // namespace

TEST_CASE_METHOD(Sparse, "SPA-02: each tile of an array holds its own data until it is given other memory",
                 "[sparse]") {
    constexpr unsigned layered = CUDA_ARRAY3D_SPARSE | CUDA_ARRAY3D_LAYERED;
    const Shape shapes[] = {
        {"2D", array_of(4096, 4096, 0, CUDA_ARRAY3D_SPARSE), {0, 0, 0, 2, 2, 1}},
        {"2D layered", array_of(4096, 4096, 2, layered), {0, 0, 0, 2, 1, 2}},
        {"3D", array_of(256, 256, 256, CUDA_ARRAY3D_SPARSE), {0, 0, 0, 2, 2, 2}},
    };
    for (const Shape& shape : shapes) {
        CAPTURE(shape.name);
        const bool in_layers = (shape.probe.Flags & CUDA_ARRAY3D_LAYERED) != 0;
        Box tile = tile_of(create_array(shape.probe));
        if (in_layers) {
            tile.depth = 1;
        }
        const std::vector<Box> tiles = all_tiles(tile, shape.across);
        const Allocation first_pool = create_pool(tiles.size() * tile.bytes());
        const Allocation second_pool = create_pool(tiles.size() * tile.bytes());
        const Array array = create_array(array_of(
            size_t{tile.width} * shape.across.width, size_t{tile.height} * shape.across.height,
            shape.probe.Depth == 0 ? 0 : size_t{tile.depth} * shape.across.depth, shape.probe.Flags));

        const auto map_all = [&](CUmemGenericAllocationHandle pool) {
            for (size_t i = 0; i < tiles.size(); ++i) { // the last tile gets the first memory
                const size_t offset = (tiles.size() - 1 - i) * tile.bytes();
                REQUIRE(submit(map_of(array, tiles[i], pool, offset, in_layers)) == CUDA_SUCCESS);
            }
        };
        map_all(first_pool);
        for (size_t i = 0; i < tiles.size(); ++i) {
            write_ramp(array, tiles[i], value_of(i));
        }
        for (size_t i = 0; i < tiles.size(); ++i) {
            CAPTURE(i);
            CHECK(holds_ramp(array, tiles[i], value_of(i)));
            CHECK_FALSE(holds_ramp(array, tiles[i], value_of(i) + 1));
        }
        // One tile gets other memory; its neighbours keep theirs.
        REQUIRE(submit(unmap_of(array, tiles[1], in_layers)) == CUDA_SUCCESS);
        REQUIRE(submit(map_of(array, tiles[1], second_pool, 0, in_layers)) == CUDA_SUCCESS);
        write_ramp(array, tiles[1], 7);
        CHECK(holds_ramp(array, tiles[1], 7));
        for (const size_t i : {size_t{0}, tiles.size() - 1}) {
            CHECK(holds_ramp(array, tiles[i], value_of(i)));
        }
        // Its first memory has kept its data.
        const size_t offset = (tiles.size() - 2) * tile.bytes();
        REQUIRE(submit(unmap_of(array, tiles[1], in_layers)) == CUDA_SUCCESS);
        REQUIRE(submit(map_of(array, tiles[1], first_pool, offset, in_layers)) == CUDA_SUCCESS);
        CHECK(holds_ramp(array, tiles[1], value_of(1)));
        for (const Box& each : tiles) {
            REQUIRE(submit(unmap_of(array, each, in_layers)) == CUDA_SUCCESS);
        }
        synchronize();
    }
}

TEST_CASE_METHOD(Sparse, "SPA-02/miptail: the small levels of a mipmapped array share memory of their own",
                 "[sparse]") {
    constexpr unsigned levels = 12;
    constexpr unsigned width = 1U << (levels - 1);
    const Mipmap mipmap = create_mipmap(array_of(width, width, 0, CUDA_ARRAY3D_SPARSE), levels);
    CUDA_ARRAY_SPARSE_PROPERTIES found{};
    REQUIRE(cuMipmappedArrayGetSparseProperties(&found, mipmap) == CUDA_SUCCESS);
    REQUIRE(found.miptailSize > 0);
    REQUIRE(found.miptailFirstLevel < levels);
    const unsigned tail_width = width >> found.miptailFirstLevel;
    CHECK((tail_width < found.tileExtent.width || tail_width < found.tileExtent.height));

    const Allocation pool = create_pool(found.miptailSize);
    CUarrayMapInfo tail{};
    tail.resourceType = CU_RESOURCE_TYPE_MIPMAPPED_ARRAY;
    tail.resource.mipmap = mipmap;
    tail.subresourceType = CU_ARRAY_SPARSE_SUBRESOURCE_TYPE_MIPTAIL;
    tail.subresource.miptail.size = found.miptailSize;
    tail.memOperationType = CU_MEM_OPERATION_TYPE_MAP;
    tail.memHandleType = CU_MEM_HANDLE_TYPE_GENERIC;
    tail.memHandle.memHandle = pool;
    tail.deviceBitMask = 1U << device();
    CUarrayMapInfo wrong = tail;
    wrong.subresource.miptail.offset = 1;
    CHECK(submit(wrong) != CUDA_SUCCESS); // both are to be aligned to the tile size
    wrong = tail;
    wrong.subresource.miptail.size -= 1;
    CHECK(submit(wrong) != CUDA_SUCCESS);
    REQUIRE(submit(tail) == CUDA_SUCCESS);

    for (int pass = 0; pass < 2; ++pass) { // all are written before one is read
        for (unsigned index = found.miptailFirstLevel; index < levels; ++index) {
            CAPTURE(index);
            CUarray level = nullptr;
            REQUIRE(cuMipmappedArrayGetLevel(&level, mipmap, index) == CUDA_SUCCESS);
            const Box whole{0, 0, 0, width >> index, width >> index, 1};
            if (pass == 0) {
                write_ramp(level, whole, value_of(index));
            } else {
                CHECK(holds_ramp(level, whole, value_of(index)));
            }
        }
    }
    tail.memOperationType = CU_MEM_OPERATION_TYPE_UNMAP;
    tail.memHandle.memHandle = 0;
    CHECK(submit(tail) == CUDA_SUCCESS);
    synchronize();
}

TEST_CASE_METHOD(Sparse, "SPA-07: an array that waits for its memory takes it whole, whatever part is named",
                 "[sparse]") {
    need(CU_DEVICE_ATTRIBUTE_DEFERRED_MAPPING_CUDA_ARRAY_SUPPORTED, "DEFERRED_MAPPING_CUDA_ARRAY_SUPPORTED");
    const Array array = create_array(array_of(512, 512, 0, CUDA_ARRAY3D_DEFERRED_MAPPING));
    CUDA_ARRAY_MEMORY_REQUIREMENTS needed{};
    must(cuArrayGetMemoryRequirements(&needed, array, device()), "cuArrayGetMemoryRequirements");
    const Allocation pool = create_pool(needed.size);
    CUarrayMapInfo operation = map_of(array, {3, 5, 7, 9, 11, 13}, pool); // no tile of anything
    operation.subresourceType = CU_ARRAY_SPARSE_SUBRESOURCE_TYPE_MIPTAIL;
    operation.subresource.sparseLevel.level = 77;
    REQUIRE(submit(operation) == CUDA_SUCCESS);
    const Box whole{0, 0, 0, 512, 512, 1};
    write_ramp(array, whole, 7);
    CHECK(holds_ramp(array, whole, 7));
    CHECK_FALSE(holds_ramp(array, whole, 8));
    operation.memOperationType = CU_MEM_OPERATION_TYPE_UNMAP;
    operation.memHandle.memHandle = 0;
    CHECK(submit(operation) == CUDA_SUCCESS);
    synchronize();
}

} // namespace cts
