// Device memory over several processes.
#include "simulator/tests/child.hpp"
#include "simulator/tests/gpu.hpp"

#include <cstdint>
#include <unistd.h>

using namespace sim::tests;

namespace {

CUmemGenericAllocationHandle import(int descriptor) {
    CUmemGenericAllocationHandle handle = 0;
    REQUIRE(cuMemImportFromShareableHandle(&handle,
                                           reinterpret_cast<void*>(static_cast<intptr_t>(descriptor)),
                                           CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR) == CUDA_SUCCESS);
    return handle;
}

int export_descriptor(CUmemGenericAllocationHandle handle) {
    int descriptor = -1;
    REQUIRE(cuMemExportToShareableHandle(&descriptor, handle, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0) ==
            CUDA_SUCCESS);
    return descriptor;
}

} // namespace

TEST_CASE("child: holds 64 MiB until it is killed", "[.]") {
    const Gpu gpu;
    create(64 * mib, memory_of(CU_MEM_LOCATION_TYPE_DEVICE));
    send_to_parent('r');
    receive_from_parent();
}

TEST_CASE("a killed process gives its memory back, whoever looks") {
    const Gpu gpu;
    const size_t before = free_memory();
    Child first("child: holds 64 MiB until it is killed");
    Child second("child: holds 64 MiB until it is killed");
    REQUIRE(first.receive() == 'r');
    REQUIRE(second.receive() == 'r');
    CHECK(before - free_memory() == 128 * mib);
    first.kill();
    first.wait();
    CHECK(before - free_memory() == 64 * mib);
    second.kill();
    second.wait();
    CHECK(free_memory() == before);
}

TEST_CASE("child: imports and waits", "[.]") {
    const Gpu gpu;
    int descriptor = -1;
    REQUIRE(receive_from_parent(&descriptor) == 'd');
    import(descriptor);
    close(descriptor);
    send_to_parent('i');
    receive_from_parent();
}

TEST_CASE("imported memory counts once, and lives as long as any process has it") {
    const Gpu gpu;
    const size_t before = free_memory();
    const CUmemGenericAllocationHandle handle =
        create(32 * mib, memory_of(CU_MEM_LOCATION_TYPE_DEVICE, true));
    const int descriptor = export_descriptor(handle);
    Child child("child: imports and waits");
    child.send('d', descriptor);
    REQUIRE(child.receive() == 'i');
    CHECK(before - free_memory() == 32 * mib);

    close(descriptor);
    REQUIRE(cuMemRelease(handle) == CUDA_SUCCESS);
    CHECK(before - free_memory() == 32 * mib); // the child's reference
    child.kill();
    child.wait();
    CHECK(free_memory() == before);
}

TEST_CASE("an open descriptor keeps the memory in use after the last release") {
    const Gpu gpu;
    const size_t before = free_memory();
    const CUmemGenericAllocationHandle handle = create(2 * mib, memory_of(CU_MEM_LOCATION_TYPE_DEVICE, true));
    const int first = export_descriptor(handle);
    const int second = export_descriptor(handle);
    REQUIRE(cuMemRelease(handle) == CUDA_SUCCESS);
    close(first);
    CHECK(before - free_memory() == 2 * mib);

    const CUmemGenericAllocationHandle again = import(second);
    close(second);
    CHECK(before - free_memory() == 2 * mib);
    REQUIRE(cuMemRelease(again) == CUDA_SUCCESS);
    CHECK(free_memory() == before);
}

TEST_CASE("the first export moves memory to a file of its own, contents and mappings included") {
    const Gpu gpu;
    const CUmemGenericAllocationHandle handle = create(4 * mib, memory_of(CU_MEM_LOCATION_TYPE_DEVICE, true));
    const CUdeviceptr address = reserve(4 * mib);
    REQUIRE(cuMemMap(address, 4 * mib, 0, handle, 0) == CUDA_SUCCESS);
    grant(address, 4 * mib, CU_MEM_LOCATION_TYPE_DEVICE, CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    REQUIRE(cuMemsetD32(address + 3 * mib, 7, 1) == CUDA_SUCCESS);

    const int descriptor = export_descriptor(handle);
    uint32_t seen = 0;
    REQUIRE(cuMemcpyDtoH(&seen, address + 3 * mib, sizeof seen) == CUDA_SUCCESS);
    CHECK(seen == 7);

    const CUmemGenericAllocationHandle alias = import(descriptor);
    close(descriptor);
    const CUdeviceptr other = reserve(4 * mib);
    REQUIRE(cuMemMap(other, 4 * mib, 0, alias, 0) == CUDA_SUCCESS);
    grant(other, 4 * mib, CU_MEM_LOCATION_TYPE_DEVICE, CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    REQUIRE(cuMemsetD32(other + 3 * mib, 8, 1) == CUDA_SUCCESS);
    REQUIRE(cuMemcpyDtoH(&seen, address + 3 * mib, sizeof seen) == CUDA_SUCCESS);
    CHECK(seen == 8);

    for (const CUdeviceptr mapped : {address, other}) {
        CHECK(cuMemUnmap(mapped, 4 * mib) == CUDA_SUCCESS);
        CHECK(cuMemAddressFree(mapped, 4 * mib) == CUDA_SUCCESS);
    }
    CHECK(cuMemRelease(handle) == CUDA_SUCCESS);
    CHECK(cuMemRelease(alias) == CUDA_SUCCESS);
}
