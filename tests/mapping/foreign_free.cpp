// The other allocators' free on an address of cuMemMap. No document says what they answer; memory that is
// mapped must outlive them.
#include "tests/prelude.hpp"

namespace cts {
namespace {

void check_intact(const Mapped& room) {
    CHECK(room.access_at(room.address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(holds(room.address(), room.bytes(), 0x27));
    CHECK(kernel_sees(room.address(), room.bytes(), 0x27));
}

} // namespace

TEST_CASE_METHOD(Mapped, "MAP-27/cuMemFree: cuMemFree does not take mapped memory away", "[mapping]") {
    fill(address(), bytes(), 0x27);
    const CUresult result = cuMemFree(address());
    CHECK(result != CUDA_SUCCESS);
    observe("MAP-27/cuMemFree", result);
    check_intact(*this);
}

TEST_CASE_METHOD(Mapped, "MAP-27/cudaFree: cudaFree does not take mapped memory away", "[mapping]") {
    fill(address(), bytes(), 0x27);
    const cudaError_t result = cudaFree(pointer(address()));
    CHECK(result != cudaSuccess);
    CHECK(cudaGetLastError() == result);
    observe("MAP-27/cudaFree", result);
    check_intact(*this);
}

TEST_CASE_METHOD(Mapped, "MAP-27/cuMemFreeAsync: cuMemFreeAsync does not take mapped memory away",
                 "[mapping]") {
    need(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, "MEMORY_POOLS_SUPPORTED");
    fill(address(), bytes(), 0x27);
    const Stream stream = create_stream();
    const CUresult result = cuMemFreeAsync(address(), stream.get());
    CHECK(result != CUDA_SUCCESS);
    observe("MAP-27/cuMemFreeAsync", result);
    CHECK(cudaStreamSynchronize(stream) == cudaSuccess);
    check_intact(*this);
}

} // namespace cts
