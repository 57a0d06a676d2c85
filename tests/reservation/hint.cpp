// An address given to cuMemAddressReserve is a hint (Driver API, cuMemAddressReserve): what matters is the
// address that comes back. A driver was seen to fail where it should have ignored the hint
// (NVIDIA/DALI#3128).
#include "tests/prelude.hpp"
#include "tests/reservation/adjacent.hpp"

namespace cts {
namespace {

bool overlap(const Reservation& a, const Reservation& b) {
    return a.address() < b.end() && b.address() < a.end();
}

/// The size of the range that the driver knows around `address`; 0 when it knows none.
size_t range_size(CUdeviceptr address) {
    size_t bytes = 0;
    const CUresult result = cuPointerGetAttribute(&bytes, CU_POINTER_ATTRIBUTE_RANGE_SIZE, address);
    return result == CUDA_SUCCESS ? bytes : 0;
}

/// The reservation can hold memory.
void check_usable(const Granule& rung, const Reservation& range, uint32_t value) {
    const Allocation memory = rung.allocate();
    const Mapping mapped = rung.map(range.address(), memory);
    fill(range.address(), rung.granularity(), value);
    CHECK(kernel_sees(range.address(), rung.granularity(), value));
    CHECK(holds(range.address(), rung.granularity(), value));
}

} // namespace

TEST_CASE_METHOD(Granule, "RSV-05/free: a hint at a free range gives a usable reservation", "[reservation]") {
    const CUdeviceptr free_address = reserve(4).address();
    CUdeviceptr address = 0;
    REQUIRE(cuMemAddressReserve(&address, granules(4), 0, free_address, 0) == CUDA_SUCCESS);
    const Reservation range = Reservation::adopt(address, granules(4));
    CHECK(address != 0);
    check_usable(*this, range, 0x05);
}

TEST_CASE_METHOD(Granule, "RSV-05/occupied: a hint at an occupied range gives another range",
                 "[reservation]") {
    const Reservation occupied = reserve(4);
    const Allocation memory = allocate(4);
    const Mapping mapped = map(occupied.address(), memory, 4);
    ramp(occupied.address(), granules(4), 0x5);
    std::vector<Reservation> others;
    for (size_t index = 0; index < 4; ++index) { // at its start, in its middle, at its last granule
        CUdeviceptr address = 0;
        REQUIRE(cuMemAddressReserve(&address, granules(2), 0, occupied.address(granules(index)), 0) ==
                CUDA_SUCCESS);
        others.push_back(Reservation::adopt(address, granules(2)));
        CHECK_FALSE(overlap(others.back(), occupied));
        check_usable(*this, others.back(), static_cast<uint32_t>(index));
        CHECK(holds_ramp(occupied.address(), granules(4), 0x5));
    }
    CHECK(holds_ramp(occupied.address(), granules(4), 0x5));
    CHECK(kernel_sees_ramp(occupied.address(), granules(4), 0x5));
}

TEST_CASE_METHOD(Granule,
                 "RSV-05/before: a hint from which the range would run into another gives another range",
                 "[reservation]") {
    const auto [front, back] = adjacent_reservations(*this, 2, 2);
    const CUdeviceptr hint = front.address(granularity());
    CUdeviceptr address = 0;
    REQUIRE(cuMemAddressReserve(&address, granules(2), 0, hint, 0) == CUDA_SUCCESS);
    const Reservation range = Reservation::adopt(address, granules(2));
    CHECK_FALSE(overlap(range, front));
    CHECK_FALSE(overlap(range, back));
    CHECK(overlap(range, range)); // the question can be answered otherwise
}

TEST_CASE_METHOD(Granule, "RSV-05/device_memory: a hint at memory of cudaMalloc gives another range",
                 "[reservation]") {
    const DeviceMemory other = allocate_device(granules(2));
    const CUdeviceptr base = device_address(other.get());
    fill(base, granules(2), 0xd0);
    CUdeviceptr address = 0;
    REQUIRE(cuMemAddressReserve(&address, granules(2), 0, base / granularity() * granularity(), 0) ==
            CUDA_SUCCESS);
    const Reservation range = Reservation::adopt(address, granules(2));
    CHECK((address >= base + granules(2) || range.end() <= base));
    check_usable(*this, range, 0x05);
    CHECK(holds(base, granules(2), 0xd0));
    CHECK(kernel_sees(base, granules(2), 0xd0));
}

TEST_CASE_METHOD(Granule, "RSV-06: what a hint off the host page size gives", "[reservation]") {
    const CUdeviceptr free_address = reserve(4).address();
    CUdeviceptr address = 0;
    const CUresult result = cuMemAddressReserve(&address, granularity(), 0, free_address + 12345, 0);
    observe("RSV-06/hint off the page size", result);
    const Reservation range = Reservation::adopt(result == CUDA_SUCCESS ? address : 0, granularity());
    CHECK(range.address() % 4096 == 0); // refused or ignored, never followed
    const Reservation plain = reserve(1);
    check_usable(*this, plain, 0x06);
}

TEST_CASE_METHOD(Granule, "RSV-15: the range of a freed reservation can be asked for again",
                 "[reservation]") {
    CUdeviceptr base = 0;
    {
        const Reservation first = reserve(4);
        base = first.address();
        check_usable(*this, first, 0x15);
        const Allocation memory = allocate();
        const Mapping mapped = map(base, memory);
        CHECK(range_size(base) != 0);
    }
    CHECK(range_size(base) == 0);
    CUdeviceptr address = 0;
    REQUIRE(cuMemAddressReserve(&address, granules(4), 0, base, 0) == CUDA_SUCCESS);
    const Reservation again = Reservation::adopt(address, granules(4));
    check_usable(*this, again, 0x16);
    observe("RSV-15/the same hint again", address == base ? "the same range" : "another range");
}

} // namespace cts
