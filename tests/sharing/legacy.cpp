// The interprocess calls of cudaMalloc memory do not take virtual memory; programs are to see that by the
// pointer attribute before they try (sgl-project/sglang#27593 did not).
#include "tests/prelude.hpp"
#include "tests/sharing/shareable.hpp"

namespace cts {
namespace {

int legacy_capable(CUdeviceptr address) {
    int capable = -1;
    must(cuPointerGetAttribute(&capable, CU_POINTER_ATTRIBUTE_IS_LEGACY_CUDA_IPC_CAPABLE, address),
         "cuPointerGetAttribute");
    return capable;
}

} // namespace

TEST_CASE_METHOD(Mapped, "IPC-15: virtual memory is not for cuIpcGetMemHandle, and says so", "[sharing]") {
    fill(address(), bytes(), 0x15);
    CHECK(legacy_capable(address()) == 0);
    CHECK(legacy_capable(address() + bytes() - 1) == 0);
    CUipcMemHandle handle{};
    const CUresult result = cuIpcGetMemHandle(&handle, address());
    CHECK(result != CUDA_SUCCESS);
    observe("IPC-15/plain", result);
    CHECK(holds(address(), bytes(), 0x15));
}

TEST_CASE_METHOD(Shareable, "IPC-15/shareable: neither is virtual memory that was created for sharing",
                 "[sharing]") {
    const Allocation memory = allocate_shareable();
    const Mapping mapped = map(at(0), memory);
    CHECK(legacy_capable(at(0)) == 0);
    CUipcMemHandle handle{};
    const CUresult result = cuIpcGetMemHandle(&handle, at(0));
    CHECK(result != CUDA_SUCCESS);
    observe("IPC-15/shareable", result);
}

TEST_CASE_METHOD(Context, "IPC-15/control: memory of cudaMalloc has such a handle where it says so",
                 "[sharing]") {
    const DeviceMemory memory = allocate_device(1 << 21);
    const CUdeviceptr address = device_address(memory.get());
    CUipcMemHandle handle{};
    const CUresult result = cuIpcGetMemHandle(&handle, address);
    CHECK((result == CUDA_SUCCESS) == (legacy_capable(address) == 1));
    observe("IPC-15/cudaMalloc", result);
}

} // namespace cts
