// Attributes of an address that is reserved and not mapped. The documentation speaks of pointers to memory
// only, but for the range (PTR-01) and whether it is mapped (PTR-03).
#include "tests/pointer_attributes/attributes.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

/// The answer in one word, which names no address and no id.
template<typename Value>
std::string describe(CUpointer_attribute attribute, CUdeviceptr address) {
    const auto answer = ask<Value>(attribute, address);
    if (answer.result != CUDA_SUCCESS) {
        return name_of(answer.result);
    }
    if (answer.value == Value{}) {
        return "zero";
    }
    if constexpr (sizeof(Value) == sizeof(CUdeviceptr)) {
        CUdeviceptr value = 0;
        std::memcpy(&value, &answer.value, sizeof value);
        return value == address ? "the address" : "a value";
    } else {
        return std::to_string(answer.value);
    }
}

} // namespace

TEST_CASE_METHOD(Reserved, "PTR-15: what the attributes of a reserved address without memory are",
                 "[pointer_attributes]") {
    using Id = unsigned long long;
    const CUdeviceptr asked = at(1);
    observe("PTR-15/MEMORY_TYPE", describe<unsigned>(CU_POINTER_ATTRIBUTE_MEMORY_TYPE, asked));
    observe("PTR-15/DEVICE_POINTER", describe<CUdeviceptr>(CU_POINTER_ATTRIBUTE_DEVICE_POINTER, asked));
    observe("PTR-15/HOST_POINTER", describe<void*>(CU_POINTER_ATTRIBUTE_HOST_POINTER, asked));
    observe("PTR-15/CONTEXT", describe<CUcontext>(CU_POINTER_ATTRIBUTE_CONTEXT, asked));
    observe("PTR-15/BUFFER_ID", describe<Id>(CU_POINTER_ATTRIBUTE_BUFFER_ID, asked));
    observe("PTR-15/ACCESS_FLAGS", describe<Id>(CU_POINTER_ATTRIBUTE_ACCESS_FLAGS, asked));
    observe("PTR-15/ALLOWED_HANDLE_TYPES", describe<Id>(CU_POINTER_ATTRIBUTE_ALLOWED_HANDLE_TYPES, asked));
    observe("PTR-15/MAPPING_BASE_ADDR", describe<CUdeviceptr>(CU_POINTER_ATTRIBUTE_MAPPING_BASE_ADDR, asked));
    observe("PTR-15/MEMORY_BLOCK_ID", describe<Id>(CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID, asked));
    // An id that is given must not be that of memory that is mapped next to it.
    const Allocation memory = allocate();
    const Mapping mapped = map(at(2), memory);
    const auto block = ask<Id>(CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID, asked);
    CHECK((block.result != CUDA_SUCCESS ||
           block.value != value_of<Id>(CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID, at(2))));
    CHECK(describe<unsigned>(CU_POINTER_ATTRIBUTE_MEMORY_TYPE, at(2)) ==
          std::to_string(CU_MEMORYTYPE_DEVICE));
}

} // namespace cts
