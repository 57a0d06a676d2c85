// The id of the physical allocation: what a cache of registrations must be keyed by, for an address may show
// other memory the next time.
#include "tests/pointer_attributes/attributes.hpp"
#include "tests/prelude.hpp"

#include <set>
#include <unistd.h>

namespace cts {
namespace {

unsigned long long block_at(CUdeviceptr address) {
    return value_of<unsigned long long>(CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID, address);
}

} // namespace

TEST_CASE_METHOD(Reserved, "PTR-06: one memory has one block id, at each address and in each mapping",
                 "[pointer_attributes]") {
    const Allocation memory = allocate(2);
    const Allocation other = allocate();
    const Mapping first = map(at(0), memory, 2);
    const Mapping alias = map(at(2), memory, 2);
    const Reservation elsewhere = reserve(1);
    const Mapping foreign = map(elsewhere.address(), other);
    const unsigned long long block = block_at(at(0));
    for (const size_t offset : {size_t{1}, granularity(), granules(2) - 1, granules(2), granules(4) - 1}) {
        CAPTURE(offset);
        CHECK(block_at(at(0) + offset) == block);
    }
    CHECK(block_at(elsewhere.address()) != block);
}

TEST_CASE_METHOD(Granule, "PTR-06/different: each of many memories has a block id of its own",
                 "[pointer_attributes]") {
    constexpr size_t count = 260; // more than 8 bits tell apart
    const Reservation range = reserve(count);
    std::vector<Mapping> mappings;
    std::set<unsigned long long> blocks;
    for (size_t i = 0; i < count; ++i) {
        const Allocation memory = allocate(); // the mapping keeps it
        mappings.push_back(map(range.address(granules(i)), memory));
        blocks.insert(block_at(range.address(granules(i))));
    }
    CHECK(blocks.size() == count);
}

TEST_CASE_METHOD(Mapped, "PTR-06/remap: the block id goes with the memory and not with the address",
                 "[pointer_attributes]") {
    const unsigned long long first = block_at(address());
    const Allocation old = swap_memory();
    const unsigned long long second = block_at(address());
    CHECK(second != first);

    Mapping moved = map(at(2), old);
    CHECK(block_at(at(2)) == first);
    mapping().unmap();
    moved.unmap();
    mapping() = map(address(), old);
    CHECK(block_at(address()) == first);
}

TEST_CASE_METHOD(Mapped, "PTR-06/never_again: fresh memory at the same address has a fresh block id",
                 "[pointer_attributes]") {
    std::set<unsigned long long> blocks{block_at(address())};
    constexpr size_t rounds = 64;
    for (size_t round = 0; round < rounds; ++round) {
        // Freed before the next is created: address, handle and physical pages may all be the same again.
        mapping().unmap();
        must(cuMemRelease(memory().release()), "cuMemRelease");
        memory() = allocate();
        mapping() = map(address(), memory());
        blocks.insert(block_at(address()));
    }
    CHECK(blocks.size() == rounds + 1);
}

TEST_CASE_METHOD(Mapped, "PTR-06/handles: retaining and releasing handles leaves the block id",
                 "[pointer_attributes]") {
    const unsigned long long block = block_at(address());
    REQUIRE(cuMemRelease(memory().release()) == CUDA_SUCCESS);
    CHECK(block_at(address()) == block);
    CUmemGenericAllocationHandle handle = 0;
    REQUIRE(cuMemRetainAllocationHandle(&handle, pointer(address())) == CUDA_SUCCESS);
    const Allocation again(handle);
    const Mapping alias = map(at(1), again);
    CHECK(block_at(at(1)) == block);
    const Allocation other = allocate();
    const Mapping foreign = map(at(2), other);
    CHECK(block_at(at(2)) != block);
}

TEST_CASE_METHOD(Reserved, "PTR-06/imported: whether an import has the block id of what it imports",
                 "[pointer_attributes]") {
    need(CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
         "HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED");
    const Allocation memory = create_allocation(granularity(), shareable_properties());
    int descriptor = -1;
    must(cuMemExportToShareableHandle(&descriptor, memory, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0),
         "cuMemExportToShareableHandle");
    CUmemGenericAllocationHandle handle = 0;
    must(cuMemImportFromShareableHandle(&handle, reinterpret_cast<void*>(static_cast<intptr_t>(descriptor)),
                                        CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR),
         "cuMemImportFromShareableHandle");
    close(descriptor);
    const Allocation imported(handle);
    const Mapping first = map(at(0), memory);
    const Mapping second = map(at(1), imported);
    fill(at(0), granularity(), 1);
    CHECK_FALSE(holds(at(1), granularity(), 2));
    fill(at(0), granularity(), 2);
    CHECK(holds(at(1), granularity(), 2)); // it is the same memory
    observe("PTR-06/same block id after import", block_at(at(0)) == block_at(at(1)));
    const Mapping third = map(at(2), allocate());
    const Mapping fourth = map(at(3), imported);
    CHECK(block_at(at(3)) == block_at(at(1)));
    CHECK(block_at(at(3)) != block_at(at(2))); // which no other memory has
}

} // namespace cts
