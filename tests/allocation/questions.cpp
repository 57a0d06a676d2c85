// Questions about memory are no references to it (Driver API, cuMemRelease: what keeps memory is a handle or
// a mapping).
#include "tests/pointer_attributes/attributes.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

/// Asks all that can be asked of a handle and of the address where its memory is mapped.
void ask_everything(const Granule& room, CUmemGenericAllocationHandle handle, CUdeviceptr address) {
    CUmemAllocationProp found{};
    must(cuMemGetAllocationPropertiesFromHandle(&found, handle), "cuMemGetAllocationPropertiesFromHandle");
    CUdeviceptr base = 0;
    size_t size = 0;
    must(cuMemGetAddressRange(&base, &size, address), "cuMemGetAddressRange");
    (void)room.access_at(address);
    for (const CUpointer_attribute attribute :
         {CU_POINTER_ATTRIBUTE_MEMORY_TYPE, CU_POINTER_ATTRIBUTE_BUFFER_ID,
          CU_POINTER_ATTRIBUTE_RANGE_START_ADDR, CU_POINTER_ATTRIBUTE_RANGE_SIZE, CU_POINTER_ATTRIBUTE_MAPPED,
          CU_POINTER_ATTRIBUTE_ALLOWED_HANDLE_TYPES, CU_POINTER_ATTRIBUTE_MAPPING_BASE_ADDR,
          CU_POINTER_ATTRIBUTE_MAPPING_SIZE, CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID}) {
        (void)value_of<unsigned long long>(attribute, address);
    }
    cudaPointerAttributes attributes{};
    must(cudaPointerGetAttributes(&attributes, pointer(address)), "cudaPointerGetAttributes");
}

} // namespace

TEST_CASE_METHOD(Granule, "ALC-11/asked: memory that was asked about goes with its last handle and mapping",
                 "[allocation][accounting]") {
    constexpr size_t count = 16;
    const Reservation range = reserve(count);
    for (const CUmemAccessDesc& access : {read_write(), read_only()}) {
        CAPTURE(access.flags);
        Allocation memory = allocate(count);
        Mapping mapped(range.address(), range.bytes(), memory, access);
        const size_t held = free_memory();
        for (int round = 0; round < 3; ++round) {
            ask_everything(*this, memory, range.address(granules(count / 2)));
        }
        mapped.unmap();
        CHECK(free_memory() == held); // the handle keeps it
        REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
        CHECK(free_memory() == held + granules(count));
    }
}

} // namespace cts
