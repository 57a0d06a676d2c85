// Memory of the device's own NUMA node, used by the device (Driver API, cuMemCreate).
#include "tests/host_memory/host_memory.hpp"
#include "tests/prelude.hpp"

#include <cstring>

namespace cts {
namespace {

/// What cuMemCreate answers; memory that it gave is released.
CUresult try_create(size_t bytes, const CUmemAllocationProp& wanted) {
    CUmemGenericAllocationHandle handle = 0;
    const CUresult result = cuMemCreate(&handle, bytes, &wanted, 0);
    const Allocation granted(result == CUDA_SUCCESS ? handle : 0);
    return result;
}

} // namespace

TEST_CASE_METHOD(OnNode, "HST-01: memory of the device's own node can be created, mapped and used by kernels",
                 "[host_memory]") {
    const CUmemAllocationProp wanted = host_properties();
    CUmemGenericAllocationHandle handle = 0;
    REQUIRE(cuMemCreate(&handle, 2 * chunk(), &wanted, 0) == CUDA_SUCCESS);
    const Allocation memory(handle);
    const Mapping mapped = map_for(at(0), memory, {read_write()}, 2);
    ramp(at(0), 2 * chunk(), 3);
    CHECK(kernel_sees_ramp(at(0), 2 * chunk(), 3));
    CHECK_FALSE(kernel_sees_ramp(at(0), 2 * chunk(), 4));
    fill(at(0), 2 * chunk(), 0x401);
    CHECK(kernel_sees(at(0), 2 * chunk(), 0x401));
}

TEST_CASE_METHOD(OnNode, "HST-01/properties: its handle tells the location that it was created with",
                 "[host_memory]") {
    const Allocation memory = allocate_host();
    const Allocation of_device = allocate_device_memory();
    const Mapping mapped = map_for(at(0), memory, {read_write()});
    CUmemGenericAllocationHandle again = 0;
    REQUIRE(cuMemRetainAllocationHandle(&again, pointer(at(0))) == CUDA_SUCCESS);
    const Allocation retained(again);
    CHECK(again == memory.get());
    for (const CUmemGenericAllocationHandle handle : {memory.get(), retained.get()}) {
        CUmemAllocationProp found;
        std::memset(&found, 0x5a, sizeof found);
        REQUIRE(cuMemGetAllocationPropertiesFromHandle(&found, handle) == CUDA_SUCCESS);
        CHECK(found.type == CU_MEM_ALLOCATION_TYPE_PINNED);
        CHECK(found.location.type == CU_MEM_LOCATION_TYPE_HOST_NUMA);
        CHECK(found.location.id == location().id);
        CHECK(found.requestedHandleTypes == CU_MEM_HANDLE_TYPE_NONE);
        REQUIRE(cuMemGetAllocationPropertiesFromHandle(&found, of_device) == CUDA_SUCCESS); // in turn
        CHECK(found.location.type == CU_MEM_LOCATION_TYPE_DEVICE);
        CHECK(found.location.id == device());
    }
}

TEST_CASE_METHOD(OnNode, "HST-01/size: a size off the granularity of its properties is refused",
                 "[host_memory]") {
    const CUmemAllocationProp wanted = host_properties();
    CHECK(try_create(host_granularity() - 4096, wanted) == CUDA_ERROR_INVALID_VALUE);
    CHECK(try_create(host_granularity() + 1, wanted) == CUDA_ERROR_INVALID_VALUE);
    CHECK(try_create(0, wanted) == CUDA_ERROR_INVALID_VALUE);
    CHECK(try_create(host_granularity(), wanted) == CUDA_SUCCESS);
    size_t best = 0;
    REQUIRE(cuMemGetAllocationGranularity(&best, &wanted, CU_MEM_ALLOC_GRANULARITY_RECOMMENDED) ==
            CUDA_SUCCESS);
    CHECK(best >= host_granularity());
    CHECK(best % host_granularity() == 0);
    CHECK(try_create(best, wanted) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(OnNode, "HST-01/device_memory: creating memory of the host takes none of the device",
                 "[host_memory][accounting]") {
    constexpr size_t count = 16;
    { const Allocation first = allocate_host(count); } // what the driver needs once, it has then
    const size_t before = free_memory();
    const Allocation memory = allocate_host(count);
    CHECK(free_memory() == before);
    const Allocation of_device = allocate_device_memory(count);
    CHECK(free_memory() + count * chunk() <= before); // so the reading can differ
}

TEST_CASE_METHOD(OnNode, "HST-01/copies: the driver copies between memory of the host and of the device",
                 "[host_memory]") {
    const Allocation on_host = allocate_host();
    const Allocation on_device = allocate_device_memory();
    const Mapping host = map_for(at(0), on_host, {read_write(), processor()});
    const Mapping device = map_for(at(1), on_device, {read_write()});
    ramp(at(0), chunk(), 71);
    fill(at(1), chunk(), 0);
    REQUIRE(cuMemcpy(at(1), at(0), chunk()) == CUDA_SUCCESS);
    synchronize();
    CHECK(kernel_sees_ramp(at(1), chunk(), 71));
    ramp(at(1), chunk(), 72000);
    REQUIRE(cuMemcpy(at(0), at(1), chunk()) == CUDA_SUCCESS);
    synchronize();
    CHECK(kernel_sees_ramp(at(0), chunk(), 72000));
    CHECK(host_holds_ramp(words(at(0)), chunk(), 72000));
}

TEST_CASE_METHOD(OnNode, "HST-03: the current NUMA node is not a place to create memory in",
                 "[host_memory]") {
    CUmemAllocationProp wanted = host_properties();
    wanted.location.type = CU_MEM_LOCATION_TYPE_HOST_NUMA_CURRENT;
    for (const int id : {0, location().id, -1}) {
        CAPTURE(id);
        wanted.location.id = id;
        CHECK(try_create(chunk(), wanted) == CUDA_ERROR_INVALID_VALUE);
    }
    CHECK(try_create(chunk(), host_properties()) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(OnHost, "HST-04: memory of the host needs no node: whatever id is given is ignored",
                 "[host_memory]") {
    CUmemAllocationProp wanted = host_properties();
    uint32_t value = 0x40;
    for (const int id : {0, 1, -1, 4711}) {
        CAPTURE(id);
        wanted.location.id = id;
        CUmemGenericAllocationHandle handle = 0;
        REQUIRE(cuMemCreate(&handle, chunk(), &wanted, 0) == CUDA_SUCCESS);
        const Allocation memory(handle);
        const Mapping mapped = map_for(at(0), memory, {read_write()});
        fill(at(0), chunk(), ++value);
        CHECK(kernel_sees(at(0), chunk(), value));
        CUmemAllocationProp found{};
        REQUIRE(cuMemGetAllocationPropertiesFromHandle(&found, memory) == CUDA_SUCCESS);
        // The host, or the node that the driver chose: what a type without a node turns into is not
        // documented.
        observe("HST-04/granted location type", static_cast<int>(found.location.type));
    }
}

TEST_CASE_METHOD(OnHost, "HST-04/handle_types: memory of the host cannot be created for sharing",
                 "[host_memory]") {
    CUmemAllocationProp wanted = host_properties();
    for (const unsigned types : {1U, 2U, 4U, 8U, 9U}) {
        CAPTURE(types);
        wanted.requestedHandleTypes = static_cast<CUmemAllocationHandleType>(types);
        CHECK(try_create(chunk(), wanted) == CUDA_ERROR_INVALID_VALUE);
    }
    CHECK(try_create(chunk(), host_properties()) == CUDA_SUCCESS);
}

} // namespace cts
