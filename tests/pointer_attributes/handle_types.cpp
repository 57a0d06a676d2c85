#include "tests/pointer_attributes/attributes.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

constexpr auto descriptor_type = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;

unsigned long long types_at(CUdeviceptr address) {
    // The width of the value is not documented; no handle type needs more than 32 bits.
    return value_of<unsigned long long>(CU_POINTER_ATTRIBUTE_ALLOWED_HANDLE_TYPES, address) & 0xffffffffULL;
}

} // namespace

TEST_CASE_METHOD(Reserved, "PTR-05: the allowed handle types are those that were asked for",
                 "[pointer_attributes]") {
    need(CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
         "HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED");
    const Allocation plain = allocate();
    const Allocation shareable = create_allocation(granularity(), shareable_properties());
    const Mapping first = map(at(0), plain);
    const Mapping second = map(at(1), shareable);
    const Mapping bare(at(2), granularity(), shareable);
    CHECK(types_at(at(0)) == CU_MEM_HANDLE_TYPE_NONE);
    CHECK(types_at(at(1) - 1) == CU_MEM_HANDLE_TYPE_NONE);
    CHECK(types_at(at(1)) == descriptor_type);
    CHECK(types_at(at(2)) == descriptor_type);
    CHECK(types_at(at(3) - 1) == descriptor_type);
}

TEST_CASE_METHOD(Mapped, "PTR-05/remap: the allowed handle types are those of the memory mapped now",
                 "[pointer_attributes]") {
    need(CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
         "HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED");
    CHECK(types_at(address()) == CU_MEM_HANDLE_TYPE_NONE);
    const Allocation shareable = create_allocation(granularity(), shareable_properties());
    mapping().unmap();
    mapping() = map(address(), shareable);
    CHECK(types_at(address()) == descriptor_type);
    mapping().unmap();
    mapping() = map(address(), memory());
    CHECK(types_at(address()) == CU_MEM_HANDLE_TYPE_NONE);
}

TEST_CASE_METHOD(Reserved, "PTR-05/released: the allowed handle types outlive the handle of the memory",
                 "[pointer_attributes]") {
    need(CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
         "HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED");
    Allocation shareable = create_allocation(granularity(), shareable_properties());
    Allocation plain = allocate();
    const Mapping first = map(at(0), shareable);
    const Mapping second = map(at(1), plain);
    REQUIRE(cuMemRelease(shareable.release()) == CUDA_SUCCESS);
    REQUIRE(cuMemRelease(plain.release()) == CUDA_SUCCESS);
    CHECK(types_at(at(0)) == descriptor_type);
    CHECK(types_at(at(1)) == CU_MEM_HANDLE_TYPE_NONE);
}

} // namespace cts
