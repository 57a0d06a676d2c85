// CU_POINTER_ATTRIBUTE_SYNC_MEMOPS, the one attribute that can be set. Communication libraries set it on each
// buffer, and must know that memory of cuMemCreate does not take it.
#include "tests/pointer_attributes/attributes.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

CUresult set(CUdeviceptr address, unsigned value) {
    return cuPointerSetAttribute(&value, CU_POINTER_ATTRIBUTE_SYNC_MEMOPS, address);
}

} // namespace

TEST_CASE_METHOD(Mapped, "PTR-11: what setting synchronous memory operations on mapped memory answers",
                 "[pointer_attributes]") {
    fill(address(), bytes(), 0x11);
    const CUresult result = set(address(), 1);
    observe("PTR-11/set", result);
    const auto now = ask<unsigned>(CU_POINTER_ATTRIBUTE_SYNC_MEMOPS, address());
    CHECK((now.result != CUDA_SUCCESS || ((now.value & 0xff) != 0) == (result == CUDA_SUCCESS)));
    CHECK(holds(address(), bytes(), 0x11));

    const DeviceMemory other = allocate_device(4096);
    CHECK(set(device_address(other.get()), 1) == CUDA_SUCCESS);
    CHECK((value_of<unsigned>(CU_POINTER_ATTRIBUTE_SYNC_MEMOPS, device_address(other.get())) & 0xff) == 1);
    CHECK(set(device_address(other.get()), 0) == CUDA_SUCCESS);
    CHECK((value_of<unsigned>(CU_POINTER_ATTRIBUTE_SYNC_MEMOPS, device_address(other.get())) & 0xff) == 0);
}

} // namespace cts
