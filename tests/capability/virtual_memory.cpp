#include "tests/capability/features.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Context, "CAPQ-01: a device that announces virtual memory management performs all of it",
                 "[capability]") {
    need(CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED, "VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED");
    CHECK(attribute(CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED) == 1);
    CHECK(attribute(CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING) == 1); // cuMemAddressReserve requires it

    CUmemAllocationProp properties{};
    properties.type = CU_MEM_ALLOCATION_TYPE_PINNED;
    properties.location = {CU_MEM_LOCATION_TYPE_DEVICE, device()};
    const CUmemAccessDesc access{properties.location, CU_MEM_ACCESS_FLAGS_PROT_READWRITE};
    size_t bytes = 0;
    CUdeviceptr address = 0;
    CUmemGenericAllocationHandle handle = 0;
    REQUIRE(cuMemGetAllocationGranularity(&bytes, &properties, CU_MEM_ALLOC_GRANULARITY_MINIMUM) ==
            CUDA_SUCCESS);
    REQUIRE(cuMemAddressReserve(&address, bytes, 0, 0, 0) == CUDA_SUCCESS);
    Reservation range = Reservation::adopt(address, bytes);
    REQUIRE(cuMemCreate(&handle, bytes, &properties, 0) == CUDA_SUCCESS);
    Allocation memory(handle);
    REQUIRE(cuMemMap(address, bytes, 0, handle, 0) == CUDA_SUCCESS);
    Mapping mapped = Mapping::adopt(address, bytes);
    REQUIRE(cuMemSetAccess(address, bytes, &access, 1) == CUDA_SUCCESS);

    fill(address, bytes, 1);
    CHECK(holds(address, bytes, 1));
    fill(address, bytes, 2);
    CHECK(holds(address, bytes, 2));
    CHECK(kernel_sees(address, bytes, 2));

    CHECK(cuMemUnmap(mapped.release(), bytes) == CUDA_SUCCESS);
    CHECK(cuMemRelease(memory.release()) == CUDA_SUCCESS);
    CHECK(cuMemAddressFree(range.release(), bytes) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Context, "CAPQ-02: the deprecated name of the attribute answers as the new one",
                 "[capability]") {
    static_assert(CU_DEVICE_ATTRIBUTE_VIRTUAL_ADDRESS_MANAGEMENT_SUPPORTED ==
                  CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED);
    int by_old_name = -1;
    int by_new_name = -2;
    CHECK(cuDeviceGetAttribute(&by_old_name, CU_DEVICE_ATTRIBUTE_VIRTUAL_ADDRESS_MANAGEMENT_SUPPORTED,
                               device()) == CUDA_SUCCESS);
    CHECK(cuDeviceGetAttribute(&by_new_name, CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED,
                               device()) == CUDA_SUCCESS);
    CHECK(by_old_name == by_new_name);
    CHECK((by_new_name == 0 || by_new_name == 1));
}

} // namespace cts
