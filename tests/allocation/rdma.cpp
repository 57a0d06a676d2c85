#include "fixtures/harness/skip.hpp"
#include "tests/allocation/attempt.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Reserved, "ALC-17: memory for GPUDirect RDMA is granted as such where it is announced",
                 "[allocation]") {
    need(CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_WITH_CUDA_VMM_SUPPORTED,
         "GPU_DIRECT_RDMA_WITH_CUDA_VMM_SUPPORTED");
    CUmemAllocationProp wanted = properties();
    wanted.allocFlags.gpuDirectRDMACapable = 1;
    const Attempt made = try_create(granularity(), wanted);
    REQUIRE(made.result == CUDA_SUCCESS);
    CUmemAllocationProp found{};
    REQUIRE(cuMemGetAllocationPropertiesFromHandle(&found, made.memory) == CUDA_SUCCESS);
    CHECK(found.allocFlags.gpuDirectRDMACapable == 1);
    const Mapping mapped = map(at(0), made.memory);
    fill(at(0), granularity(), 0x17);
    CHECK(holds(at(0), granularity(), 0x17));
    CHECK_FALSE(holds(at(0), granularity(), 0x18));
}

TEST_CASE_METHOD(Granule, "ALC-17/denied: memory for GPUDirect RDMA is refused where it is not announced",
                 "[allocation]") {
    if (attribute(CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_WITH_CUDA_VMM_SUPPORTED) != 0) {
        skip("GPU_DIRECT_RDMA_WITH_CUDA_VMM_SUPPORTED = 1");
    }
    CUmemAllocationProp wanted = properties();
    wanted.allocFlags.gpuDirectRDMACapable = 1;
    const Attempt attempt = try_create(granularity(), wanted);
    CHECK((attempt.result == CUDA_ERROR_INVALID_VALUE || attempt.result == CUDA_ERROR_NOT_SUPPORTED));
    observe("ALC-17/create", attempt.result);
    CHECK(try_create(granularity(), properties()).result == CUDA_SUCCESS);
}

} // namespace cts
