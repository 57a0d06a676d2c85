// Which part of an allocation a mapping may show. The text of cuMemMap contradicts itself: offset + size
// "must be less than" the size of the allocation, yet every example maps the whole of it.
#include "tests/mapping/attempt.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Reserved, "MAP-06: an offset into the allocation is refused", "[mapping]") {
    const Allocation memory = allocate(2);
    for (const size_t offset : {granularity(), size_t{65536}, size_t{4096}, size_t{1}}) {
        // The whole size, too: where a part of an allocation cannot be mapped, only that shows whether the
        // offset was looked at.
        for (const size_t count : {1, 2}) {
            CAPTURE(offset, count);
            const CUresult result = cuMemMap(at(0), granules(count), offset, memory, 0);
            const auto unwanted = if_mapped(result, at(0), granules(count));
            CHECK(result != CUDA_SUCCESS);
            observe(
                std::string(offset == granularity() ? "MAP-06/one granule" : "MAP-06/off the granularity") +
                    (count == 1 ? "" : ", whole size"),
                result);
            CHECK_FALSE(is_mapped(at(0)));
        }
    }
    REQUIRE(cuMemMap(at(0), granules(2), 0, memory, 0) == CUDA_SUCCESS);
    const Mapping mapped = Mapping::adopt(at(0), granules(2));
}

TEST_CASE_METHOD(Reserved,
                 "MAP-07/whole: a mapping of the whole allocation is accepted and reaches its last byte",
                 "[mapping]") {
    const Allocation memory = allocate(3);
    REQUIRE(cuMemMap(at(0), granules(3), 0, memory, 0) == CUDA_SUCCESS);
    const Mapping mapped = Mapping::adopt(at(0), granules(3));
    const CUmemAccessDesc access = read_write();
    REQUIRE(cuMemSetAccess(at(0), granules(3), &access, 1) == CUDA_SUCCESS);
    ramp(at(0), granules(3), 5);
    CHECK(holds_ramp(at(0), granules(3), 5));
    CHECK(kernel_sees_ramp(at(0), granules(3), 5));
    CHECK_FALSE(holds_ramp(at(0), granules(3), 6));
}

TEST_CASE_METHOD(Reserved, "MAP-07/larger: a mapping larger than the allocation is refused", "[mapping]") {
    const Allocation memory = allocate(2);
    for (const size_t count : {size_t{3}, size_t{4}}) {
        CAPTURE(count);
        const CUresult result = cuMemMap(at(0), granules(count), 0, memory, 0);
        const auto unwanted = if_mapped(result, at(0), granules(count));
        CHECK(result != CUDA_SUCCESS);
        observe("MAP-07/larger", result);
        CHECK_FALSE(is_mapped(at(0)));
        CHECK_FALSE(is_mapped(at(2)));
    }
    REQUIRE(cuMemMap(at(0), granules(2), 0, memory, 0) == CUDA_SUCCESS);
    const Mapping mapped = Mapping::adopt(at(0), granules(2));
}

TEST_CASE_METHOD(Reserved, "MAP-08: what a mapping of the first part of an allocation does", "[mapping]") {
    const Allocation memory = allocate(2);
    const CUresult result = cuMemMap(at(0), granularity(), 0, memory, 0);
    auto prefix = if_mapped(result, at(0), granularity());
    observe("MAP-08/map", result);
    CHECK(is_mapped(at(0)) == (result == CUDA_SUCCESS));
    CHECK_FALSE(is_mapped(at(1))); // whatever the answer, no more than what was asked for is mapped

    const Allocation beside = allocate();
    REQUIRE(cuMemMap(at(1), granularity(), 0, beside, 0) == CUDA_SUCCESS);
    const Mapping next = Mapping::adopt(at(1), granularity());
    prefix.reset();
    CHECK_FALSE(is_mapped(at(0)));
    CHECK(is_mapped(at(1)));
}

} // namespace cts
