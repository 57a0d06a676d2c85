// What fresh memory holds is not documented. What it must not hold is the data of another process.
#include "fixtures/size.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

constexpr uint32_t secret = 0x5ec4e75e;
constexpr size_t secret_granules = 8;

CHILD(leave_a_secret) {
    const Granule room;
    const Reservation range = room.reserve(secret_granules);
    const Allocation memory = room.allocate(secret_granules);
    const Mapping mapped = room.map(range.address(), memory, secret_granules);
    fill(range.address(), range.bytes(), secret);
    parent.report("left", kernel_sees(range.address(), range.bytes(), secret) ? 1 : 0);
}

} // namespace

TEST_CASE_METHOD(Granule, "ALC-24: fresh memory shows nothing of what another process left there",
                 "[allocation][sacrifices]") {
    Child child(leave_a_secret);
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.number("left") == 1);

    const size_t count = 3 * secret_granules * size_factor();
    const Reservation range = reserve(count);
    const Allocation memory = allocate(count);
    const Mapping mapped = map(range.address(), memory, count);
    const Comparison fresh = kernel_sees(range.address(), range.bytes(), secret);
    CHECK(fresh.words == word_count(range.bytes()));
    CHECK(fresh.mismatches == fresh.words);
    REQUIRE(cuMemsetD32(range.end() - sizeof(uint32_t), secret, 1) == CUDA_SUCCESS);
    CHECK(kernel_sees(range.address(), range.bytes(), secret).mismatches == fresh.words - 1);
}

} // namespace cts
