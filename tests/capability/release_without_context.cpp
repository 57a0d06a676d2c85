// Letting go on a thread without a context: what succeeds there has its full effect.
#include "tests/prelude.hpp"

#include <thread>

namespace cts {

TEST_CASE_METHOD(Mapped, "CAPQ-10/release: memory that is let go without a context is free, and not before",
                 "[capability][accounting]") {
    const size_t held = free_memory();
    CUresult retained = CUDA_ERROR_UNKNOWN;
    CUresult unmapped = CUDA_ERROR_UNKNOWN;
    CUresult released = CUDA_ERROR_UNKNOWN;
    CUmemGenericAllocationHandle handle = 0;
    std::thread([&] {
        (void)cuCtxSetCurrent(nullptr);
        retained = cuMemRetainAllocationHandle(&handle, pointer(address()));
    }).join();
    observe("CAPQ-10/retain", retained);
    Allocation reference(retained == CUDA_SUCCESS ? handle : 0);
    if (retained != CUDA_SUCCESS) { // what is refused there is done here
        must(cuMemRetainAllocationHandle(&handle, pointer(address())), "cuMemRetainAllocationHandle");
        reference = Allocation(handle);
    }
    must(cuMemRelease(memory().release()), "cuMemRelease");
    const CUdeviceptr place = mapping().release();
    std::thread([&] {
        (void)cuCtxSetCurrent(nullptr);
        unmapped = cuMemUnmap(place, bytes());
    }).join();
    observe("CAPQ-10/unmap", unmapped);
    if (unmapped != CUDA_SUCCESS) {
        must(cuMemUnmap(place, bytes()), "cuMemUnmap");
    }
    CHECK(free_memory() == held); // the retained reference counts
    const CUmemGenericAllocationHandle last = reference.release();
    std::thread([&] {
        (void)cuCtxSetCurrent(nullptr);
        released = cuMemRelease(last);
    }).join();
    observe("CAPQ-10/release", released);
    if (released != CUDA_SUCCESS) {
        must(cuMemRelease(last), "cuMemRelease");
    }
    CHECK(free_memory() == held + bytes());
}

} // namespace cts
