#include "tests/pointer_attributes/attributes.hpp"
#include "tests/prelude.hpp"

#include <array>

namespace cts {
namespace {

/// Those of which the page says that an address CUDA does not know is refused.
constexpr CUpointer_attribute refused_by_documentation[] = {
    CU_POINTER_ATTRIBUTE_CONTEXT, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, CU_POINTER_ATTRIBUTE_DEVICE_POINTER,
    CU_POINTER_ATTRIBUTE_HOST_POINTER, CU_POINTER_ATTRIBUTE_IS_MANAGED};
constexpr CUpointer_attribute others[] = {
    CU_POINTER_ATTRIBUTE_BUFFER_ID,        CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL,
    CU_POINTER_ATTRIBUTE_RANGE_START_ADDR, CU_POINTER_ATTRIBUTE_RANGE_SIZE,
    CU_POINTER_ATTRIBUTE_MAPPED,           CU_POINTER_ATTRIBUTE_ALLOWED_HANDLE_TYPES,
    CU_POINTER_ATTRIBUTE_ACCESS_FLAGS,     CU_POINTER_ATTRIBUTE_MEMPOOL_HANDLE,
    CU_POINTER_ATTRIBUTE_MAPPING_SIZE,     CU_POINTER_ATTRIBUTE_MAPPING_BASE_ADDR,
    CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID};

/// An address that was reserved, mapped and used, and is CUDA's no more.
CUdeviceptr freed_address(const Granule& room) {
    const Reservation range = room.reserve(1);
    const Allocation memory = room.allocate();
    const Mapping mapped = room.map(range.address(), memory);
    fill(range.address(), room.granularity(), 1);
    CHECK(ask<unsigned>(CU_POINTER_ATTRIBUTE_MEMORY_TYPE, range.address()).result == CUDA_SUCCESS);
    return range.address();
}

} // namespace

TEST_CASE_METHOD(Granule, "PTR-13: an address of a freed reservation has no attributes",
                 "[pointer_attributes]") {
    const CUdeviceptr gone = freed_address(*this);
    for (const CUdeviceptr asked : {gone, gone + granularity() - 1}) {
        for (const CUpointer_attribute attribute : refused_by_documentation) {
            CAPTURE(static_cast<int>(attribute));
            CHECK(ask<std::array<char, 16>>(attribute, asked).result == CUDA_ERROR_INVALID_VALUE);
        }
        for (const CUpointer_attribute attribute : others) {
            CAPTURE(static_cast<int>(attribute));
            CHECK(ask<std::array<char, 16>>(attribute, asked).result != CUDA_SUCCESS);
        }
        CUdeviceptr base = 0;
        size_t size = 0;
        CHECK(cuMemGetAddressRange(&base, &size, asked) != CUDA_SUCCESS);
    }
}

TEST_CASE_METHOD(Granule, "PTR-13/plural: asked for together, they are null values and no error",
                 "[pointer_attributes]") {
    const CUdeviceptr gone = freed_address(*this);
    CUcontext owner = reinterpret_cast<CUcontext>(1);
    unsigned type = 77;
    CUdeviceptr start = 77;
    size_t size = 77;
    CUpointer_attribute attributes[] = {CU_POINTER_ATTRIBUTE_CONTEXT, CU_POINTER_ATTRIBUTE_MEMORY_TYPE,
                                        CU_POINTER_ATTRIBUTE_RANGE_START_ADDR,
                                        CU_POINTER_ATTRIBUTE_RANGE_SIZE};
    void* values[] = {&owner, &type, &start, &size};
    CHECK(cuPointerGetAttributes(4, attributes, values, gone) == CUDA_SUCCESS);
    CHECK(owner == nullptr);
    CHECK(type == 0);
    CHECK(start == 0);
    CHECK(size == 0);
}

TEST_CASE_METHOD(Reserved, "PTR-13/reserved_again: a new reservation at the address has its own attributes",
                 "[pointer_attributes]") {
    const CUdeviceptr gone = freed_address(*this);
    const Reservation again(granules(2), 0, gone); // a hint: the case holds wherever it is granted
    const Allocation memory = allocate(2);
    const Mapping mapped = map(again.address(), memory, 2);
    CHECK(value_of<CUdeviceptr>(CU_POINTER_ATTRIBUTE_RANGE_START_ADDR, again.address(granularity())) ==
          again.address());
    CHECK(value_of<size_t>(CU_POINTER_ATTRIBUTE_RANGE_SIZE, again.address()) == granules(2));
    CHECK(value_of<size_t>(CU_POINTER_ATTRIBUTE_MAPPING_SIZE, again.address()) == granules(2));
}

TEST_CASE_METHOD(Granule, "PTR-13/other_size: a reservation at the place of a larger one has its own size",
                 "[pointer_attributes]") {
    CUdeviceptr place = reserve(5).address(); // free again at once
    const Allocation memory = allocate();
    for (const size_t count : {4, 2, 1, 3}) {
        CAPTURE(count);
        const Reservation range(granules(count), 0, place); // a hint: it holds wherever it is granted
        place = range.address();
        const Mapping mapped = map(range.end() - granularity(), memory);
        const CUdeviceptr asked = range.end() - 1;
        CHECK(value_of<CUdeviceptr>(CU_POINTER_ATTRIBUTE_RANGE_START_ADDR, asked) == range.address());
        CHECK(value_of<size_t>(CU_POINTER_ATTRIBUTE_RANGE_SIZE, asked) == granules(count));
    }
}

} // namespace cts
