#include "fixtures/harness/skip.hpp"
#include "tests/allocation/attempt.hpp"
#include "tests/mapping/attempt.hpp"
#include "tests/prelude.hpp"

#include <algorithm>

namespace cts {

TEST_CASE_METHOD(Reserved, "ALC-04: creating memory takes it from the device and maps it nowhere",
                 "[allocation][accounting]") {
    const CUmemAllocationProp wanted = properties();
    size_t chunk = 0;
    REQUIRE(cuMemGetAllocationGranularity(&chunk, &wanted, CU_MEM_ALLOC_GRANULARITY_RECOMMENDED) ==
            CUDA_SUCCESS);
    size_t free = 0;
    size_t whole = 0; // of the device
    must(cuMemGetInfo(&free, &whole), "cuMemGetInfo");
    for (const size_t count : {1, 3, 64}) {
        CAPTURE(count);
        const size_t before = free_memory();
        CUmemGenericAllocationHandle handle = 0;
        REQUIRE(cuMemCreate(&handle, granules(count), &wanted, 0) == CUDA_SUCCESS);
        Allocation memory(handle);
        CHECK(handle != 0);
        const size_t taken = before - free_memory();
        CHECK(taken >= granules(count));
        CHECK(taken <= granules(count) + chunk); // the driver may round up
        size_t total = 0;
        CHECK(cudaMemGetInfo(&free, &total) == cudaSuccess);
        CHECK(free == before - taken); // the runtime says so, too
        CHECK(total == whole);         // what the device has is what it had
        CHECK(cuMemGetInfo(&free, &total) == CUDA_SUCCESS);
        CHECK(total == whole);
        for (size_t index = 0; index < reserved_granules; ++index) {
            CHECK_FALSE(is_mapped(at(index)));
        }
        REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
        CHECK(free_memory() == before);
    }
    const Allocation memory = allocate();
    const Mapping mapped = map(at(0), memory);
    CHECK(is_mapped(at(0))); // the question can be answered otherwise
}

TEST_CASE_METHOD(Granule, "ALC-04/whole: all of the memory can be used, from the first word to the last",
                 "[allocation]") {
    constexpr size_t count = 24;
    const Attempt attempt = try_create(granules(count), properties());
    REQUIRE(attempt.result == CUDA_SUCCESS);
    const Reservation range = reserve(count);
    const Mapping mapped = map(range.address(), attempt.memory, count);
    ramp(range.address(), granules(count), 0xa1c04);
    CHECK(holds_ramp(range.address(), granules(count), 0xa1c04));
    CHECK(kernel_sees_ramp(range.address(), granules(count), 0xa1c04));
    CHECK_FALSE(kernel_sees_ramp(range.address(), granules(count), 0xa1c05));
}

TEST_CASE_METHOD(Granule, "ALC-28: allocations that live at one time have handles of their own",
                 "[allocation]") {
    constexpr size_t count = 128;
    std::vector<Allocation> memories;
    std::vector<CUmemGenericAllocationHandle> values;
    for (size_t i = 0; i < count; ++i) {
        Attempt attempt = try_create(granularity(), properties());
        REQUIRE(attempt.result == CUDA_SUCCESS);
        values.push_back(attempt.memory.get());
        memories.push_back(std::move(attempt.memory));
        if (i % 5 == 4) { // a hole, so that a table of handles gets free entries
            memories.erase(memories.begin() + static_cast<ptrdiff_t>(i / 5));
            values.erase(values.begin() + static_cast<ptrdiff_t>(i / 5));
        }
    }
    std::sort(values.begin(), values.end());
    CHECK(values.front() != 0);
    CHECK(std::adjacent_find(values.begin(), values.end()) == values.end());
    CHECK(values.size() > count / 2);
}

TEST_CASE_METHOD(Granule, "ALC-04/large: an allocation of more than 4 GiB is one memory from end to end",
                 "[allocation][timeout:60]") {
    constexpr size_t four_gib = size_t{1} << 32;
    const size_t bytes = four_gib + granules(2);
    if (free_memory() < bytes + bytes / 4) {
        skip("less than 5 GiB of device memory are free");
    }
    const Attempt attempt = try_create(bytes, properties());
    REQUIRE(attempt.result == CUDA_SUCCESS);
    const Reservation range(bytes);
    const Mapping mapped(range.address(), bytes, attempt.memory, read_write());
    // Places that are one place to whoever counts in 32 bits, or in signed 32 bits.
    const CUdeviceptr places[] = {range.address(), range.address(four_gib / 2), range.address(four_gib),
                                  range.end() - granularity()};
    uint32_t value = 0x4000;
    for (const CUdeviceptr place : places) {
        fill(place, granularity(), value++);
    }
    value = 0x4000;
    for (const CUdeviceptr place : places) {
        CAPTURE(place - range.address());
        CHECK(access_at(place) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
        CHECK(kernel_sees(place, granularity(), value));
        CHECK(holds(place, granularity(), value));
        ++value;
    }
}

TEST_CASE_METHOD(Granule, "ALC-28/thousands: thousands of allocations live at one time and come back",
                 "[allocation][accounting][timeout:60]") {
    const size_t before = free_memory();
    const size_t count = std::min<size_t>(4096, before / 8 * 7 / granularity());
    {
        std::vector<Allocation> memories;
        for (size_t i = 0; i < count; ++i) {
            Attempt attempt = try_create(granularity(), properties());
            REQUIRE(attempt.result == CUDA_SUCCESS);
            memories.push_back(std::move(attempt.memory));
        }
        CHECK(free_memory() + granules(count) <= before);
    }
    CHECK(free_memory() + granules(8) >= before); // what the driver grew for so many handles it may keep
}

} // namespace cts
