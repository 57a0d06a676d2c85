// What an address range is after cuMemUnmap: a reservation again (Driver API, cuMemUnmap).
#include "tests/mapping/attempt.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

constexpr uint32_t old_value = 0x01d0a2e7;

CHILD(load_after_unmap) {
    Mapped room;
    fill(room.address(), room.bytes(), old_value);
    parent.report("mapped", kernel_sees(room.address(), room.bytes(), old_value) ? 1 : 0);
    room.mapping().unmap();
    const PinnedMemory target = allocate_pinned(sizeof(uint32_t));
    launch(copy_call(device_address(target.get()), room.address() + room.bytes() - 4, sizeof(uint32_t)));
    parent.report("unmapped", cudaDeviceSynchronize());
}

CHILD(store_after_remap_without_access) {
    Mapped room;
    fill(room.address(), room.bytes(), old_value);
    parent.report("with access", cudaDeviceSynchronize());
    room.mapping().unmap();
    const Mapping again(room.address(), room.bytes(), room.memory());
    launch(fill_call(room.address(), sizeof(uint32_t), old_value));
    parent.report("without access", cudaDeviceSynchronize());
}

bool overlap(CUdeviceptr a, size_t a_bytes, CUdeviceptr b, size_t b_bytes) {
    return a < b + b_bytes && b < a + a_bytes;
}

} // namespace

TEST_CASE_METHOD(Mapped, "MAP-19: an unmapped range is refused to copies and can be mapped anew",
                 "[mapping]") {
    fill(address(), bytes(), old_value);
    uint32_t word = 0;
    CHECK(cuMemcpyDtoH(&word, address(), sizeof word) == CUDA_SUCCESS);
    CHECK(word == old_value);
    REQUIRE(cuMemUnmap(mapping().release(), bytes()) == CUDA_SUCCESS);

    CHECK_FALSE(is_mapped(address()));
    CHECK(cuMemcpyDtoH(&word, address(), sizeof word) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemsetD32(address() + bytes() - sizeof word, 0, 1) == CUDA_ERROR_INVALID_VALUE);

    const Allocation larger = allocate(4); // another shape than before
    REQUIRE(cuMemMap(at(0), granules(4), 0, larger, 0) == CUDA_SUCCESS);
    const Mapping anew = Mapping::adopt(at(0), granules(4));
    const CUmemAccessDesc access = read_write();
    REQUIRE(cuMemSetAccess(at(0), granules(4), &access, 1) == CUDA_SUCCESS);
    ramp(at(0), granules(4), 77);
    CHECK(holds_ramp(at(0), granules(4), 77));
    CHECK(kernel_sees_ramp(at(0), granules(4), 77));
}

TEST_CASE_METHOD(Mapped, "MAP-19/kept: no other allocation is placed in an unmapped range", "[mapping]") {
    mapping().unmap();
    std::vector<Reservation> reservations;
    std::vector<DeviceMemory> allocations;
    for (int i = 0; i < 16; ++i) {
        reservations.push_back(Reservation(bytes(), 0, address())); // asks for the very place
        CHECK_FALSE(overlap(reservations.back().address(), bytes(), at(0), range().bytes()));
        allocations.push_back(allocate_device(bytes()));
        CHECK_FALSE(overlap(device_address(allocations.back().get()), bytes(), at(0), range().bytes()));
        const PinnedMemory pinned = allocate_pinned(4096);
        CHECK_FALSE(overlap(device_address(pinned.get()), 4096, at(0), range().bytes()));
    }
    CHECK(cuMemMap(address(), bytes(), 0, memory(), 0) == CUDA_SUCCESS);
    mapping() = Mapping::adopt(address(), bytes());
}

TEST_CASE_METHOD(Mapped, "MAP-19/fault: a kernel that loads from an unmapped range faults",
                 "[mapping][sacrifices]") {
    Child child(load_after_unmap);
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.number("mapped") == 1);
    CHECK(report.result("unmapped") == cudaErrorIllegalAddress);
}

TEST_CASE_METHOD(Mapped, "MAP-20: a new mapping where access was granted before starts without access",
                 "[mapping]") {
    fill(address(), bytes(), old_value);
    CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    const Allocation fresh = allocate();
    for (const auto& [handle, before] :
         {std::pair{fresh.get(), read_write()}, std::pair{memory().get(), read_only()},
          std::pair{fresh.get(), read_only()}, std::pair{memory().get(), no_access()}}) {
        CAPTURE(before.flags);
        REQUIRE(cuMemSetAccess(address(), bytes(), &before, 1) == CUDA_SUCCESS);
        mapping().unmap();
        REQUIRE(cuMemMap(address(), bytes(), 0, handle, 0) == CUDA_SUCCESS);
        mapping() = Mapping::adopt(address(), bytes());
        CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
        uint32_t word = 0;
        CHECK(cuMemcpyDtoH(&word, address(), sizeof word) == CUDA_ERROR_INVALID_VALUE);
        CHECK(cuMemsetD32(address(), 0, 1) == CUDA_ERROR_INVALID_VALUE);
    }
    const CUmemAccessDesc access = read_write();
    REQUIRE(cuMemSetAccess(address(), bytes(), &access, 1) == CUDA_SUCCESS);
    CHECK(holds(address(), bytes(), old_value)); // and the refused fill has not reached the memory
}

TEST_CASE_METHOD(Granule, "MAP-20/fault: a kernel that stores to a remapped range without new access faults",
                 "[mapping][sacrifices]") {
    Child child(store_after_remap_without_access);
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.result("with access") == cudaSuccess);
    CHECK(report.result("without access") == cudaErrorIllegalAddress);
}

} // namespace cts
