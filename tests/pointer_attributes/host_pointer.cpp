#include "tests/pointer_attributes/attributes.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Mapped, "PTR-09: mapped device memory has no host pointer", "[pointer_attributes]") {
    for (const CUdeviceptr asked : {address(), address() + bytes() - 1}) {
        CHECK(ask<void*>(CU_POINTER_ATTRIBUTE_HOST_POINTER, asked).result == CUDA_ERROR_INVALID_VALUE);
    }
    const PinnedMemory host = allocate_pinned(4096);
    const auto answer = ask<void*>(CU_POINTER_ATTRIBUTE_HOST_POINTER, device_address(host.get()));
    CHECK(answer.result == CUDA_SUCCESS);
    CHECK(answer.value == host.get());
}

} // namespace cts
