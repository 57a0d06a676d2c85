#include "tests/pointer_attributes/attributes.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

/// "1" or "0" as documented (a boolean), or the name of the error.
std::string mapped_at(CUdeviceptr address) {
    const auto answer = ask<unsigned>(CU_POINTER_ATTRIBUTE_MAPPED, address);
    return answer.result == CUDA_SUCCESS ? std::to_string(answer.value & 0xff) : name_of(answer.result);
}

} // namespace

TEST_CASE_METHOD(Reserved, "PTR-03/mapped: every address of a mapping is mapped, with access or without",
                 "[pointer_attributes]") {
    const Allocation memory = allocate(2);
    const Mapping granted = map(at(0), memory, 2);
    const Mapping bare(at(2), granules(2), memory);
    for (const size_t offset :
         {size_t{0}, size_t{1}, granularity(), granules(2) - 1, granules(2), granules(3), granules(4) - 1}) {
        CAPTURE(offset);
        CHECK(mapped_at(at(0) + offset) == "1");
    }
}

TEST_CASE_METHOD(Reserved,
                 "PTR-03/reserved: a reserved address is not mapped before anything is mapped there",
                 "[pointer_attributes]") {
    CHECK(mapped_at(at(0)) == "0");
    CHECK(mapped_at(at(4) - 1) == "0");
    const Allocation memory = allocate();
    const Mapping mapped = map(at(1), memory);
    CHECK(mapped_at(at(1)) == "1");
    CHECK(mapped_at(at(1) - 1) == "0");
    CHECK(mapped_at(at(2)) == "0");
}

TEST_CASE_METHOD(Mapped, "PTR-03/unmapped: an address is no longer mapped once its mapping is gone",
                 "[pointer_attributes]") {
    for (int round = 0; round < 3; ++round) {
        CAPTURE(round);
        CHECK(mapped_at(address()) == "1");
        mapping().unmap();
        CHECK(mapped_at(address()) == "0");
        CHECK(mapped_at(address() + bytes() - 1) == "0");
        mapping() = map(address(), memory());
    }
}

} // namespace cts
