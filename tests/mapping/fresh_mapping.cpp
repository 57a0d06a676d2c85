#include "tests/prelude.hpp"

namespace cts {
namespace {

constexpr uint32_t old_value = 0x0f7e54a1;

CHILD(load_from_fresh_mapping) {
    const Reserved room;
    const Allocation memory = room.allocate();
    Mapping mapped = room.map(room.at(0), memory);
    fill(room.at(0), room.granularity(), old_value);
    parent.report("with access", kernel_sees(room.at(0), room.granularity(), old_value) ? 1 : 0);
    mapped.unmap();
    mapped = Mapping(room.at(0), room.granularity(), memory);

    const PinnedMemory target = allocate_pinned(sizeof(uint32_t));
    launch(copy_call(device_address(target.get()), room.at(0), sizeof(uint32_t)));
    parent.report("without access", cudaDeviceSynchronize());
}

CHILD(store_to_fresh_mapping) {
    const Reserved room;
    const Allocation memory = room.allocate();
    const Mapping granted = room.map(room.at(0), memory);
    parent.report("with access", fill_call(room.at(0), sizeof(uint32_t), 1).launch(nullptr));
    synchronize();

    const Mapping fresh(room.at(1), room.granularity(), memory);
    launch(fill_call(room.at(1), sizeof(uint32_t), 2));
    parent.report("without access", cudaDeviceSynchronize());
}

} // namespace

TEST_CASE_METHOD(Reserved, "MAP-01: mapping memory succeeds and grants no access yet", "[mapping]") {
    const Allocation memory = allocate();

    REQUIRE(cuMemMap(at(0), granularity(), 0, memory, 0) == CUDA_SUCCESS);
    const Mapping mapped = Mapping::adopt(at(0), granularity());

    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    const CUmemAccessDesc access = read_write();
    REQUIRE(cuMemSetAccess(at(0), granularity(), &access, 1) == CUDA_SUCCESS);
    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE); // the question can be answered otherwise
}

TEST_CASE_METHOD(Reserved, "MAP-01/anywhere: every granule of a reservation can be mapped", "[mapping]") {
    const Allocation memory = allocate();
    for (size_t index = 0; index < reserved_granules; ++index) {
        CAPTURE(index);
        REQUIRE(cuMemMap(at(index), granularity(), 0, memory, 0) == CUDA_SUCCESS);
        Mapping mapped = Mapping::adopt(at(index), granularity());
        const CUmemAccessDesc access = read_write();
        REQUIRE(cuMemSetAccess(at(index), granularity(), &access, 1) == CUDA_SUCCESS);
        const auto value = static_cast<uint32_t>(index + 1);
        CHECK_FALSE(holds(at(index), granularity(), value));
        fill(at(index), granularity(), value);
        CHECK(holds(at(index), granularity(), value));
    }
}

TEST_CASE_METHOD(Reserved,
                 "MAP-14/copy: copies and fills of a mapping without access are refused and change nothing",
                 "[mapping]") {
    const Allocation memory = allocate();
    Mapping granted = map(at(1), memory);
    fill(at(1), granularity(), old_value);
    const Mapping fresh(at(0), granularity(), memory);
    const CUdeviceptr last = at(1) - sizeof(uint32_t); // the last word of the mapping without access
    uint32_t word = 7;

    for (const CUdeviceptr target : {at(0), last}) {
        CHECK(cuMemcpyDtoH(&word, target, sizeof word) == CUDA_ERROR_INVALID_VALUE);
        CHECK(cuMemcpyHtoD(target, &word, sizeof word) == CUDA_ERROR_INVALID_VALUE);
        CHECK(cuMemsetD32(target, word, 1) == CUDA_ERROR_INVALID_VALUE);
        CHECK(cuMemcpyDtoD(target, at(1), sizeof word) == CUDA_ERROR_INVALID_VALUE);
        CHECK(cuMemcpyDtoD(at(1), target, sizeof word) == CUDA_ERROR_INVALID_VALUE);
    }
    CHECK(word == 7);
    CHECK(holds(at(1), granularity(), old_value));

    const CUmemAccessDesc access = read_write();
    REQUIRE(cuMemSetAccess(at(0), granularity(), &access, 1) == CUDA_SUCCESS);
    CHECK(cuMemcpyDtoH(&word, last, sizeof word) == CUDA_SUCCESS);
    CHECK(word == old_value);
    CHECK(cuMemcpyHtoD(at(0), &word, sizeof word) == CUDA_SUCCESS);
    CHECK(cuMemsetD32(last, word, 1) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Reserved, "MAP-14/load: a kernel that loads from a mapping without access faults",
                 "[mapping][sacrifices]") {
    Child child(load_from_fresh_mapping);
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.number("with access") == 1);
    CHECK(report.result("without access") == cudaErrorIllegalAddress);
}

TEST_CASE_METHOD(Reserved, "MAP-14/store: a kernel that stores to a mapping without access faults",
                 "[mapping][sacrifices]") {
    Child child(store_to_fresh_mapping);
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.result("with access") == cudaSuccess);
    CHECK(report.result("without access") == cudaErrorIllegalAddress);
}

} // namespace cts
