#include "fixtures/rungs/matrix_operands.hpp"
#include "tests/prelude.hpp"

#include <algorithm>
#include <array>

namespace cts {

TEST_CASE_METHOD(Granule, "REU-05: three reservations are aligned and do not overlap", "[reuse]") {
    const size_t bytes = round_up(matrix_bytes, granularity());
    std::array<Reservation, 3> ranges{Reservation(bytes), Reservation(bytes), Reservation(bytes)};
    std::sort(ranges.begin(), ranges.end(), [](const Reservation& left, const Reservation& right) {
        return left.address() < right.address();
    });

    for (const Reservation& range : ranges) {
        CHECK(range.address() != 0);
        CHECK(range.address() % granularity() == 0);
    }
    CHECK(ranges[0].end() <= ranges[1].address());
    CHECK(ranges[1].end() <= ranges[2].address());
}

TEST_CASE_METHOD(Granule, "REU-06: memory stays usable when its handle is released after mapping",
                 "[reuse]") {
    const Reservation range = reserve(1);
    Allocation memory = allocate();
    const Mapping mapping = map(range.address(), memory);
    fill(range.address(), granularity(), 1);

    REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);

    CHECK(kernel_sees(range.address(), granularity(), 1));
    fill(range.address(), granularity(), 2);
    CHECK(kernel_sees(range.address(), granularity(), 2));
    CHECK(holds(range.address(), granularity(), 2));
    CHECK_FALSE(holds(range.address(), granularity(), 1));
}

TEST_CASE_METHOD(MatrixOperands,
                 "REU-09: new memory maps at the addresses of the old, and the product's is untouched",
                 "[reuse]") {
    const CUdeviceptr left_before = left();
    const CUdeviceptr right_before = right();
    fill(product(), bytes(), 0xC0FFEE);

    swap_operands();

    CHECK(left_mapping().address() == left_before);
    CHECK(right_mapping().address() == right_before);
    CHECK(access_at(left_before) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(access_at(right_before) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(kernel_sees(product(), bytes(), 0xC0FFEE));
    CHECK(holds(product(), bytes(), 0xC0FFEE));
    fill(left_before, bytes(), 5); // the new memory is there, and is not the product's
    CHECK(kernel_sees(left_before, bytes(), 5));
    CHECK(holds(product(), bytes(), 0xC0FFEE));
}

} // namespace cts
