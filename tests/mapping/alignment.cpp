// Address and size must be multiples of the minimum granularity (Driver API, cuMemMap).
#include "tests/mapping/attempt.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Reserved, "MAP-05/address: an address off the granularity is refused", "[mapping]") {
    const Allocation memory = allocate();
    for (const size_t offset :
         {size_t{1}, size_t{4096}, size_t{65536}, granularity() / 2, granularity() - 4096}) {
        CAPTURE(offset);
        const CUresult result = cuMemMap(at(0) + offset, granularity(), 0, memory, 0);
        const auto unwanted = if_mapped(result, at(0) + offset, granularity());
        CHECK(result == CUDA_ERROR_INVALID_VALUE);
        CHECK_FALSE(is_mapped(at(0)));
        CHECK_FALSE(is_mapped(at(1)));
    }
    REQUIRE(cuMemMap(at(1), granularity(), 0, memory, 0) == CUDA_SUCCESS);
    const Mapping mapped = Mapping::adopt(at(1), granularity());
}

TEST_CASE_METHOD(Reserved, "MAP-05/size: a size off the granularity is refused", "[mapping]") {
    const Allocation memory = allocate(2);
    const size_t G = granularity();
    for (const size_t bytes :
         {size_t{1}, size_t{4096}, size_t{65536}, G - 1, G + 1, G + 4096, G + 65536, 2 * G - 4096}) {
        CAPTURE(bytes);
        const CUresult result = cuMemMap(at(0), bytes, 0, memory, 0);
        const auto unwanted = if_mapped(result, at(0), bytes);
        CHECK(result != CUDA_SUCCESS); // documented is the refusal; drivers differ in the code
        observe("MAP-05/size", result);
        CHECK_FALSE(is_mapped(at(0)));
        CHECK_FALSE(is_mapped(at(1)));
    }
    REQUIRE(cuMemMap(at(0), 2 * G, 0, memory, 0) == CUDA_SUCCESS);
    const Mapping mapped = Mapping::adopt(at(0), 2 * G);
}

} // namespace cts
