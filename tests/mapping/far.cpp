// Offsets and numbers of mappings at which a driver's counting may end.
#include "tests/mapping/far.hpp"

#include "tests/mapping/attempt.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Far, "MAP-12/far: copies and fills 4 GiB behind the start of a reservation land there",
                 "[mapping]") {
    fill(near(), granularity(), 0x12);
    fill(far(), granularity(), 0x13);
    const std::vector<uint32_t> data(word_count(granularity()), 0x14);
    REQUIRE(cuMemcpyHtoD(far(), data.data(), granularity()) == CUDA_SUCCESS);
    CHECK(kernel_sees(far(), granularity(), 0x14));
    REQUIRE(cuMemsetD32(far(), 0x15, word_count(granularity())) == CUDA_SUCCESS);
    synchronize();
    CHECK(kernel_sees(far(), granularity(), 0x15));
    CHECK(kernel_sees(near(), granularity(), 0x12));
    REQUIRE(cuMemcpyDtoD(far(), near(), granularity()) == CUDA_SUCCESS);
    synchronize();
    CHECK(kernel_sees(far(), granularity(), 0x12));
    CHECK(holds(far(), granularity(), 0x12));
}

TEST_CASE_METHOD(Far, "MAP-16/far: unmapping 4 GiB behind the start of a reservation unmaps there",
                 "[mapping]") {
    const Mapping second = map(near() + granularity(), near_memory);
    fill(near(), granularity(), 0x16);
    far_mapping.unmap();
    far_mapping = map(far(), near_memory); // of the same size as the near one
    REQUIRE(cuMemUnmap(far_mapping.release(), granularity()) == CUDA_SUCCESS);
    CHECK_FALSE(is_mapped(far()));
    CHECK(is_mapped(near()));
    CHECK(kernel_sees(near(), granularity(), 0x16));
}

TEST_CASE_METHOD(Granule, "MAP-16/numbers: one call unmaps 511, 512 and 513 mappings, to the last",
                 "[mapping]") {
    const Allocation memory = allocate();
    for (const size_t count : {511, 512, 513}) {
        CAPTURE(count);
        const Reservation range = reserve(count);
        for (size_t i = 0; i < count; ++i) {
            must(cuMemMap(range.address(granules(i)), granularity(), 0, memory, 0), "cuMemMap");
        }
        CHECK(is_mapped(range.end() - 1));
        const CUresult result = cuMemUnmap(range.address(), range.bytes());
        CHECK(result == CUDA_SUCCESS);
        size_t left = 0;
        for (size_t i = 0; i < count; ++i) {
            if (is_mapped(range.address(granules(i)))) {
                ++left;
                const Mapping leftover = Mapping::adopt(range.address(granules(i)), granularity());
            }
        }
        CHECK(left == 0);
    }
}

} // namespace cts
