#include "tests/mapping/attempt.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Reserved, "MAP-09/flags: flags other than zero are refused", "[mapping]") {
    const Allocation memory = allocate();
    for (const unsigned long long flags : {1ULL, 2ULL, 1ULL << 31, 1ULL << 32, 1ULL << 63}) {
        CAPTURE(flags);
        const CUresult result = cuMemMap(at(0), granularity(), 0, memory, flags);
        const auto unwanted = if_mapped(result, at(0), granularity());
        CHECK(result == CUDA_ERROR_INVALID_VALUE);
        CHECK_FALSE(is_mapped(at(0)));
    }
    REQUIRE(cuMemMap(at(0), granularity(), 0, memory, 0) == CUDA_SUCCESS);
    const Mapping mapped = Mapping::adopt(at(0), granularity());
}

TEST_CASE_METHOD(Reserved, "MAP-09/size: a size of zero is refused", "[mapping]") {
    const Allocation memory = allocate();
    CHECK(cuMemMap(at(0), 0, 0, memory, 0) == CUDA_ERROR_INVALID_VALUE);
    CHECK_FALSE(is_mapped(at(0)));
    REQUIRE(cuMemMap(at(0), granularity(), 0, memory, 0) == CUDA_SUCCESS);
    const Mapping mapped = Mapping::adopt(at(0), granularity());
}

TEST_CASE_METHOD(Reserved, "MAP-09/address: address zero is refused", "[mapping]") {
    const Allocation memory = allocate();
    const CUresult result = cuMemMap(0, granularity(), 0, memory, 0);
    const auto unwanted = if_mapped(result, 0, granularity());
    CHECK(result == CUDA_ERROR_INVALID_VALUE);
    REQUIRE(cuMemMap(at(0), granularity(), 0, memory, 0) == CUDA_SUCCESS);
    const Mapping mapped = Mapping::adopt(at(0), granularity());
}

TEST_CASE_METHOD(Reserved, "MAP-26/zero: what handle zero gives is no mapping", "[mapping]") {
    const CUresult result = cuMemMap(at(0), granularity(), 0, 0, 0);
    const auto unwanted = if_mapped(result, at(0), granularity());
    observe("MAP-26/handle 0", result);
    CHECK_FALSE(is_mapped(at(0)));
    const Allocation memory = allocate();
    REQUIRE(cuMemMap(at(0), granularity(), 0, memory, 0) == CUDA_SUCCESS);
    const Mapping mapped = Mapping::adopt(at(0), granularity());
    CHECK(is_mapped(at(0)));
}

} // namespace cts
