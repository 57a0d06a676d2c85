// A refused cuMemMap changes nothing: not the range, not the handle, not the memory that is free.
#include "tests/mapping/attempt.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

/// Asks for a mapping in every way that the documentation refuses; counts how many were refused.
size_t refusals(const Reserved& room, CUmemGenericAllocationHandle memory) {
    const size_t G = room.granularity();
    struct Request {
        CUdeviceptr address;
        size_t bytes, offset;
        unsigned long long flags;
    };
    size_t refused = 0;
    for (const auto& [address, bytes, offset, flags] :
         {Request{room.at(0) + 4096, G, 0, 0}, Request{room.at(0), G + 4096, 0, 0},
          Request{room.at(0), G, G, 0}, Request{room.at(0), G, 0, 1}, Request{room.at(0), 0, 0, 0},
          Request{room.at(0), 2 * G, 0, 0}}) {
        const CUresult result = cuMemMap(address, bytes, offset, memory, flags);
        const auto unwanted = if_mapped(result, address, bytes);
        refused += result != CUDA_SUCCESS;
    }
    return refused;
}

} // namespace

TEST_CASE_METHOD(Reserved, "MAP-25/range: a range is as usable after refused mappings as before",
                 "[mapping]") {
    const Allocation memory = allocate();
    prepare(*this, memory, at(3), 0x25);
    for (int round = 0; round < 10; ++round) {
        CHECK(refusals(*this, memory) == 6);
    }
    for (size_t index = 0; index < reserved_granules; ++index) {
        CAPTURE(index);
        CHECK_FALSE(is_mapped(at(index)));
    }
    REQUIRE(cuMemMap(at(0), granularity(), 0, memory, 0) == CUDA_SUCCESS);
    const Mapping mapped = Mapping::adopt(at(0), granularity());
    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    const CUmemAccessDesc access = read_write();
    REQUIRE(cuMemSetAccess(at(0), granularity(), &access, 1) == CUDA_SUCCESS);
    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(holds(at(0), granularity(), 0x25));
    CHECK(kernel_sees(at(0), granularity(), 0x25));
}

TEST_CASE_METHOD(Mapped, "MAP-25/mapped: refused mappings of memory leave its other mapping as it is",
                 "[mapping]") {
    ramp(address(), bytes(), 0x25);
    const CUdeviceptr reads = at(3);
    const Mapping second(reads, bytes(), memory(), read_only());
    CHECK(cuMemMap(at(1), bytes(), 0, memory(), 1) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemMap(at(1) + 4096, bytes(), 0, memory(), 0) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemMap(reads, bytes(), 0, memory(), 0) == CUDA_ERROR_INVALID_VALUE);
    CHECK_FALSE(is_mapped(at(1)));
    CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(access_at(reads) == CU_MEM_ACCESS_FLAGS_PROT_READ);
    CHECK(holds_ramp(reads, bytes(), 0x25));
    fill(address(), bytes(), 0x26);
    CHECK(kernel_sees(reads, bytes(), 0x26));
}

TEST_CASE_METHOD(Reserved, "MAP-25/memory: refused mappings hold no reference to the memory",
                 "[mapping][accounting]") {
    const size_t before = free_memory();
    Allocation memory = allocate();
    CHECK(free_memory() == before - granularity());
    for (int round = 0; round < 100; ++round) {
        CHECK(refusals(*this, memory) == 6);
    }
    CHECK(free_memory() == before - granularity());
    REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
    CHECK(free_memory() == before);
}

TEST_CASE_METHOD(Mapped, "MAP-25/occupied: memory refused at an occupied address returns with its handle",
                 "[mapping][accounting]") {
    const size_t before = free_memory();
    Allocation refused = allocate();
    for (int round = 0; round < 100; ++round) {
        CHECK(cuMemMap(address(), bytes(), 0, refused, 0) == CUDA_ERROR_INVALID_VALUE);
    }
    REQUIRE(cuMemRelease(refused.release()) == CUDA_SUCCESS);
    CHECK(free_memory() == before);
    mapping().unmap(); // nor does the occupant hold more than its own reference
    REQUIRE(cuMemRelease(memory().release()) == CUDA_SUCCESS);
    CHECK(free_memory() == before + bytes());
}

} // namespace cts
