// Arguments that cuMemCreate refuses. Each refusal leaves the free memory as it was.
#include "tests/allocation/attempt.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

class Refusals : public Granule {
  public:
    Refusals() : before_(free_memory()) {}

    void refuse(size_t bytes, const CUmemAllocationProp& wanted, unsigned long long flags = 0) {
        const Attempt attempt = try_create(bytes, wanted, flags);
        CHECK(attempt.result == CUDA_ERROR_INVALID_VALUE);
        CHECK(free_memory() == before_);
    }
    /// The same call with nothing wrong.
    void accept() {
        Attempt attempt = try_create(granularity(), properties());
        CHECK(attempt.result == CUDA_SUCCESS);
        CHECK(free_memory() < before_);
        REQUIRE(cuMemRelease(attempt.memory.release()) == CUDA_SUCCESS);
        CHECK(free_memory() == before_);
    }

  private:
    size_t before_;
};

} // namespace

TEST_CASE_METHOD(Refusals, "ALC-05: a size off the granularity is refused", "[allocation][accounting]") {
    const size_t one = granularity();
    for (const size_t bytes : {size_t{1}, size_t{4096}, one / 2, one - 1, one + 1, one + 4096, one + one / 2,
                               8 * one - 1, 8 * one + one / 2, one + 65536, 65 * one + 65536}) {
        CAPTURE(bytes);
        refuse(bytes, properties());
    }
    accept();
}

TEST_CASE_METHOD(Refusals, "ALC-06/size: a size of zero is refused", "[allocation][accounting]") {
    refuse(0, properties());
    accept();
}

TEST_CASE_METHOD(Refusals, "ALC-06/null: a missing handle or missing properties are refused",
                 "[allocation][accounting]") {
    const size_t before = free_memory();
    const CUmemAllocationProp wanted = properties();
    CUmemGenericAllocationHandle handle = 0;
    CHECK(cuMemCreate(nullptr, granularity(), &wanted, 0) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemCreate(&handle, granularity(), nullptr, 0) == CUDA_ERROR_INVALID_VALUE);
    CHECK(free_memory() == before);
    accept();
}

TEST_CASE_METHOD(Refusals, "ALC-06/type: an allocation type that is none is refused",
                 "[allocation][accounting]") {
    CUmemAllocationProp wanted = properties();
    for (const unsigned type : {0U, 77U, 0x7fffffffU}) { // 0 is CU_MEM_ALLOCATION_TYPE_INVALID
        CAPTURE(type);
        wanted.type = static_cast<CUmemAllocationType>(type);
        refuse(granularity(), wanted);
    }
    accept();
}

TEST_CASE_METHOD(Refusals, "ALC-06/location: a location that is none is refused",
                 "[allocation][accounting]") {
    CUmemAllocationProp wanted = properties();
    for (const int type : {0, 77}) { // 0 is CU_MEM_LOCATION_TYPE_INVALID
        CAPTURE(type);
        wanted.location.type = static_cast<CUmemLocationType>(type);
        refuse(granularity(), wanted);
    }
    accept();
}

TEST_CASE_METHOD(Refusals, "ALC-06/current: the NUMA node of the calling thread is no place to create memory",
                 "[allocation][accounting]") {
    CUmemAllocationProp wanted = properties();
    wanted.location.type = CU_MEM_LOCATION_TYPE_HOST_NUMA_CURRENT;
    refuse(granularity(), wanted);
    accept();
}

TEST_CASE_METHOD(Refusals, "ALC-07: flags other than zero are refused", "[allocation][accounting]") {
    for (const unsigned long long flags : {1ULL, 2ULL, 1ULL << 31, 1ULL << 32, 1ULL << 63}) {
        CAPTURE(flags);
        refuse(granularity(), properties(), flags);
    }
    accept();
}

} // namespace cts
