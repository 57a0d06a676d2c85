#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Reserved, "MAP-01: mapping memory succeeds and grants no access yet", "[mapping]") {
    const Allocation memory = allocate();

    REQUIRE(cuMemMap(at(0), granularity(), 0, memory, 0) == CUDA_SUCCESS);
    const Mapping mapped = Mapping::adopt(at(0), granularity());

    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    const CUmemAccessDesc access = read_write();
    REQUIRE(cuMemSetAccess(at(0), granularity(), &access, 1) == CUDA_SUCCESS);
    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE); // the question can be answered otherwise
}

} // namespace cts
