#include "tests/allocation/attempt.hpp"
#include "tests/prelude.hpp"

#include <utility>

namespace cts {
namespace {

constexpr auto minimum = CU_MEM_ALLOC_GRANULARITY_MINIMUM;
constexpr auto recommended = CU_MEM_ALLOC_GRANULARITY_RECOMMENDED;

size_t granularity_of(const CUmemAllocationProp& properties, CUmemAllocationGranularity_flags option) {
    size_t bytes = 0;
    must(cuMemGetAllocationGranularity(&bytes, &properties, option), "cuMemGetAllocationGranularity");
    return bytes;
}

/// Creates, maps and uses `bytes` at the first multiple of `alignment` behind the start of a reservation.
void use(const Granule& room, size_t bytes, size_t alignment) {
    CAPTURE(bytes, alignment);
    const Reservation range(bytes + alignment, alignment);
    const CUdeviceptr address = range.address(alignment);
    Attempt attempt = try_create(bytes, room.properties());
    REQUIRE(attempt.result == CUDA_SUCCESS);
    REQUIRE(cuMemMap(address, bytes, 0, attempt.memory, 0) == CUDA_SUCCESS);
    const Mapping mapped = Mapping::adopt(address, bytes);
    const CUmemAccessDesc access = room.read_write();
    REQUIRE(cuMemSetAccess(address, bytes, &access, 1) == CUDA_SUCCESS);
    ramp(address, bytes, 1);
    CHECK_FALSE(holds_ramp(address, bytes, 2));
    CHECK(holds_ramp(address, bytes, 1));
}

} // namespace

TEST_CASE_METHOD(Granule, "ALC-01: both granularities are sizes, and the recommended is a multiple",
                 "[allocation]") {
    CUmemAllocationProp compressible = properties();
    compressible.allocFlags.compressionType = CU_MEM_ALLOCATION_COMP_GENERIC;
    for (const CUmemAllocationProp& wanted : {properties(), shareable_properties(), compressible}) {
        size_t least = 0;
        size_t best = 0;
        CHECK(cuMemGetAllocationGranularity(&least, &wanted, minimum) == CUDA_SUCCESS);
        CHECK(cuMemGetAllocationGranularity(&best, &wanted, recommended) == CUDA_SUCCESS);
        REQUIRE(least > 0);
        CHECK(best >= least);
        CHECK(best % least == 0);
    }
}

TEST_CASE_METHOD(Granule, "ALC-01/minimum: multiples of the minimum can be created and mapped",
                 "[allocation]") {
    for (const size_t count : {1, 2, 3, 7}) {
        use(*this, granules(count), granularity());
    }
}

TEST_CASE_METHOD(Granule, "ALC-01/recommended: multiples of the recommended size can be created and mapped",
                 "[allocation]") {
    const size_t best = granularity_of(properties(), recommended);
    for (const size_t count : {1, 3}) {
        use(*this, count * best, best);
    }
}

TEST_CASE_METHOD(Granule, "ALC-02: what the granularities are", "[allocation]") {
    CUmemAllocationProp compressible = properties();
    compressible.allocFlags.compressionType = CU_MEM_ALLOCATION_COMP_GENERIC;
    const std::pair<const char*, CUmemAllocationProp> kinds[] = {
        {"plain", properties()}, {"shareable", shareable_properties()}, {"compressible", compressible}};
    for (const auto& [name, wanted] : kinds) {
        CAPTURE(name);
        const size_t least = granularity_of(wanted, minimum);
        CHECK(least > 0);
        CHECK(least == granularity_of(wanted, minimum)); // asked again
        observe(std::string("ALC-02/minimum, ") + name, least);
        observe(std::string("ALC-02/recommended, ") + name, granularity_of(wanted, recommended));
    }
}

// Missing properties are not asked about: drivers have crashed on them, and no document names an answer.
TEST_CASE_METHOD(Granule, "ALC-03: a missing result and an option that is none are refused", "[allocation]") {
    const CUmemAllocationProp wanted = properties();
    CHECK(cuMemGetAllocationGranularity(nullptr, &wanted, minimum) == CUDA_ERROR_INVALID_VALUE);
    for (const int option : {2, 3, 255}) {
        CAPTURE(option);
        size_t bytes = 7;
        CHECK(cuMemGetAllocationGranularity(&bytes, &wanted,
                                            static_cast<CUmemAllocationGranularity_flags>(option)) ==
              CUDA_ERROR_INVALID_VALUE);
    }
    size_t bytes = 0;
    CHECK(cuMemGetAllocationGranularity(&bytes, &wanted, minimum) == CUDA_SUCCESS);
    CHECK(bytes == granularity());
}

TEST_CASE_METHOD(Granule, "ALC-03/device: what the granularity of a device that does not exist is",
                 "[allocation]") {
    CUmemAllocationProp wanted = properties();
    wanted.location.id = 9999;
    size_t bytes = 0;
    observe("ALC-03/device 9999", cuMemGetAllocationGranularity(&bytes, &wanted, minimum));
    CHECK(granularity_of(properties(), minimum) == granularity());
}

TEST_CASE_METHOD(Granule,
                 "ALC-01/again: the granularity of one kind of memory is the same whatever was asked before",
                 "[allocation]") {
    CUmemAllocationProp compressible = properties();
    compressible.allocFlags.compressionType = CU_MEM_ALLOCATION_COMP_GENERIC;
    const CUmemAllocationProp kinds[] = {properties(), shareable_properties(), compressible};
    for (const auto option : {minimum, recommended}) {
        const size_t plain = granularity_of(properties(), option);
        for (const CUmemAllocationProp& before : kinds) {
            const size_t of_other = granularity_of(before, option);
            CHECK(granularity_of(properties(), option) == plain);
            CHECK(granularity_of(before, option) == of_other);
        }
    }
}

} // namespace cts
