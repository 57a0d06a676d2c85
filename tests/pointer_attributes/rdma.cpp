#include "tests/pointer_attributes/attributes.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Reserved, "PTR-12: memory asked to be capable of GPUDirect RDMA says so by its address",
                 "[pointer_attributes]") {
    need(CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_WITH_CUDA_VMM_SUPPORTED,
         "GPU_DIRECT_RDMA_WITH_CUDA_VMM_SUPPORTED");
    CUmemAllocationProp wanted = properties();
    wanted.allocFlags.gpuDirectRDMACapable = 1;
    const Allocation capable = create_allocation(granularity(), wanted);
    const Allocation plain = allocate();
    Mapping first = map(at(0), capable);
    Mapping second = map(at(1), plain);
    const auto capable_at = [](CUdeviceptr address) {
        return value_of<unsigned>(CU_POINTER_ATTRIBUTE_IS_GPU_DIRECT_RDMA_CAPABLE, address) & 0xff;
    };
    CHECK(capable_at(at(0)) == 1);
    CHECK(capable_at(at(1) - 1) == 1);
    CHECK(capable_at(at(1)) == 0);
    first.unmap(); // and it goes with the memory, not with the address
    second.unmap();
    first = map(at(0), plain);
    second = map(at(1), capable);
    CHECK(capable_at(at(0)) == 0);
    CHECK(capable_at(at(1)) == 1);
}

} // namespace cts
