#include "tests/mapping/far.hpp"
#include "tests/pointer_attributes/attributes.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

void check_range(const Reservation& range, size_t offset) {
    CAPTURE(offset);
    const auto start = ask<CUdeviceptr>(CU_POINTER_ATTRIBUTE_RANGE_START_ADDR, range.address(offset));
    const auto size = ask<size_t>(CU_POINTER_ATTRIBUTE_RANGE_SIZE, range.address(offset));
    CHECK(start.result == CUDA_SUCCESS);
    CHECK(start.value == range.address());
    CHECK(size.result == CUDA_SUCCESS);
    CHECK(size.value == range.bytes());
}

} // namespace

TEST_CASE_METHOD(Reserved, "PTR-01: an address of a mapping tells the whole reservation",
                 "[pointer_attributes]") {
    const Allocation one = allocate();
    const Allocation two = allocate(2);
    const Mapping first = map(at(0), one);
    const Mapping second = map(at(2), two, 2);
    for (const size_t offset :
         {size_t{0}, size_t{1}, granularity() - 1, granules(2), granules(3), granules(4) - 1}) {
        check_range(range(), offset);
    }
}

namespace {

/// The documentation speaks of the range that an address references and not of what is refused without a
/// mapping.
void observe_range(const std::string& where, const Reservation& range, size_t offset) {
    const auto start = ask<CUdeviceptr>(CU_POINTER_ATTRIBUTE_RANGE_START_ADDR, range.address(offset));
    const auto size = ask<size_t>(CU_POINTER_ATTRIBUTE_RANGE_SIZE, range.address(offset));
    observe("PTR-01/" + where, start.result);
    CHECK(size.result == start.result);
    CHECK((start.result != CUDA_SUCCESS || start.value == range.address()));
    CHECK((size.result != CUDA_SUCCESS || size.value == range.bytes()));
}

} // namespace

TEST_CASE_METHOD(Reserved,
                 "PTR-01/not_mapped: where nothing is mapped an address tells the reservation or nothing",
                 "[pointer_attributes]") {
    observe_range("nothing mapped, start", range(), 0);
    observe_range("nothing mapped, last byte", range(), granules(4) - 1);
    const Allocation memory = allocate();
    Mapping mapped = map(at(1), memory);
    check_range(range(), granularity());
    observe_range("behind a mapping", range(), granules(2));
    observe_range("before a mapping", range(), granularity() - 1);
    mapped.unmap();
    observe_range("where a mapping was", range(), granularity());
}

TEST_CASE_METHOD(Reserved, "PTR-01/neighbours: reservations side by side are told apart",
                 "[pointer_attributes]") {
    const Allocation memory = allocate();
    const Mapping last = map(at(3), memory);
    // Asked for right behind the other; wherever it is, it has a start and a size of its own.
    const Reservation behind(granules(2), 0, range().end());
    const Mapping alias = map(behind.address(), memory);
    check_range(range(), granules(4) - 1);
    check_range(behind, 0);
    check_range(behind, granularity() - 1);
    CHECK(value_of<CUdeviceptr>(CU_POINTER_ATTRIBUTE_RANGE_START_ADDR, at(3)) !=
          value_of<CUdeviceptr>(CU_POINTER_ATTRIBUTE_RANGE_START_ADDR, behind.address()));
}

TEST_CASE_METHOD(Granule, "PTR-01/many: each of many reservations tells itself, also when some are gone",
                 "[pointer_attributes]") {
    const Allocation memory = allocate();
    std::vector<Reservation> ranges;
    std::vector<Mapping> mappings; // at the last granule of each
    for (size_t i = 0; i < 40; ++i) {
        const size_t count = 1 + i % 3;
        ranges.emplace_back(granules(count), i % 4 == 3 ? granules(4) : 0); // some of them aligned
        mappings.push_back(map(ranges.back().end() - granularity(), memory));
    }
    const auto check_each = [&] {
        for (const Reservation& range : ranges) {
            check_range(range, range.bytes() - granularity() + 12);
        }
    };
    check_each();
    for (size_t gone = 0; gone < 10; ++gone) {
        mappings.erase(mappings.begin() + static_cast<ptrdiff_t>(2 * gone));
        ranges.erase(ranges.begin() + static_cast<ptrdiff_t>(2 * gone));
    }
    check_each();
    CHECK(ranges.size() == 30);
}

TEST_CASE_METHOD(Far, "PTR-01/far: a reservation of more than 4 GiB tells all of it, at either end",
                 "[pointer_attributes]") {
    for (const size_t offset : {size_t{0}, granularity() - 1, distance, distance + granules(2) - 1}) {
        check_range(range(), offset);
    }
}

TEST_CASE_METHOD(Mapped, "PTR-01/unchanged: asking for the reservation leaves the access of the mapping",
                 "[pointer_attributes]") {
    check_range(range(), 0);
    CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    fill(address(), bytes(), 0x01);
    CHECK(holds(address(), bytes(), 0x01));
}

} // namespace cts
