// Changing access leaves contents alone, and each change is seen by what comes next.
#include "tests/prelude.hpp"

namespace cts {
namespace {

class Access : public Reserved {
  public:
    Access() : memory_(allocate(4)), mapping_(map(at(0), memory_, 4)) { ramp(at(0), granules(4), 0x07); }

    CUresult set(const CUmemAccessDesc& access) const {
        return cuMemSetAccess(at(0), granules(4), &access, 1);
    }
    CUmemGenericAllocationHandle memory() const { return memory_; }

  private:
    Allocation memory_;
    Mapping mapping_;
};

} // namespace

TEST_CASE_METHOD(Access, "ACC-07: every change of access keeps the contents and is in force at once",
                 "[access]") {
    const std::vector<CUmemAccessDesc> steps{read_only(),  read_write(), no_access(),
                                             read_write(), no_access(),  read_only(),
                                             no_access(),  read_only(),  read_write()};
    for (size_t step = 0; step < steps.size(); ++step) {
        const CUmemAccessDesc& access = steps[step];
        CAPTURE(step, access.flags);
        REQUIRE(set(access) == CUDA_SUCCESS);
        const bool reads = access.flags != CU_MEM_ACCESS_FLAGS_PROT_NONE;
        const bool writes = access.flags == CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
        for (size_t index = 0; index < 4; ++index) {
            CAPTURE(index);
            CHECK(access_at(at(index)) == static_cast<unsigned long long>(access.flags));
            uint32_t word = 0;
            CHECK((cuMemcpyDtoH(&word, at(index), sizeof word) == CUDA_SUCCESS) == reads);
            const auto same = static_cast<uint32_t>(0x07 + index * word_count(granularity()));
            CHECK((cuMemcpyHtoD(at(index), &same, sizeof same) == CUDA_SUCCESS) == writes);
        }
        // A small copy may still be on its way when it returns, and the next step takes its access.
        synchronize();
    }
    CHECK_FALSE(holds_ramp(at(0), granules(4), 0x08));
    CHECK(holds_ramp(at(0), granules(4), 0x07));
    CHECK(kernel_sees_ramp(at(0), granules(4), 0x07));
}

TEST_CASE_METHOD(Access, "ACC-07/kernel: kernels launched right after a grant read and write every page",
                 "[access]") {
    for (uint32_t round = 0; round < 8; ++round) {
        CAPTURE(round);
        REQUIRE(set(no_access()) == CUDA_SUCCESS);
        REQUIRE(set(read_only()) == CUDA_SUCCESS);
        CHECK(kernel_sees_ramp(at(0), granules(4), 0x07 + round));
        REQUIRE(set(read_write()) == CUDA_SUCCESS);
        ramp(at(0), granules(4), 0x08 + round);
        CHECK_FALSE(kernel_sees_ramp(at(0), granules(4), 0x07 + round));
    }
    CHECK(holds_ramp(at(0), granules(4), 0x07 + 8));
}

TEST_CASE_METHOD(Access, "ACC-21: access belongs to the mapping, not to the memory", "[access]") {
    const Reservation elsewhere = reserve(4);
    const CUdeviceptr alias_at = elsewhere.address();
    const Mapping alias(alias_at, granules(4), memory());
    CHECK(access_at(alias_at) == CU_MEM_ACCESS_FLAGS_PROT_NONE); // beside a mapping with full access
    const CUmemAccessDesc read = read_only();
    REQUIRE(cuMemSetAccess(alias_at, granules(4), &read, 1) == CUDA_SUCCESS);

    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(cuMemsetD32(alias_at, 0, 1) == CUDA_ERROR_INVALID_VALUE);
    ramp(at(0), granules(4), 0x21);
    CHECK(holds_ramp(alias_at, granules(4), 0x21));
    CHECK(kernel_sees_ramp(alias_at, granules(4), 0x21));

    REQUIRE(set(no_access()) == CUDA_SUCCESS);
    CHECK(access_at(alias_at) == CU_MEM_ACCESS_FLAGS_PROT_READ);
    CHECK(kernel_sees_ramp(alias_at, granules(4), 0x21));
    CHECK(holds_ramp(alias_at, granules(4), 0x21));
    uint32_t word = 0;
    CHECK(cuMemcpyDtoH(&word, at(3), sizeof word) == CUDA_ERROR_INVALID_VALUE);
}

TEST_CASE_METHOD(Mapped,
                 "ACC-07/many: hundreds of changes of one mapping's access are in force, each of them",
                 "[access]") {
    const CUmemAccessDesc steps[] = {read_only(), no_access(), read_write()};
    ramp(address(), bytes(), 0x70);
    size_t wrong = 0;
    for (size_t step = 0; step < 600; ++step) {
        const CUmemAccessDesc& access = steps[step % 3];
        must(cuMemSetAccess(address(), bytes(), &access, 1), "cuMemSetAccess");
        wrong += access_at(address()) != static_cast<unsigned long long>(access.flags);
    }
    CHECK(wrong == 0);
    CHECK(kernel_sees_ramp(address(), bytes(), 0x70));
    CHECK(holds_ramp(address(), bytes(), 0x70));
    fill(address(), bytes(), 0x07);
    CHECK(holds(address(), bytes(), 0x07));
}

TEST_CASE_METHOD(Mapped, "ACC-21/closed: what one alias loses, others keep, and can be granted later",
                 "[access]") {
    const Mapping before = map(at(1), memory());
    fill(address(), bytes(), 0x21);
    const CUmemAccessDesc none = no_access();
    REQUIRE(cuMemSetAccess(address(), bytes(), &none, 1) == CUDA_SUCCESS);
    const Mapping after(at(2), bytes(), memory());
    const CUmemAccessDesc access = read_write();
    REQUIRE(cuMemSetAccess(at(2), bytes(), &access, 1) == CUDA_SUCCESS);
    CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    CHECK(access_at(at(1)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(access_at(at(2)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    uint32_t value = 0x21;
    for (const auto& [written, other] : {std::pair{at(1), at(2)}, std::pair{at(2), at(1)}}) {
        upload(written, std::vector<uint32_t>(word_count(bytes()), ++value)); // by a copy
        CHECK(kernel_sees(other, bytes(), value));
        REQUIRE(cuMemsetD32(written, ++value, word_count(bytes())) == CUDA_SUCCESS);
        synchronize();
        CHECK(holds(other, bytes(), value));
        fill(written, bytes(), ++value);
        CHECK(holds(other, bytes(), value));
    }
}

} // namespace cts
