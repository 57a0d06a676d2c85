// Libraries ask cuMemRetainAllocationHandle whether an address is virtual memory of cuMemCreate. What it says
// of the other allocators' memory is not documented (for graph memory see GMN-15).
#include "tests/prelude.hpp"

namespace cts {
namespace {

void check_retain(const char* allocator, const void* memory, size_t bytes) {
    const CUdeviceptr address = device_address(memory);
    fill(address, bytes, 0x41);
    CUmemGenericAllocationHandle handle = 0;
    const CUresult result = cuMemRetainAllocationHandle(&handle, pointer(address));
    observe(std::string("IPC-04/") + allocator, result);
    { const Allocation reference(result == CUDA_SUCCESS ? handle : 0); }
    CHECK(holds(address, bytes, 0x41));
    fill(address, bytes, 0x42);
    CHECK(kernel_sees(address, bytes, 0x42));
}

} // namespace

TEST_CASE_METHOD(Granule, "IPC-04: what retaining the memory of other allocators answers; it stays usable",
                 "[sharing]") {
    const DeviceMemory device = allocate_device(granularity());
    check_retain("cudaMalloc", device.get(), granularity());
    const PinnedMemory pinned = allocate_pinned(granularity());
    check_retain("cudaMallocHost", pinned.get(), granularity());
}

TEST_CASE_METHOD(Granule, "IPC-04/pool: what retaining memory of a pool answers; it stays usable",
                 "[sharing]") {
    need(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, "MEMORY_POOLS_SUPPORTED");
    const DeviceMemory memory = allocate_from_pool(granularity());
    check_retain("cudaMallocAsync", memory.get(), granularity());
}

TEST_CASE_METHOD(Granule, "IPC-04/managed: what retaining managed memory answers; it stays usable",
                 "[sharing]") {
    need(CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY, "MANAGED_MEMORY");
    void* managed = nullptr;
    must(cudaMallocManaged(&managed, granularity()), "cudaMallocManaged");
    const DeviceMemory memory(managed);
    check_retain("cudaMallocManaged", managed, granularity());
}

} // namespace cts
