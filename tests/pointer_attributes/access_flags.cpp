#include "tests/pointer_attributes/attributes.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

/// The attribute is the access of the current context's device, which is the device of every rung.
void check_access(const Granule& room, CUdeviceptr address, unsigned long long expected) {
    const auto answer = ask<unsigned long long>(CU_POINTER_ATTRIBUTE_ACCESS_FLAGS, address);
    CHECK(answer.result == CUDA_SUCCESS);
    CHECK((answer.value & 0xffffffffULL) == expected); // the width of the value is not documented
    CHECK(room.access_at(address) == expected);
}

} // namespace

TEST_CASE_METHOD(Reserved, "PTR-04: the access flags are those of cuMemGetAccess, mapping for mapping",
                 "[pointer_attributes]") {
    const Allocation memory = allocate();
    const Mapping bare(at(0), granularity(), memory);
    const Mapping readable(at(1), granularity(), memory, read_only());
    const Mapping writable = map(at(2), memory);
    for (const size_t offset : {size_t{0}, size_t{1}, granularity() - 1}) {
        CAPTURE(offset);
        check_access(*this, at(0) + offset, CU_MEM_ACCESS_FLAGS_PROT_NONE);
        check_access(*this, at(1) + offset, CU_MEM_ACCESS_FLAGS_PROT_READ);
        check_access(*this, at(2) + offset, CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    }
}

TEST_CASE_METHOD(Reserved, "PTR-04/large: the access flags are those of the mapping in each of its granules",
                 "[pointer_attributes]") {
    const Allocation memory = allocate(4);
    const Mapping mapped(at(0), granules(4), memory);
    for (const CUmemAccessDesc& access : {no_access(), read_only(), read_write()}) {
        REQUIRE(cuMemSetAccess(at(0), granules(4), &access, 1) == CUDA_SUCCESS);
        for (size_t index = 0; index < 4; ++index) {
            CAPTURE(index);
            check_access(*this, at(index), access.flags);
            check_access(*this, at(index + 1) - 1, access.flags);
        }
    }
}

TEST_CASE_METHOD(Mapped, "PTR-04/changed: the access flags follow each change of access",
                 "[pointer_attributes]") {
    for (const CUmemAccessDesc& access :
         {read_only(), no_access(), read_write(), read_only(), read_write()}) {
        CAPTURE(static_cast<int>(access.flags));
        REQUIRE(cuMemSetAccess(address(), bytes(), &access, 1) == CUDA_SUCCESS);
        check_access(*this, address(), access.flags);
        check_access(*this, address() + bytes() - 1, access.flags);
    }
    mapping().unmap();
    mapping() = Mapping(address(), bytes(), memory());
    check_access(*this, address(), CU_MEM_ACCESS_FLAGS_PROT_NONE); // a remap starts without any
}

} // namespace cts
