// One call that unmaps several mappings which are not alike.
#include "tests/mapping/attempt.hpp"
#include "tests/prelude.hpp"

#include <vector>

namespace cts {

TEST_CASE_METHOD(Reserved, "MAP-16/mixed: one call unmaps mappings whose accesses differ", "[mapping]") {
    const Allocation memory = allocate(2);
    const Allocation other = allocate();
    Mapping bare(at(0), granularity(), other);
    Mapping writable = map(at(1), memory, 2);
    Mapping readable(at(3), granularity(), other, read_only());
    ramp(at(1), granules(2), 16);
    const CUresult result = cuMemUnmap(at(0), granules(reserved_granules));
    REQUIRE(result == CUDA_SUCCESS);
    for (Mapping* const gone : {&bare, &writable, &readable}) {
        gone->release();
    }
    for (size_t index = 0; index < reserved_granules; ++index) {
        CAPTURE(index);
        CHECK_FALSE(is_mapped(at(index)));
    }
    const Mapping again = map(at(0), memory, 2);
    CHECK(kernel_sees_ramp(at(0), granules(2), 16));
    CHECK(holds_ramp(at(0), granules(2), 16));
}

TEST_CASE_METHOD(Granule, "MAP-16/twins: one call unmaps several mappings of one memory, which then is free",
                 "[mapping][accounting]") {
    constexpr size_t twins = 8;
    const Reservation range = reserve(twins);
    const size_t before = free_memory();
    {
        Allocation memory = allocate();
        std::vector<Mapping> mappings;
        for (size_t index = 0; index < twins; ++index) {
            mappings.push_back(map(range.address(granules(index)), memory));
        }
        REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
        CHECK(free_memory() + granularity() <= before);
        REQUIRE(cuMemUnmap(range.address(), range.bytes()) == CUDA_SUCCESS);
        for (Mapping& mapping : mappings) {
            mapping.release();
        }
    }
    CHECK(free_memory() == before);
}

} // namespace cts
