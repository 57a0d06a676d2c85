#include "tests/prelude.hpp"

#include <algorithm>
#include <array>

namespace cts {

TEST_CASE_METHOD(Mapped, "ALC-12: mapped memory stays readable and writable when its handle is released",
                 "[allocation]") {
    ramp(address(), bytes(), 0xc0de);
    REQUIRE(cuMemRelease(memory().release()) == CUDA_SUCCESS);

    CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(holds_ramp(address(), bytes(), 0xc0de));
    CHECK(kernel_sees_ramp(address(), bytes(), 0xc0de));
    ramp(address(), bytes(), 0xbeef);
    CHECK_FALSE(holds_ramp(address(), bytes(), 0xc0de));
    CHECK(holds_ramp(address(), bytes(), 0xbeef));
    REQUIRE(cuMemsetD32(address(), 9, word_count(bytes())) == CUDA_SUCCESS);
    CHECK(kernel_sees(address(), bytes(), 9));
}

TEST_CASE_METHOD(Mapped, "ALC-12/others: memory without a handle does not become that of the next allocation",
                 "[allocation]") {
    fill(address(), bytes(), 0x12);
    REQUIRE(cuMemRelease(memory().release()) == CUDA_SUCCESS);
    for (uint32_t value = 0; value < 8; ++value) { // memory freed too early goes to one of them
        const Allocation other = allocate();
        const Mapping mapped = map(at(1), other);
        fill(at(1), granularity(), value);
        CHECK(holds(at(1), granularity(), value));
        CHECK(holds(address(), bytes(), 0x12));
    }
    CHECK(kernel_sees(address(), bytes(), 0x12));
}

TEST_CASE_METHOD(Mapped, "ALC-12/access: access is changed as before when the handle is released",
                 "[allocation]") {
    fill(address(), bytes(), 0x12);
    REQUIRE(cuMemRelease(memory().release()) == CUDA_SUCCESS);
    const CUmemAccessDesc read = read_only();
    REQUIRE(cuMemSetAccess(address(), bytes(), &read, 1) == CUDA_SUCCESS);
    CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_READ);
    CHECK(cuMemsetD32(address(), 1, 1) == CUDA_ERROR_INVALID_VALUE);
    const CUmemAccessDesc write = read_write();
    REQUIRE(cuMemSetAccess(address(), bytes(), &write, 1) == CUDA_SUCCESS);
    CHECK(holds(address(), bytes(), 0x12));
    CHECK(cuMemsetD32(address(), 1, 1) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Mapped, "ALC-12/closed: memory that is released while it has no access keeps its contents",
                 "[allocation]") {
    ramp(address(), bytes(), 0x12c);
    const CUmemAccessDesc none = no_access();
    REQUIRE(cuMemSetAccess(address(), bytes(), &none, 1) == CUDA_SUCCESS);
    REQUIRE(cuMemRelease(memory().release()) == CUDA_SUCCESS);
    const Allocation other = allocate(); // memory freed too early goes to it
    const Mapping mapped = map(at(1), other);
    fill(at(1), granularity(), 0);
    const CUmemAccessDesc access = read_write();
    REQUIRE(cuMemSetAccess(address(), bytes(), &access, 1) == CUDA_SUCCESS);
    CHECK(holds_ramp(address(), bytes(), 0x12c));
    CHECK(kernel_sees_ramp(address(), bytes(), 0x12c));
    CHECK_FALSE(holds_ramp(at(1), granularity(), 0x12c));
}

TEST_CASE_METHOD(Granule,
                 "ALC-11/several: each of several memories comes back with its own release, in any order",
                 "[allocation][accounting]") {
    constexpr size_t count = 16;
    std::array<size_t, 3> order = {0, 1, 2};
    { const Allocation first[] = {allocate(count), allocate(count), allocate(count)}; }
    do {
        CAPTURE(order[0], order[1], order[2]);
        Allocation memories[] = {allocate(count), allocate(count), allocate(count)};
        const size_t held = free_memory();
        size_t released = 0;
        for (const size_t index : order) {
            REQUIRE(cuMemRelease(memories[index].release()) == CUDA_SUCCESS);
            CHECK(free_memory() == held + granules(count) * ++released);
        }
    } while (std::next_permutation(order.begin(), order.end()));
}

} // namespace cts
