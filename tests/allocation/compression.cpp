// Compressible memory: a request that the driver need not grant (CUmemAllocationProp, allocFlags).
#include "fixtures/harness/skip.hpp"
#include "tests/allocation/attempt.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

class Compressible : public Granule {
  public:
    Compressible() : wanted_(properties()) {
        wanted_.allocFlags.compressionType = CU_MEM_ALLOCATION_COMP_GENERIC;
        must(cuMemGetAllocationGranularity(&bytes_, &wanted_, CU_MEM_ALLOC_GRANULARITY_MINIMUM),
             "cuMemGetAllocationGranularity");
    }

    Attempt attempt() const { return try_create(bytes_, wanted_); }
    size_t bytes() const { return bytes_; }

    static unsigned granted(CUmemGenericAllocationHandle handle) {
        CUmemAllocationProp found{};
        found.allocFlags.compressionType = 0x5a;
        must(cuMemGetAllocationPropertiesFromHandle(&found, handle),
             "cuMemGetAllocationPropertiesFromHandle");
        return found.allocFlags.compressionType;
    }
    /// Values that compress well and values that do not come back, on both roads.
    void check_round_trip(CUmemGenericAllocationHandle handle) const {
        const Reservation range(bytes_, bytes_);
        const Mapping mapped(range.address(), bytes_, handle, read_write());
        for (const uint32_t value : {0U, 0xffffffffU, 0x15151515U}) {
            fill(range.address(), bytes_, value);
            CHECK(holds(range.address(), bytes_, value));
            CHECK(kernel_sees(range.address(), bytes_, value));
            CHECK_FALSE(kernel_sees(range.address(), bytes_, value + 1));
        }
        ramp(range.address(), bytes_, 0x9e3779b9);
        CHECK(holds_ramp(range.address(), bytes_, 0x9e3779b9));
        CHECK(kernel_sees_ramp(range.address(), bytes_, 0x9e3779b9));
    }

  private:
    CUmemAllocationProp wanted_;
    size_t bytes_ = 0;
};

} // namespace

TEST_CASE_METHOD(Compressible, "ALC-15: memory asked to be compressible is created, says so, and holds data",
                 "[allocation]") {
    need(CU_DEVICE_ATTRIBUTE_GENERIC_COMPRESSION_SUPPORTED, "GENERIC_COMPRESSION_SUPPORTED");
    const Attempt made = attempt();
    REQUIRE(made.result == CUDA_SUCCESS);
    const unsigned compression = granted(made.memory);
    CHECK((compression == CU_MEM_ALLOCATION_COMP_NONE || compression == CU_MEM_ALLOCATION_COMP_GENERIC));
    observe("ALC-15/granted", compression == CU_MEM_ALLOCATION_COMP_GENERIC);
    check_round_trip(made.memory);
}

TEST_CASE_METHOD(Compressible, "ALC-16: what a device without compression answers to the request",
                 "[allocation]") {
    if (attribute(CU_DEVICE_ATTRIBUTE_GENERIC_COMPRESSION_SUPPORTED) != 0) {
        skip("GENERIC_COMPRESSION_SUPPORTED = 1");
    }
    const Attempt made = attempt();
    observe("ALC-16/create", made.result);
    const bool created = made.result == CUDA_SUCCESS;
    CHECK((!created || granted(made.memory) == CU_MEM_ALLOCATION_COMP_NONE));
    const Allocation plain = allocate(bytes() / granularity());
    check_round_trip(created ? made.memory.get() : plain.get());
}

} // namespace cts
