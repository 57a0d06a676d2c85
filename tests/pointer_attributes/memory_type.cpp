#include "tests/host_memory/host_memory.hpp"
#include "tests/pointer_attributes/attributes.hpp"
#include "tests/prelude.hpp"
#include "tests/sharing/shareable.hpp"

namespace cts {

TEST_CASE_METHOD(Mapped, "PTR-08: mapped device memory is device memory of its device, and nothing else",
                 "[pointer_attributes]") {
    for (const CUdeviceptr asked :
         {address(), address() + 1, address() + bytes() / 2, address() + bytes() - 1}) {
        CAPTURE(asked - address());
        CHECK(value_of<unsigned>(CU_POINTER_ATTRIBUTE_MEMORY_TYPE, asked) == CU_MEMORYTYPE_DEVICE);
        CHECK(value_of<int>(CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL, asked) == device());
        CHECK((value_of<unsigned>(CU_POINTER_ATTRIBUTE_IS_MANAGED, asked) & 0xff) == 0);
        CHECK(value_of<CUmemoryPool>(CU_POINTER_ATTRIBUTE_MEMPOOL_HANDLE, asked) == nullptr);
        CHECK(value_of<CUdeviceptr>(CU_POINTER_ATTRIBUTE_DEVICE_POINTER, asked) == asked);
    }
}

TEST_CASE_METHOD(Reserved, "PTR-08/no_access: so it is without access, and read-only",
                 "[pointer_attributes]") {
    const Allocation memory = allocate();
    const Mapping bare(at(0), granularity(), memory);
    const Mapping readable(at(1), granularity(), memory, read_only());
    for (const CUdeviceptr asked : {at(0), at(1)}) {
        CHECK(value_of<unsigned>(CU_POINTER_ATTRIBUTE_MEMORY_TYPE, asked) == CU_MEMORYTYPE_DEVICE);
        CHECK(value_of<int>(CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL, asked) == device());
        CHECK((value_of<unsigned>(CU_POINTER_ATTRIBUTE_IS_MANAGED, asked) & 0xff) == 0);
    }
    CHECK(value_of<CUdeviceptr>(CU_POINTER_ATTRIBUTE_DEVICE_POINTER, at(1)) == at(1));
}

TEST_CASE_METHOD(Reserved, "PTR-08/large: so it is in each granule of a mapping, whatever its access",
                 "[pointer_attributes]") {
    const Allocation memory = allocate(4);
    const Mapping mapped(at(0), granules(4), memory);
    for (const CUmemAccessDesc& access : {read_only(), read_write()}) {
        REQUIRE(cuMemSetAccess(at(0), granules(4), &access, 1) == CUDA_SUCCESS);
        for (const CUdeviceptr asked : {at(0) + 12, at(1), at(2) + 4096, at(4) - 1}) {
            CAPTURE(asked - at(0));
            CHECK(value_of<unsigned>(CU_POINTER_ATTRIBUTE_MEMORY_TYPE, asked) == CU_MEMORYTYPE_DEVICE);
            CHECK(value_of<int>(CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL, asked) == device());
            CHECK((value_of<unsigned>(CU_POINTER_ATTRIBUTE_IS_MANAGED, asked) & 0xff) == 0);
            CHECK(value_of<CUmemoryPool>(CU_POINTER_ATTRIBUTE_MEMPOOL_HANDLE, asked) == nullptr);
            CHECK(value_of<CUdeviceptr>(CU_POINTER_ATTRIBUTE_DEVICE_POINTER, asked) == asked);
        }
    }
}

TEST_CASE_METHOD(Shareable, "PTR-08/imported: so it is where imported memory is mapped, by its own access",
                 "[pointer_attributes]") {
    const Allocation memory = allocate_shareable();
    const Allocation imported = import_memory(export_memory(memory));
    const Mapping original = map(at(0), memory);
    const Mapping mapped(at(2), granularity(), imported, read_only());
    for (const CUdeviceptr asked : {at(2), at(2) + 12, at(3) - 1}) {
        CAPTURE(asked - at(2));
        CHECK(value_of<unsigned>(CU_POINTER_ATTRIBUTE_MEMORY_TYPE, asked) == CU_MEMORYTYPE_DEVICE);
        CHECK(value_of<int>(CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL, asked) == device());
        CHECK((value_of<unsigned>(CU_POINTER_ATTRIBUTE_IS_MANAGED, asked) & 0xff) == 0);
        CHECK(value_of<CUdeviceptr>(CU_POINTER_ATTRIBUTE_DEVICE_POINTER, asked) == asked);
        CHECK((value_of<unsigned>(CU_POINTER_ATTRIBUTE_MAPPED, asked) & 0xff) == 1);
        CHECK(value_of<unsigned>(CU_POINTER_ATTRIBUTE_ACCESS_FLAGS, asked) == CU_MEM_ACCESS_FLAGS_PROT_READ);
        CHECK(value_of<CUdeviceptr>(CU_POINTER_ATTRIBUTE_RANGE_START_ADDR, asked) == at(0));
        CHECK(value_of<size_t>(CU_POINTER_ATTRIBUTE_RANGE_SIZE, asked) == range().bytes());
    }
    CHECK(value_of<unsigned>(CU_POINTER_ATTRIBUTE_ACCESS_FLAGS, at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
}

TEST_CASE_METHOD(Mapped, "PTR-08/others: memory of the other allocators answers otherwise",
                 "[pointer_attributes]") {
    need(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, "MEMORY_POOLS_SUPPORTED");
    CUdeviceptr managed = 0;
    must(cuMemAllocManaged(&managed, 4096, CU_MEM_ATTACH_GLOBAL), "cuMemAllocManaged");
    const DeviceMemory managed_owner(pointer(managed));
    const DeviceMemory pool = allocate_from_pool(4096);
    const PinnedMemory host = allocate_pinned(4096);
    CHECK((value_of<unsigned>(CU_POINTER_ATTRIBUTE_IS_MANAGED, managed) & 0xff) == 1);
    CHECK(value_of<CUmemoryPool>(CU_POINTER_ATTRIBUTE_MEMPOOL_HANDLE, device_address(pool.get())) != nullptr);
    CHECK(value_of<unsigned>(CU_POINTER_ATTRIBUTE_MEMORY_TYPE, device_address(host.get())) ==
          CU_MEMORYTYPE_HOST);
    CHECK(value_of<unsigned>(CU_POINTER_ATTRIBUTE_MEMORY_TYPE, address()) == CU_MEMORYTYPE_DEVICE);
}

TEST_CASE_METHOD(OnNode, "PTR-08/after_host: so it is at an address that showed memory of the host before",
                 "[pointer_attributes]") {
    const Allocation on_host = allocate_host();
    const Allocation on_device = allocate_device_memory();
    cudaPointerAttributes found{};
    {
        const Mapping mapped = map_for(at(0), on_host, {read_write(), processor()});
        observe("PTR-08/memory type of host memory",
                value_of<unsigned>(CU_POINTER_ATTRIBUTE_MEMORY_TYPE, at(0)));
        must(cudaPointerGetAttributes(&found, pointer(at(0))), "cudaPointerGetAttributes");
        observe("PTR-08/runtime's type of host memory", static_cast<int>(found.type));
    }
    const Mapping mapped = map_for(at(0), on_device, {read_write()});
    CHECK(value_of<unsigned>(CU_POINTER_ATTRIBUTE_MEMORY_TYPE, at(0)) == CU_MEMORYTYPE_DEVICE);
    CHECK(value_of<int>(CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL, at(0)) == device());
    CHECK(value_of<CUdeviceptr>(CU_POINTER_ATTRIBUTE_DEVICE_POINTER, at(0)) == at(0));
    REQUIRE(cudaPointerGetAttributes(&found, pointer(at(0))) == cudaSuccess);
    CHECK(found.type == cudaMemoryTypeDevice);
}

} // namespace cts
