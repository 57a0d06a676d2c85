// Memory of the host and of the device side by side in one reservation, as a cache has it that spills to the
// host.
#include "tests/host_memory/host_memory.hpp"
#include "tests/mapping/attempt.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

/// Four chunks: device, host, device, host.
class SideBySide : public OnNode {
  public:
    SideBySide() {
        for (size_t index = 0; index < 4; ++index) {
            memories_.push_back(index % 2 == 0 ? allocate_device_memory() : allocate_host());
            mappings.emplace_back(at(index), chunk(), memories_.back());
        }
    }

    CUresult set(const CUmemAccessDesc& access) const {
        return cuMemSetAccess(at(0), 4 * chunk(), &access, 1);
    }

  private:
    std::vector<Allocation> memories_;

  protected:
    std::vector<Mapping> mappings;
};

} // namespace

TEST_CASE_METHOD(SideBySide, "HST-12: one call grants the device both, and kernels use them as one buffer",
                 "[host_memory]") {
    for (const CUmemAccessDesc& access : {read_only(), no_access(), read_write()}) {
        CAPTURE(access.flags);
        REQUIRE(set(access) == CUDA_SUCCESS);
        for (size_t index = 0; index < 4; ++index) {
            CAPTURE(index);
            CHECK(access_at(at(index)) == static_cast<unsigned long long>(access.flags));
        }
    }
    ramp(at(0), 4 * chunk(), 0x12);
    CHECK(kernel_sees_ramp(at(0), 4 * chunk(), 0x12));
    CHECK_FALSE(kernel_sees_ramp(at(0), 4 * chunk(), 0x13));
}

TEST_CASE_METHOD(SideBySide,
                 "HST-12/processor: a grant for the processor leaves the device memory beside it alone",
                 "[host_memory]") {
    REQUIRE(set(read_write()) == CUDA_SUCCESS);
    ramp(at(0), 4 * chunk(), 0x12);
    const CUmemAccessDesc access = processor();
    for (const size_t index : {1, 3}) {
        CAPTURE(index);
        REQUIRE(cuMemSetAccess(at(index), chunk(), &access, 1) == CUDA_SUCCESS);
        CHECK(access_at(at(index - 1)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
        CHECK(access_at(at(index)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
        const auto first = static_cast<uint32_t>(0x12 + index * word_count(chunk()));
        CHECK(host_holds_ramp(words(at(index)), chunk(), first));
    }
    CHECK(kernel_sees_ramp(at(0), 4 * chunk(), 0x12));
}

TEST_CASE_METHOD(SideBySide, "HST-12/unmap: one call unmaps both", "[host_memory]") {
    REQUIRE(set(read_write()) == CUDA_SUCCESS);
    for (size_t index = 0; index < 4; ++index) {
        CHECK(is_mapped(at(index)));
    }
    for (Mapping& mapping : mappings) {
        mapping.release();
    }
    REQUIRE(cuMemUnmap(at(0), 4 * chunk()) == CUDA_SUCCESS);
    for (size_t index = 0; index < 4; ++index) {
        CAPTURE(index);
        CHECK_FALSE(is_mapped(at(index)));
    }
}

} // namespace cts
