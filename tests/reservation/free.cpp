// Giving a reservation back: address and size must be those of the reservation (Driver API,
// cuMemAddressFree).
#include "tests/mapping/attempt.hpp"
#include "tests/prelude.hpp"
#include "tests/reservation/adjacent.hpp"

namespace cts {
namespace {

/// The reservation still takes memory in each of its granules.
void check_usable(const Granule& rung, const Reservation& range) {
    for (CUdeviceptr address = range.address(); address < range.end(); address += rung.granularity()) {
        const Allocation memory = rung.allocate();
        const CUresult result = cuMemMap(address, rung.granularity(), 0, memory, 0);
        const auto mapped = if_mapped(result, address, rung.granularity());
        CHECK(result == CUDA_SUCCESS);
    }
}

/// Frees a reservation that still holds memory. No document says what happens, so a child does it.
CHILD(free_while_mapped) {
    Mapped room;
    fill(room.address(), room.bytes(), 0x14);
    Reservation range(room.granules(2));
    Mapping inside = room.map(range.address(room.granularity()), room.memory());
    const CUresult result = cuMemAddressFree(range.address(), range.bytes());
    parent.report("free", result);
    parent.report("still mapped", is_mapped(range.address(room.granularity())) ? 1 : 0);
    parent.report("memory intact", holds(room.address(), room.bytes(), 0x14) ? 1 : 0);
    const CUresult unmap = cuMemUnmap(inside.release(), room.granularity());
    parent.report("unmap", unmap);
    if (result == CUDA_SUCCESS) {
        range.release();
    }
}

} // namespace

TEST_CASE_METHOD(Granule, "RSV-11/size: freeing with another size is refused and the reservation stays",
                 "[reservation]") {
    Reservation range = reserve(4);
    for (const size_t bytes : {granules(1), granules(3), granules(5), granules(8), granules(4) - 4096,
                               granules(4) + 4096, granules(4) - 65536, granules(4) - 1}) {
        CAPTURE(bytes);
        CHECK(cuMemAddressFree(range.address(), bytes) == CUDA_ERROR_INVALID_VALUE);
    }
    check_usable(*this, range);
    const CUdeviceptr address = range.release();
    CHECK(cuMemAddressFree(address, granules(4)) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Granule,
                 "RSV-11/inside: freeing from an address inside is refused and the reservation stays",
                 "[reservation]") {
    const Reservation range = reserve(4);
    for (const size_t count : {1, 2, 3}) {
        CAPTURE(count);
        CHECK(cuMemAddressFree(range.address(granules(count)), granules(4 - count)) ==
              CUDA_ERROR_INVALID_VALUE);
        CHECK(cuMemAddressFree(range.address(granules(count)), granules(4)) == CUDA_ERROR_INVALID_VALUE);
    }
    CHECK(cuMemAddressFree(range.address(4096), granules(4)) == CUDA_ERROR_INVALID_VALUE);
    check_usable(*this, range);
}

TEST_CASE_METHOD(Mapped,
                 "RSV-11/mapped: a refused free leaves what is mapped with its contents and its access",
                 "[reservation]") {
    ramp(address(), bytes(), 0x11);
    const Mapping inside = map(at(2), memory());
    for (const auto& [base, size] : {std::pair{at(0), granules(3)}, std::pair{at(0), granules(5)},
                                     std::pair{at(2), granules(1)}, std::pair{at(2), granules(2)}}) {
        CAPTURE(base - at(0), size);
        CHECK(cuMemAddressFree(base, size) == CUDA_ERROR_INVALID_VALUE);
        CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
        CHECK(access_at(at(2)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
        CHECK(holds_ramp(at(2), bytes(), 0x11));
    }
    fill(at(2), bytes(), 0x12);
    CHECK(kernel_sees(at(0), bytes(), 0x12));
}

TEST_CASE_METHOD(Granule, "RSV-11/twice: freeing a second time is refused", "[reservation]") {
    const CUdeviceptr address = reserve(4).release();
    REQUIRE(cuMemAddressFree(address, granules(4)) == CUDA_SUCCESS);
    CHECK(cuMemAddressFree(address, granules(4)) == CUDA_ERROR_INVALID_VALUE);
}

TEST_CASE_METHOD(Granule, "RSV-11/freed: a freed reservation takes no memory any more", "[reservation]") {
    Reservation range = reserve(4);
    check_usable(*this, range);
    const CUdeviceptr address = range.release();
    REQUIRE(cuMemAddressFree(address, granules(4)) == CUDA_SUCCESS);
    const Allocation memory = allocate();
    for (size_t index = 0; index < 4; ++index) {
        const CUresult result = cuMemMap(address + granules(index), granularity(), 0, memory, 0);
        const auto unwanted = if_mapped(result, address + granules(index), granularity());
        CHECK(result == CUDA_ERROR_INVALID_VALUE);
    }
}

TEST_CASE_METHOD(Granule, "RSV-11/other_memory: freeing memory of cudaMalloc as a reservation is refused",
                 "[reservation]") {
    const DeviceMemory other = allocate_device(granules(2));
    const CUdeviceptr base = device_address(other.get());
    fill(base, granules(2), 0x11);
    CHECK(cuMemAddressFree(base, granules(2)) == CUDA_ERROR_INVALID_VALUE);
    CHECK(holds(base, granules(2), 0x11));
    CHECK(kernel_sees(base, granules(2), 0x11));
}

TEST_CASE_METHOD(Granule, "RSV-12: freeing address zero or no bytes is refused", "[reservation]") {
    const Reservation range = reserve(2);
    CHECK(cuMemAddressFree(0, granules(2)) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemAddressFree(range.address(), 0) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemAddressFree(0, 0) == CUDA_ERROR_INVALID_VALUE);
    check_usable(*this, range);
}

TEST_CASE_METHOD(Granule, "RSV-13: two adjacent reservations cannot be freed as one", "[reservation]") {
    Adjacent pair = adjacent_reservations(*this, 2, 2);
    CHECK(cuMemAddressFree(pair.front.address(), granules(4)) == CUDA_ERROR_INVALID_VALUE);
    check_usable(*this, pair.front);
    check_usable(*this, pair.back);
    {
        const Allocation memory = allocate(2);
        const Mapping behind = map(pair.back.address(), memory, 2);
        ramp(behind.address(), behind.bytes(), 0x13);
        const CUdeviceptr front = pair.front.release();
        CHECK(cuMemAddressFree(front, granules(2)) == CUDA_SUCCESS);
        CHECK(access_at(behind.address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
        CHECK(holds_ramp(behind.address(), behind.bytes(), 0x13));
        CHECK(kernel_sees_ramp(behind.address(), behind.bytes(), 0x13));
    }
    check_usable(*this, pair.back); // each goes alone
}

TEST_CASE_METHOD(Granule, "RSV-13/back: freeing the back one of two leaves what is mapped in front of it",
                 "[reservation]") {
    Adjacent pair = adjacent_reservations(*this, 2, 2);
    const Allocation memory = allocate(2);
    const Mapping before = map(pair.front.address(), memory, 2);
    ramp(before.address(), before.bytes(), 0x13);
    const CUdeviceptr back = pair.back.release();
    CHECK(cuMemAddressFree(back, granules(2)) == CUDA_SUCCESS);
    CHECK(access_at(before.address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(holds_ramp(before.address(), before.bytes(), 0x13));
    CHECK(kernel_sees_ramp(before.address(), before.bytes(), 0x13));
    fill(before.address(), before.bytes(), 0x14);
    CHECK(holds(before.address(), before.bytes(), 0x14));
}

TEST_CASE_METHOD(Granule, "RSV-14: what freeing a reservation that still holds memory does",
                 "[reservation][sacrifices]") {
    Child child(free_while_mapped);
    const ChildReport& report = child.wait();
    observe("RSV-14/free", report.driver_result("free"));
    observe("RSV-14/mapping afterwards", report.number("still mapped") == 1 ? "kept" : "gone");
    observe("RSV-14/unmap afterwards", report.driver_result("unmap"));
    CHECK(report.number("memory intact") == 1); // the memory has another mapping, which is nobody's to take
}

} // namespace cts
