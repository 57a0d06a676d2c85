// An attribute of 0 promises a refusal: no crash, and no memory of another kind under the wanted name.
#include "tests/capability/features.hpp"
#include "tests/prelude.hpp"

#include <algorithm>
#include <functional>

namespace cts {
namespace {

/// A kind of memory that cuMemCreate can be asked for, and the attribute that announces it.
struct MemoryKind {
    const char* name;
    int attribute;
    std::function<void(CUmemAllocationProp&)> ask;
};

auto handle_type(unsigned bits) {
    return [bits](CUmemAllocationProp& wanted) {
        wanted.requestedHandleTypes = static_cast<CUmemAllocationHandleType>(bits);
    };
}

auto location(CUmemLocationType type, int id) {
    return [type, id](CUmemAllocationProp& wanted) { wanted.location = {type, id}; };
}

/// Compression is not among them: a request for it is a hint.
std::vector<MemoryKind> kinds(const Context& room) {
    return {{"POSIX descriptor", posix_descriptor_attribute, handle_type(1)},
            {"Win32", win32_attribute, handle_type(2)},
            {"Win32 KMT", win32_kmt_attribute, handle_type(4)},
            {"fabric", fabric_attribute, handle_type(8)},
            {"GPUDirect RDMA", rdma_attribute,
             [](CUmemAllocationProp& wanted) { wanted.allocFlags.gpuDirectRDMACapable = 1; }},
            {"host NUMA node", host_numa_attribute,
             location(CU_MEM_LOCATION_TYPE_HOST_NUMA,
                      std::max(announced(room, CU_DEVICE_ATTRIBUTE_HOST_NUMA_ID), 0))},
            {"host", host_attribute, location(CU_MEM_LOCATION_TYPE_HOST, 0)}};
}

} // namespace

TEST_CASE_METHOD(Granule, "CAPQ-05: memory of a kind that the device does not announce is refused cleanly",
                 "[capability][accounting]") {
    CHECK(try_memory(*this, properties()).right);
    const size_t before = free_memory();
    size_t denied = 0;
    for (const MemoryKind& kind : kinds(*this)) {
        if (announced(*this, kind.attribute) != 0) {
            continue;
        }
        CAPTURE(kind.name);
        ++denied;
        CUmemAllocationProp wanted = properties();
        kind.ask(wanted);
        CUmemGenericAllocationHandle handle = 0;
        const CUresult result = cuMemCreate(&handle, granularity(), &wanted, 0);
        const Allocation unwanted(result == CUDA_SUCCESS ? handle : 0);
        CHECK((result == CUDA_ERROR_INVALID_VALUE || result == CUDA_ERROR_NOT_SUPPORTED ||
               result == CUDA_ERROR_NOT_PERMITTED));
        observe(std::string("CAPQ-05/") + kind.name, result);
        CHECK(free_memory() == before);
    }
    CHECK(denied > 0); // Win32 handles are denied at least: the suite runs on Linux
    CHECK(try_memory(*this, properties()).right);
}

} // namespace cts
