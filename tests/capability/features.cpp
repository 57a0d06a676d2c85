// An attribute of 1 promises that the feature works in its smallest form. Software chooses its road by these
// attributes: one that says yes to a feature that then fails takes the whole program down.
#include "tests/capability/features.hpp"

#include "tests/prelude.hpp"

#include <algorithm>
#include <unistd.h>

namespace cts {

TEST_CASE_METHOD(Granule, "CAPQ-04/compression: where compression is announced memory may ask for it",
                 "[capability]") {
    CUmemAllocationProp wanted = properties();
    wanted.allocFlags.compressionType = CU_MEM_ALLOCATION_COMP_GENERIC;
    const Trial trial = try_memory(*this, wanted);
    CHECK((announced(*this, compression_attribute) == 0 || trial.created == CUDA_SUCCESS));
    CHECK(trial.right == (trial.created == CUDA_SUCCESS));
}

TEST_CASE_METHOD(Granule, "CAPQ-04/rdma: memory for GPUDirect RDMA can be made exactly where it is announced",
                 "[capability]") {
    CUmemAllocationProp wanted = properties();
    wanted.allocFlags.gpuDirectRDMACapable = 1;
    const Trial trial = try_memory(*this, wanted);
    CHECK((trial.created == CUDA_SUCCESS) == (announced(*this, rdma_attribute) != 0));
    CHECK(trial.right == (trial.created == CUDA_SUCCESS));
}

TEST_CASE_METHOD(Granule, "CAPQ-04/sparse: where sparse arrays are announced a tile pool can be created",
                 "[capability]") {
    CUmemAllocationProp wanted = properties();
    wanted.allocFlags.usage = CU_MEM_CREATE_USAGE_TILE_POOL;
    size_t bytes = 0;
    REQUIRE(cuMemGetAllocationGranularity(&bytes, &wanted, CU_MEM_ALLOC_GRANULARITY_MINIMUM) == CUDA_SUCCESS);
    CUmemGenericAllocationHandle handle = 0;
    const CUresult result = cuMemCreate(&handle, bytes, &wanted, 0);
    const Allocation pool(result == CUDA_SUCCESS ? handle : 0);
    CHECK((announced(*this, sparse_attribute) == 0 || result == CUDA_SUCCESS));
}

TEST_CASE_METHOD(Granule,
                 "CAPQ-04/host_numa: memory of a host NUMA node can be mapped exactly where it is announced",
                 "[capability]") {
    CUmemAllocationProp wanted = properties();
    wanted.location.type = CU_MEM_LOCATION_TYPE_HOST_NUMA;
    wanted.location.id = std::max(announced(*this, CU_DEVICE_ATTRIBUTE_HOST_NUMA_ID), 0);
    const Trial trial = try_memory(*this, wanted);
    CHECK((trial.created == CUDA_SUCCESS) == (announced(*this, host_numa_attribute) != 0));
    CHECK(trial.right == (trial.created == CUDA_SUCCESS));
}

TEST_CASE_METHOD(Granule, "CAPQ-04/host: memory of the host can be mapped exactly where it is announced",
                 "[capability]") {
    CUmemAllocationProp wanted = properties();
    wanted.location = {CU_MEM_LOCATION_TYPE_HOST, 0};
    const Trial trial = try_memory(*this, wanted);
    CHECK((trial.created == CUDA_SUCCESS) == (announced(*this, host_attribute) != 0));
    CHECK(trial.right == (trial.created == CUDA_SUCCESS));
}

TEST_CASE_METHOD(Mapped, "CAPQ-04/dma_buf: a mapping has a dma-buf exactly where that is announced",
                 "[capability]") {
    int descriptor = -1;
    const CUresult result = cuMemGetHandleForAddressRange(&descriptor, address(), bytes(),
                                                          CU_MEM_RANGE_HANDLE_TYPE_DMA_BUF_FD, 0);
    CHECK((result == CUDA_SUCCESS) == (announced(*this, dma_buf_attribute) != 0));
    CHECK((descriptor >= 0) == (result == CUDA_SUCCESS));
    if (descriptor >= 0) {
        CHECK(close(descriptor) == 0);
    }
    fill(address(), bytes(), 4);
    CHECK(holds(address(), bytes(), 4));
}

TEST_CASE_METHOD(Context, "CAPQ-04/pools: a memory pool gives memory exactly where that is announced",
                 "[capability]") {
    const Stream stream = create_stream();
    CUdeviceptr address = 0;
    const CUresult result = cuMemAllocAsync(&address, 4096, stream.get());
    CHECK((result == CUDA_SUCCESS) == (announced(*this, pools_attribute) != 0));
    CHECK((address != 0) == (result == CUDA_SUCCESS));
    if (result == CUDA_SUCCESS) {
        REQUIRE(cuMemsetD32Async(address, 0x900d, 1024, stream.get()) == CUDA_SUCCESS);
        REQUIRE(cuStreamSynchronize(stream.get()) == CUDA_SUCCESS);
        CHECK(holds(address, 4096, 0x900d));
        CHECK(cuMemFreeAsync(address, stream.get()) == CUDA_SUCCESS);
        CHECK(cuStreamSynchronize(stream.get()) == CUDA_SUCCESS);
    }
}

} // namespace cts
