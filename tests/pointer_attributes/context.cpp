#include "tests/pointer_attributes/attributes.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Mapped, "PTR-10: mapped memory names no context, by refusing or by NULL",
                 "[pointer_attributes]") {
    const auto answer = ask<CUcontext>(CU_POINTER_ATTRIBUTE_CONTEXT, address());
    CHECK((answer.result == CUDA_SUCCESS || answer.result == CUDA_ERROR_INVALID_VALUE));
    CHECK((answer.result != CUDA_SUCCESS || answer.value == nullptr));
    observe("PTR-10/context", answer.result);

    const DeviceMemory other = allocate_device(4096);
    CHECK(value_of<CUcontext>(CU_POINTER_ATTRIBUTE_CONTEXT, device_address(other.get())) == context());
}

TEST_CASE_METHOD(Mapped,
                 "PTR-16: legacy sharing of mapped memory is possible exactly where the attribute says",
                 "[pointer_attributes]") {
    const auto capable = ask<unsigned>(CU_POINTER_ATTRIBUTE_IS_LEGACY_CUDA_IPC_CAPABLE, address());
    CHECK(capable.result == CUDA_SUCCESS);
    CUipcMemHandle handle{};
    const CUresult result = cuIpcGetMemHandle(&handle, address());
    CHECK(((capable.value & 0xff) != 0) == (result == CUDA_SUCCESS));
    observe("PTR-16/cuIpcGetMemHandle", result);
    fill(address(), bytes(), 3);
    CHECK(holds(address(), bytes(), 3));
}

} // namespace cts
