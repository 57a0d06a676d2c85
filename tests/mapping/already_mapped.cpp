// cuMemMap maps only where nothing is mapped (Driver API, cuMemMap). A reservation of six granules with two
// of them, 2 and 3, mapped as one; every way to touch them is tried.
#include "tests/mapping/attempt.hpp"
#include "tests/prelude.hpp"

#include <catch2/generators/catch_generators.hpp>

namespace cts {
namespace {

constexpr uint32_t old_value = 0x01d01d01;
constexpr uint32_t new_value = 0x0e30e30e;

struct Overlap {
    const char* what;
    size_t start, count;
};

} // namespace

TEST_CASE_METHOD(Granule, "MAP-04: a range that is already mapped is refused and the old mapping stays",
                 "[mapping]") {
    const auto overlap = GENERATE(values<Overlap>({{"the same range", 2, 2},
                                                   {"its first granule", 2, 1},
                                                   {"its last granule", 3, 1},
                                                   {"across its start", 1, 2},
                                                   {"across its end", 3, 2},
                                                   {"all around it", 1, 4}}));
    CAPTURE(overlap.what);
    const Reservation range = reserve(6);
    const CUdeviceptr old_at = range.address(granules(2));
    const Allocation old_memory = allocate(2);
    const Mapping old_mapping = map(old_at, old_memory, 2);
    fill(old_at, granules(2), old_value);

    const Allocation new_memory = allocate(overlap.count);
    const size_t bytes = granules(overlap.count);
    {
        const Reservation room = reserve(overlap.count);
        const Mapping passing = map(room.address(), new_memory, overlap.count);
        fill(room.address(), bytes, new_value);
        CHECK(holds(room.address(), bytes, new_value)); // the same call succeeds where nothing is mapped
    }

    const CUdeviceptr address = range.address(granules(overlap.start));
    const CUresult result = cuMemMap(address, bytes, 0, new_memory, 0);
    const auto unwanted = if_mapped(result, address, bytes);
    CHECK(result == CUDA_ERROR_INVALID_VALUE);

    CHECK(access_at(old_at) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(access_at(old_at + granularity()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK_FALSE(holds(old_at, granules(2), new_value));
    CHECK(holds(old_at, granules(2), old_value));
    CHECK(kernel_sees(old_at, granules(2), old_value));
    CHECK_FALSE(is_mapped(range.address(granules(1)))); // nor was the free part of the range taken
    CHECK_FALSE(is_mapped(range.address(granules(4))));
}

TEST_CASE_METHOD(Mapped, "MAP-04/same_handle: mapping the memory that is already there is refused",
                 "[mapping]") {
    fill(address(), bytes(), old_value);
    const CUresult again = cuMemMap(address(), bytes(), 0, memory(), 0);
    CHECK(again == CUDA_ERROR_INVALID_VALUE);
    CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(holds(address(), bytes(), old_value));
    CHECK(kernel_sees(address(), bytes(), old_value));

    REQUIRE(cuMemUnmap(mapping().release(), bytes()) == CUDA_SUCCESS); // one unmap undoes the one mapping
    CHECK_FALSE(is_mapped(address()));
    CHECK(cuMemMap(address(), bytes(), 0, memory(), 0) == CUDA_SUCCESS);
    mapping() = Mapping::adopt(address(), bytes());
}

TEST_CASE_METHOD(Mapped, "MAP-04/after_release: a mapping whose handle is released still occupies its range",
                 "[mapping]") {
    fill(address(), bytes(), old_value);
    REQUIRE(cuMemRelease(memory().release()) == CUDA_SUCCESS);
    const Allocation other = allocate();
    const CUresult result = cuMemMap(address(), bytes(), 0, other, 0);
    CHECK(result == CUDA_ERROR_INVALID_VALUE);
    CHECK(holds(address(), bytes(), old_value));
    CHECK(kernel_sees(address(), bytes(), old_value));
    CHECK(cuMemMap(at(1), bytes(), 0, other, 0) == CUDA_SUCCESS);
    const Mapping beside = Mapping::adopt(at(1), bytes());
}

} // namespace cts
