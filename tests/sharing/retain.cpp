// From an address back to the handle (Driver API, cuMemRetainAllocationHandle).
#include "tests/mapping/far.hpp"
#include "tests/prelude.hpp"
#include "tests/sharing/shareable.hpp"

#include <vector>

namespace cts {
namespace {

Allocation retain(CUdeviceptr address, Where where = Where::current()) {
    CUmemGenericAllocationHandle handle = 0;
    must(cuMemRetainAllocationHandle(&handle, pointer(address)), "cuMemRetainAllocationHandle", where);
    return Allocation(handle, where);
}

/// What retaining at `address` answers; a reference that it gave is released.
CUresult try_retain(CUdeviceptr address) {
    CUmemGenericAllocationHandle handle = 0;
    const CUresult result = cuMemRetainAllocationHandle(&handle, pointer(address));
    const Allocation reference(result == CUDA_SUCCESS ? handle : 0);
    return result;
}

} // namespace

TEST_CASE_METHOD(Reserved, "IPC-01: every address of a mapping leads to the handle that was mapped there",
                 "[sharing]") {
    const Allocation large = allocate(2);
    const Allocation small = allocate();
    const Mapping first = map(at(0), large, 2);
    const Mapping second = map(at(2), small);
    for (const size_t offset : {size_t{0}, size_t{1}, size_t{4096}, granularity() - 1, granularity(),
                                granules(2) - sizeof(uint32_t), granules(2) - 1}) {
        CAPTURE(offset);
        CUmemGenericAllocationHandle found = 0;
        REQUIRE(cuMemRetainAllocationHandle(&found, pointer(at(0) + offset)) == CUDA_SUCCESS);
        const Allocation reference(found);
        CHECK(found == large.get());
    }
    for (const size_t offset : {size_t{0}, size_t{1}, granularity() - 1}) {
        CAPTURE(offset);
        CUmemGenericAllocationHandle found = 0;
        REQUIRE(cuMemRetainAllocationHandle(&found, pointer(at(2) + offset)) == CUDA_SUCCESS);
        const Allocation reference(found);
        CHECK(found == small.get());
    }
    for (size_t index = 0; index < 3; ++index) { // asking changes nothing
        CHECK(access_at(at(index)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    }
}

TEST_CASE_METHOD(Reserved, "IPC-01/alias: each of the places of one memory leads to its one handle",
                 "[sharing]") {
    const Allocation memory = allocate();
    const Mapping first = map(at(0), memory);
    Mapping second = map(at(2), memory);
    CHECK(retain(at(0)).get() == memory.get());
    CHECK(retain(at(2)).get() == memory.get());
    const Mapping readable(at(1), granularity(), memory, read_only());
    const Mapping closed(at(3), granularity(), memory);
    CHECK(retain(at(1)).get() == memory.get());
    CHECK(retain(at(3)).get() == memory.get());
    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE); // asking changes nothing
    CHECK(access_at(at(1)) == CU_MEM_ACCESS_FLAGS_PROT_READ);
    CHECK(access_at(at(3)) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    second.unmap();
    CHECK(retain(at(0)).get() == memory.get());
    CHECK(try_retain(at(2)) == CUDA_ERROR_INVALID_VALUE);
}

TEST_CASE_METHOD(Reserved, "IPC-01/remapped: an address leads to the memory that is mapped there now",
                 "[sharing]") {
    const Allocation memories[] = {allocate(), allocate(), allocate()};
    for (int round = 0; round < 2; ++round) {
        for (const Allocation& memory : memories) {
            const Mapping mapped = map(at(1), memory);
            CHECK(retain(at(1)).get() == memory.get());
            CHECK(retain(at(2) - 1).get() == memory.get());
        }
    }
}

TEST_CASE_METHOD(Shareable, "IPC-01/imported: a mapping of an import leads to the handle of the import",
                 "[sharing]") {
    const Allocation memory = allocate_shareable();
    const Allocation imported = import_memory(export_memory(memory));
    const Mapping first = map(at(0), memory);
    const Mapping second = map(at(1), imported);
    CHECK(retain(at(0)).get() == memory.get());
    CHECK(retain(at(1)).get() == imported.get());
}

TEST_CASE_METHOD(Mapped, "IPC-01/released: a mapping whose handle is released still leads to it, fit for use",
                 "[sharing]") {
    ramp(address(), bytes(), 77);
    const CUmemGenericAllocationHandle value = memory().get();
    REQUIRE(cuMemRelease(memory().release()) == CUDA_SUCCESS);
    const Allocation again = retain(address() + bytes() - 1);
    CHECK(again.get() == value);
    mapping().unmap();
    const Mapping elsewhere = map(at(2), again);
    CHECK(holds_ramp(at(2), bytes(), 77));
    CHECK(kernel_sees_ramp(at(2), bytes(), 77));
}

TEST_CASE_METHOD(Reserved, "IPC-02: each retained reference keeps the memory until it is released",
                 "[sharing][accounting]") {
    constexpr size_t count = 16;
    const Reservation range = reserve(count);
    Allocation memory = allocate(count);
    Mapping mapped = map(range.address(), memory, count);
    ramp(range.address(), range.bytes(), 2);
    std::vector<Allocation> references;
    for (size_t i = 0; i < 5; ++i) {
        references.push_back(retain(range.address(granules(3 * i))));
        CHECK(references.back().get() == memory.get());
    }
    mapped.unmap();
    const size_t held = free_memory();
    REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
    while (references.size() > 1) {
        REQUIRE(cuMemRelease(references.back().release()) == CUDA_SUCCESS);
        references.pop_back();
        CHECK(free_memory() == held);
    }
    {
        const Mapping again = map(range.address(), references.front(), count);
        CHECK(kernel_sees_ramp(range.address(), range.bytes(), 2));
        CHECK(holds_ramp(range.address(), range.bytes(), 2));
    }
    CHECK(free_memory() == held);
    REQUIRE(cuMemRelease(references.front().release()) == CUDA_SUCCESS);
    CHECK(free_memory() == held + granules(count));
}

TEST_CASE_METHOD(Mapped, "IPC-02/many: hundreds of references count, whichever mapping they were retained at",
                 "[sharing][accounting]") {
    Mapping alias = map(at(2), memory());
    ramp(address(), bytes(), 22);
    std::vector<Allocation> references;
    for (size_t i = 0; i < 300; ++i) {
        references.push_back(retain(i % 2 == 0 ? at(2) : at(0)));
    }
    mapping().unmap();
    alias.unmap();
    const size_t held = free_memory();
    REQUIRE(cuMemRelease(memory().release()) == CUDA_SUCCESS);
    while (references.size() > 1) {
        REQUIRE(cuMemRelease(references.back().release()) == CUDA_SUCCESS);
        references.pop_back();
    }
    CHECK(free_memory() == held);
    {
        const Mapping again = map(at(1), references.front());
        CHECK(kernel_sees_ramp(at(1), bytes(), 22));
    }
    REQUIRE(cuMemRelease(references.front().release()) == CUDA_SUCCESS);
    CHECK(free_memory() == held + bytes());
}

TEST_CASE_METHOD(Mapped, "IPC-03: an address where nothing is mapped leads to no handle", "[sharing]") {
    Reservation passing = reserve(1);
    const CUdeviceptr freed = passing.address();
    REQUIRE(cuMemAddressFree(passing.release(), granularity()) == CUDA_SUCCESS);
    const std::vector<uint32_t> on_heap(1024);

    CHECK(try_retain(at(1)) == CUDA_ERROR_INVALID_VALUE); // the first address behind the mapping
    CHECK(try_retain(at(3) + granularity() - 1) == CUDA_ERROR_INVALID_VALUE);
    CHECK(try_retain(freed) == CUDA_ERROR_INVALID_VALUE);
    CHECK(try_retain(device_address(on_heap.data())) == CUDA_ERROR_INVALID_VALUE);
    CHECK(try_retain(0) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemRetainAllocationHandle(nullptr, pointer(address())) == CUDA_ERROR_INVALID_VALUE);

    CHECK(try_retain(address()) == CUDA_SUCCESS);
    mapping().unmap();
    CHECK(try_retain(address()) == CUDA_ERROR_INVALID_VALUE);
}

TEST_CASE_METHOD(Reserved, "IPC-03/refused: a refused call takes no reference", "[sharing][accounting]") {
    constexpr size_t count = 16;
    const Reservation range = reserve(count);
    Allocation memory = allocate(count);
    Mapping mapped = map(range.address(), memory, count);
    const size_t held = free_memory();
    for (int i = 0; i < 20; ++i) {
        CHECK(cuMemRetainAllocationHandle(nullptr, pointer(range.address())) == CUDA_ERROR_INVALID_VALUE);
        CHECK(try_retain(at(0)) == CUDA_ERROR_INVALID_VALUE);
        CHECK(try_retain(range.address()) == CUDA_SUCCESS); // nor does the next one take two
    }
    CHECK(free_memory() == held);
    mapped.unmap();
    REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
    CHECK(free_memory() == held + granules(count));
}

TEST_CASE_METHOD(Far,
                 "IPC-01/far: 4 GiB behind the start of a reservation the mapping there leads to its handle",
                 "[sharing]") {
    CHECK(retain(near()).get() == near_memory.get());
    CHECK(retain(far()).get() == far_memory.get());
    CHECK(retain(far() + granularity()).get() == far_memory.get());
}

TEST_CASE_METHOD(Reserved,
                 "IPC-01/often: hundreds of addresses in turn lead to the handle of their own mapping",
                 "[sharing]") {
    const Allocation memories[] = {allocate(), allocate(), allocate()};
    std::vector<Mapping> mappings;
    for (size_t i = 0; i < 3; ++i) {
        mappings.push_back(map(at(i), memories[i]));
    }
    size_t wrong = 0;
    for (size_t i = 0; i < 300; ++i) {
        wrong += retain(at(i % 3)).get() != memories[i % 3].get();
    }
    CHECK(wrong == 0);
}

} // namespace cts
