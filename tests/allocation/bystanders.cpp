// What releasing, and asking for too much, does to memory that is mapped: nothing.
#include "tests/allocation/attempt.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Mapped,
                 "ALC-12/aliases: memory whose handle is released keeps contents and access everywhere",
                 "[allocation]") {
    const Mapping alias = map(at(1), memory());
    const Reservation elsewhere = reserve(2);
    const Mapping far = map(elsewhere.address(granularity()), memory());
    ramp(address(), bytes(), 0x12);
    REQUIRE(cuMemRelease(memory().release()) == CUDA_SUCCESS);
    for (const CUdeviceptr place : {address(), at(1), far.address()}) {
        CAPTURE(place);
        CHECK(access_at(place) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
        for (const CUmemAccessDesc& step : {no_access(), read_only(), no_access(), read_write()}) {
            REQUIRE(cuMemSetAccess(place, bytes(), &step, 1) == CUDA_SUCCESS);
            CHECK(access_at(place) == static_cast<unsigned long long>(step.flags));
            CHECK(holds_ramp(place == at(1) ? address() : at(1), bytes(), 0x12));
        }
        CHECK(holds_ramp(place, bytes(), 0x12));
        CHECK(kernel_sees_ramp(place, bytes(), 0x12));
    }
}

TEST_CASE_METHOD(Granule,
                 "ALC-28/release: releasing memory that is not mapped leaves all other memory as it was",
                 "[allocation]") {
    constexpr uint32_t count = 8;
    const Reservation range = reserve(count);
    std::vector<Allocation> memories;
    std::vector<Mapping> mappings;
    for (uint32_t i = 0; i < count; ++i) {
        memories.push_back(allocate());
        mappings.push_back(map(range.address(granules(i)), memories.back()));
        fill(range.address(granules(i)), granularity(), 0x2800 + i);
    }
    for (int round = 0; round < 6; ++round) {
        Attempt passing = try_create(granularity(), properties());
        REQUIRE(passing.result == CUDA_SUCCESS);
        REQUIRE(cuMemRelease(passing.memory.release()) == CUDA_SUCCESS);
        for (uint32_t i = 0; i < count; ++i) {
            CAPTURE(round, i);
            CHECK(holds(range.address(granules(i)), granularity(), 0x2800 + i));
        }
    }
    CHECK_FALSE(holds(range.address(), granularity(), 0x2801));
}

TEST_CASE_METHOD(Mapped, "ALC-09/others: a request beyond the device's memory leaves live memory as it was",
                 "[allocation]") {
    const Allocation more = allocate(2);
    const Mapping second = map(at(1), more, 2);
    ramp(at(0), granules(3), 0x09);
    size_t total = 0;
    must(cuDeviceTotalMem(&total, device()), "cuDeviceTotalMem");
    const size_t wanted = (2 * total / granularity() + 1) * granularity();
    CHECK(try_create(wanted, properties()).result == CUDA_ERROR_OUT_OF_MEMORY);
    CHECK(holds_ramp(at(0), granules(3), 0x09));
    CHECK(kernel_sees_ramp(at(0), granules(3), 0x09));
    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(access_at(at(2)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(try_create(granularity(), properties()).result == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Mapped, "ALC-09/fresh: what is created after a refusal is no memory that lives already",
                 "[allocation]") {
    ramp(address(), bytes(), 0x09);
    size_t total = 0;
    must(cuDeviceTotalMem(&total, device()), "cuDeviceTotalMem");
    CHECK(try_create((2 * total / granularity() + 1) * granularity(), properties()).result ==
          CUDA_ERROR_OUT_OF_MEMORY);
    const Attempt fresh = try_create(granularity(), properties());
    REQUIRE(fresh.result == CUDA_SUCCESS);
    CHECK(fresh.memory.get() != memory().get());
    const Mapping mapped = map(at(1), fresh.memory);
    fill(at(1), bytes(), 0x0a);
    CHECK(holds_ramp(address(), bytes(), 0x09));
    CHECK(kernel_sees(at(1), bytes(), 0x0a));
}

} // namespace cts
