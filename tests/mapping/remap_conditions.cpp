// Other memory at the same address, under the conditions in which a translation or an access may be cached
// though a plain remap clears it.
#include "tests/prelude.hpp"

#include <optional>

namespace cts {
namespace {

constexpr uint32_t old_first = 0x01d00000;
constexpr uint32_t new_first = 0x7e300000;

/// Two memories with contents of their own. The old one is mapped at place() and was read there.
class Replacement : public Reserved {
  public:
    Replacement() : old_(allocate()), new_(allocate()) {
        {
            const Mapping passing = map(at(3), new_);
            ramp(at(3), granularity(), new_first);
        }
        mapping = map(place(), old_);
        ramp(place(), granularity(), old_first);
        CHECK(kernel_sees_ramp(place(), granularity(), old_first));
        CHECK(holds_ramp(place(), granularity(), old_first));
    }

    CUdeviceptr place() const { return at(0); }
    CUmemGenericAllocationHandle old_memory() const { return old_; }
    CUmemGenericAllocationHandle new_memory() const { return new_; }

    void check_shows(CUdeviceptr address, uint32_t first) const {
        CHECK(kernel_sees_ramp(address, granularity(), first));
        CHECK(holds_ramp(address, granularity(), first));
    }

  private:
    Allocation old_, new_;

  protected:
    std::optional<Mapping> mapping; // what is at place()
};

} // namespace

TEST_CASE_METHOD(Replacement, "MAP-21/aliased: memory that is mapped elsewhere, too, shows after a remap",
                 "[mapping]") {
    const Mapping elsewhere = map(at(2), new_memory());
    check_shows(at(2), new_first);
    mapping->unmap();
    mapping = map(place(), new_memory());
    check_shows(place(), new_first);
    check_shows(at(2), new_first);
}

TEST_CASE_METHOD(Replacement,
                 "MAP-21/read_only: after a remap that grants reading only, the new memory shows",
                 "[mapping]") {
    mapping->unmap();
    mapping = Mapping(place(), granularity(), new_memory(), read_only());
    check_shows(place(), new_first);
    mapping->unmap();
    mapping = Mapping(place(), granularity(), old_memory(), read_only());
    check_shows(place(), old_first);
}

TEST_CASE_METHOD(Replacement,
                 "MAP-21/revoked: memory shows where access was taken away before the old was unmapped",
                 "[mapping]") {
    const CUmemAccessDesc none = no_access();
    REQUIRE(cuMemSetAccess(place(), granularity(), &none, 1) == CUDA_SUCCESS);
    mapping->unmap();
    mapping = map(place(), new_memory());
    check_shows(place(), new_first);
    mapping->unmap(); // and the old memory is whole
    mapping = map(place(), old_memory());
    check_shows(place(), old_first);
}

TEST_CASE_METHOD(Replacement,
                 "MAP-21/reserved_again: memory shows at addresses that were freed and reserved again",
                 "[mapping]") {
    CUdeviceptr address = 0;
    {
        const Reservation range = reserve(1);
        address = range.address();
        const Mapping passing = map(address, old_memory());
        check_shows(address, old_first);
    }
    const Reservation again(granularity(), 0, address); // most likely the same, and right wherever it is
    const Mapping bare(again.address(), granularity(), new_memory());
    CHECK(access_at(again.address()) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    uint32_t word = 0;
    CHECK(cuMemcpyDtoH(&word, again.address(), sizeof word) == CUDA_ERROR_INVALID_VALUE);
    const CUmemAccessDesc access = read_write();
    REQUIRE(cuMemSetAccess(again.address(), granularity(), &access, 1) == CUDA_SUCCESS);
    check_shows(again.address(), new_first);
}

TEST_CASE_METHOD(Granule,
                 "MAP-22/often: three memories keep every word while they take turns a hundred times",
                 "[mapping]") {
    constexpr uint32_t count = 3;
    const Reservation range = reserve(count);
    std::vector<Allocation> memories;
    for (uint32_t i = 0; i < count; ++i) {
        memories.push_back(allocate());
        const Mapping passing = map(range.address(), memories[i]);
        ramp(range.address(), granularity(), i << 24);
    }
    size_t changed = 0;
    for (uint32_t turn = 0; turn < 120; ++turn) {
        // Each memory comes to each address, and meets every step of what goes wrong every so many times.
        const uint32_t which = (turn + turn / count) % count;
        const CUdeviceptr place = range.address(granules(turn % count));
        const Mapping mapped = map(place, memories[which]);
        changed += !kernel_sees_ramp(place, granularity(), which << 24);
    }
    CHECK(changed == 0);
    const Mapping mapped = map(range.address(), memories[0]);
    CHECK(holds_ramp(range.address(), granularity(), 0));
    CHECK_FALSE(kernel_sees_ramp(range.address(), granularity(), 1U << 24)); // a check that can say no
}

} // namespace cts
