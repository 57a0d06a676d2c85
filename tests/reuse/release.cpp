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

TEST_CASE_METHOD(Granule, "REU-08/beside: memory returns, too, that was mapped beside memory which stays",
                 "[reuse][accounting]") {
    constexpr size_t count = 12;
    const Reservation range = reserve(count);
    const Allocation kept = allocate(2);
    const Mapping middle = map(range.address(granules(5)), kept, 2);
    ramp(range.address(granules(5)), granules(2), 8);
    const size_t before = free_memory();
    for (const size_t place : {0, 1, 7, 8}) { // below and above, with and without a gap
        CAPTURE(place);
        Allocation memory = allocate(4);
        Mapping mapping = map(range.address(granules(place)), memory, 4);
        CHECK(free_memory() + granules(4) <= before);
        REQUIRE(cuMemUnmap(mapping.release(), granules(4)) == CUDA_SUCCESS);
        REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
        CHECK(free_memory() == before);
    }
    CHECK(holds_ramp(range.address(granules(5)), granules(2), 8));
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
