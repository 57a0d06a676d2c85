#include "tests/prelude.hpp"

#include <climits>

namespace cts {

TEST_CASE_METHOD(Context, "CAPQ-06: an attribute that no driver has is refused", "[capability]") {
    for (const int number : {0, -1, 100000, INT_MAX}) {
        CAPTURE(number);
        int value = 4711;
        CHECK(cuDeviceGetAttribute(&value, static_cast<CUdevice_attribute>(number), device()) ==
              CUDA_ERROR_INVALID_VALUE);
        CHECK(value == 4711);
    }
    int value = 4711;
    CHECK(cuDeviceGetAttribute(&value, CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED, device()) ==
          CUDA_SUCCESS);
    CHECK(value != 4711);
}

TEST_CASE_METHOD(Context, "CAPQ-06/new: the newer attributes are known or refused", "[capability]") {
    const std::pair<const char*, int> attributes[] = {
        {"MEM_DECOMPRESS_ALGORITHM_MASK", 136},    {"HOST_NUMA_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED", 141},
        {"HOST_NUMA_MEMORY_POOLS_SUPPORTED", 142}, {"HOST_NUMA_MULTINODE_IPC_SUPPORTED", 143},
        {"HOST_MEMORY_POOLS_SUPPORTED", 144},      {"HOST_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED", 145},
        {"HOST_ALLOC_DMA_BUF_SUPPORTED", 146},
    };
    for (const auto& [name, number] : attributes) {
        CAPTURE(name);
        int value = -1;
        const CUresult result =
            cuDeviceGetAttribute(&value, static_cast<CUdevice_attribute>(number), device());
        CHECK((result == CUDA_SUCCESS || result == CUDA_ERROR_INVALID_VALUE));
        CHECK((value >= 0) == (result == CUDA_SUCCESS)); // none of them is ever negative
        observe(std::string("CAPQ-06/") + name, result == CUDA_SUCCESS ? std::to_string(value) : "unknown");
    }
}

} // namespace cts
