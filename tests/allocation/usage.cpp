// Usages, types and bits beyond plain pinned memory.
#include "tests/allocation/attempt.hpp"
#include "tests/mapping/attempt.hpp"
#include "tests/prelude.hpp"

#include <algorithm>

namespace cts {
namespace {

/// Whatever the driver made of the request, it either is memory or is nothing.
void check_usable(const Reserved& room, const Attempt& attempt) {
    const Allocation plain = room.allocate();
    const bool created = attempt.result == CUDA_SUCCESS;
    const Mapping mapped = room.map(room.at(0), created ? attempt.memory.get() : plain.get());
    fill(room.at(0), room.granularity(), 0x22);
    CHECK(holds(room.at(0), room.granularity(), 0x22));
    CHECK_FALSE(holds(room.at(0), room.granularity(), 0x23));
}

} // namespace

TEST_CASE_METHOD(Reserved, "ALC-20: a tile pool can be created, and what mapping it outside an array answers",
                 "[allocation]") {
    need(CU_DEVICE_ATTRIBUTE_SPARSE_CUDA_ARRAY_SUPPORTED, "SPARSE_CUDA_ARRAY_SUPPORTED");
    CUmemAllocationProp wanted = properties();
    wanted.allocFlags.usage = CU_MEM_CREATE_USAGE_TILE_POOL;
    const Attempt pool = try_create(granularity(), wanted);
    REQUIRE(pool.result == CUDA_SUCCESS);
    const CUresult result = cuMemMap(at(0), granularity(), 0, pool.memory, 0);
    const auto mapped = if_mapped(result, at(0), granularity());
    observe("ALC-20/map", result);
}

TEST_CASE_METHOD(Reserved, "ALC-21: memory for hardware decompression can be created where it is announced",
                 "[allocation]") {
    need(static_cast<CUdevice_attribute>(136), "MEM_DECOMPRESS_ALGORITHM_MASK"); // newer than CUDA 12.4
    CUmemAllocationProp wanted = properties();
    wanted.allocFlags.usage = 2; // CU_MEM_CREATE_USAGE_HW_DECOMPRESS
    const Attempt made = try_create(granularity(), wanted);
    REQUIRE(made.result == CUDA_SUCCESS);
    const Mapping mapped = map(at(0), made.memory);
    int capable = -1;
    CHECK(cuPointerGetAttribute(&capable, static_cast<CUpointer_attribute>(21), at(0)) == CUDA_SUCCESS);
    CHECK(capable == 1);
}

TEST_CASE_METHOD(Reserved, "ALC-21/unknown: what a usage that no driver knows answers", "[allocation]") {
    CUmemAllocationProp wanted = properties();
    wanted.allocFlags.usage = 0x8000;
    const Attempt attempt = try_create(granularity(), wanted);
    observe("ALC-21/usage 0x8000", attempt.result);
    check_usable(*this, attempt);
}

TEST_CASE_METHOD(Reserved, "ALC-22: what asking for managed memory answers", "[allocation]") {
    CUmemAllocationProp wanted = properties();
    wanted.type = static_cast<CUmemAllocationType>(2); // CU_MEM_ALLOCATION_TYPE_MANAGED, newer than CUDA 12
    const Attempt attempt = try_create(granularity(), wanted);
    observe("ALC-22/create", attempt.result);
    check_usable(*this, attempt);
}

TEST_CASE_METHOD(Reserved, "ALC-26: what bits in the reserved bytes answer", "[allocation]") {
    CUmemAllocationProp wanted = properties();
    std::fill(std::begin(wanted.allocFlags.reserved), std::end(wanted.allocFlags.reserved),
              static_cast<unsigned char>(0xff));
    const Attempt attempt = try_create(granularity(), wanted);
    observe("ALC-26/create", attempt.result);
    check_usable(*this, attempt);
}

} // namespace cts
