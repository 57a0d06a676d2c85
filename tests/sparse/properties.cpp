// What an array tells of its layout (Driver API, cuArrayGetSparseProperties, cuArrayGetMemoryRequirements).
#include "tests/prelude.hpp"
#include "tests/sparse/sparse.hpp"

namespace cts {

TEST_CASE_METHOD(Sparse, "SPA-01: sparse arrays tell their tiles; other arrays and single levels do not",
                 "[sparse]") {
    const CUDA_ARRAY3D_DESCRIPTOR shapes[] = {
        array_of(1024, 1024, 0, CUDA_ARRAY3D_SPARSE),
        array_of(1024, 1024, 4, CUDA_ARRAY3D_SPARSE | CUDA_ARRAY3D_LAYERED),
        array_of(256, 256, 64, CUDA_ARRAY3D_SPARSE),
    };
    for (const CUDA_ARRAY3D_DESCRIPTOR& shape : shapes) {
        CAPTURE(shape.Width, shape.Depth, shape.Flags);
        const Array array = create_array(shape);
        CUDA_ARRAY_SPARSE_PROPERTIES found{};
        REQUIRE(cuArrayGetSparseProperties(&found, array) == CUDA_SUCCESS);
        CHECK(found.tileExtent.width > 0);
        CHECK(found.tileExtent.height > 0);
        CHECK(found.tileExtent.depth > 0);
        CHECK(found.miptailFirstLevel == 0);
        CHECK((found.flags & ~unsigned{CU_ARRAY_SPARSE_PROPERTIES_SINGLE_MIPTAIL}) == 0);
        CHECK((found.flags != 0 || found.miptailSize == 0));
        observe("SPA-01/tile", std::to_string(found.tileExtent.width) + "x" +
                                   std::to_string(found.tileExtent.height) + "x" +
                                   std::to_string(found.tileExtent.depth));

        CUDA_ARRAY3D_DESCRIPTOR ordinary = shape;
        ordinary.Flags &= ~unsigned{CUDA_ARRAY3D_SPARSE};
        CHECK(cuArrayGetSparseProperties(&found, create_array(ordinary)) == CUDA_ERROR_INVALID_VALUE);
        CHECK(cuMipmappedArrayGetSparseProperties(&found, create_mipmap(ordinary, 2)) ==
              CUDA_ERROR_INVALID_VALUE);

        const Mipmap mipmap = create_mipmap(shape, 2);
        CHECK(cuMipmappedArrayGetSparseProperties(&found, mipmap) == CUDA_SUCCESS);
        CUarray level = nullptr;
        REQUIRE(cuMipmappedArrayGetLevel(&level, mipmap, 0) == CUDA_SUCCESS);
        CHECK(cuArrayGetSparseProperties(&found, level) == CUDA_ERROR_INVALID_VALUE);
    }
}

TEST_CASE_METHOD(Granule, "SPA-01/deferred: only arrays that wait for their memory tell how much they need",
                 "[sparse]") {
    need(CU_DEVICE_ATTRIBUTE_DEFERRED_MAPPING_CUDA_ARRAY_SUPPORTED, "DEFERRED_MAPPING_CUDA_ARRAY_SUPPORTED");
    const Array deferred = create_array(array_of(512, 512, 0, CUDA_ARRAY3D_DEFERRED_MAPPING));
    const Array ordinary = create_array(array_of(512, 512, 0, 0));
    CUDA_ARRAY_MEMORY_REQUIREMENTS found{};
    REQUIRE(cuArrayGetMemoryRequirements(&found, deferred, device()) == CUDA_SUCCESS);
    CHECK(found.size >= size_t{512} * 512 * sizeof(uint32_t));
    CHECK(found.alignment > 0);
    CHECK((found.alignment & (found.alignment - 1)) == 0);
    CHECK(cuArrayGetMemoryRequirements(&found, ordinary, device()) == CUDA_ERROR_INVALID_VALUE);
}

} // namespace cts
