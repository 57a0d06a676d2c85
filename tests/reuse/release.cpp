#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Granule, "REU-08: unmapping and releasing returns the memory while the reservation stays",
                 "[reuse][accounting]") {
    constexpr size_t count = 8;
    const Reservation range = reserve(count);
    const size_t before = free_memory();
    Allocation memory = allocate(count);
    Mapping mapping = map(range.address(), memory, count);
    CHECK(free_memory() + granules(count) <= before);

    REQUIRE(cuMemUnmap(mapping.release(), granules(count)) == CUDA_SUCCESS);
    REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);

    CHECK(free_memory() == before);
    const Allocation again = allocate(count); // the range is still reserved: it takes a mapping
    REQUIRE(cuMemMap(range.address(), granules(count), 0, again, 0) == CUDA_SUCCESS);
    const Mapping mapped_again = Mapping::adopt(range.address(), granules(count));
}

TEST_CASE_METHOD(Granule, "REU-13: at the end everything is unmapped and freed, and a second free is refused",
                 "[reuse][accounting]") {
    const size_t before = free_memory();
    {
        Reservation range = reserve(1);
        {
            const Allocation memory = allocate();
            const Mapping mapping = map(range.address(), memory);
            fill(range.address(), granularity(), 9);
            CHECK(free_memory() < before);
        }
        const CUdeviceptr address = range.release();
        REQUIRE(cuMemAddressFree(address, granularity()) == CUDA_SUCCESS);
        CHECK(cuMemAddressFree(address, granularity()) == CUDA_ERROR_INVALID_VALUE);
    }
    CHECK(free_memory() == before);
}

} // namespace cts
