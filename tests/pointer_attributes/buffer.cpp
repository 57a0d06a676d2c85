#include "tests/pointer_attributes/attributes.hpp"
#include "tests/prelude.hpp"

#include <set>

namespace cts {
namespace {

unsigned long long buffer_at(CUdeviceptr address) {
    return value_of<unsigned long long>(CU_POINTER_ATTRIBUTE_BUFFER_ID, address);
}

} // namespace

TEST_CASE_METHOD(Granule,
                 "PTR-07: buffer ids are unique among allocations of every kind, and never come again",
                 "[pointer_attributes]") {
    constexpr size_t rounds = 32;
    std::set<unsigned long long> ids;
    const DeviceMemory lasting = allocate_device(4096);
    ids.insert(buffer_at(device_address(lasting.get())));
    for (size_t round = 0; round < rounds; ++round) {
        // All of it goes before the next round: addresses and pages may come again, ids may not.
        const Reservation range = reserve(1);
        const Allocation memory = allocate();
        const Mapping mapped = map(range.address(), memory);
        const DeviceMemory passing = allocate_device(4096);
        ids.insert(buffer_at(range.address()));
        ids.insert(buffer_at(device_address(passing.get())));
        CHECK(buffer_at(range.address()) == buffer_at(range.address(granularity() - 1)));
    }
    CHECK(ids.size() == 1 + 2 * rounds);
}

TEST_CASE_METHOD(Granule,
                 "PTR-07/live: reservations and allocations that live at one time have ids of their own",
                 "[pointer_attributes]") {
    std::set<unsigned long long> ids;
    std::vector<Reservation> ranges;
    std::vector<Mapping> mappings;
    std::vector<DeviceMemory> others;
    constexpr size_t count = 300; // more than 8 bits tell apart
    for (size_t i = 0; i < count; ++i) {
        ranges.push_back(reserve(1));
        const Allocation memory = allocate(); // the mapping keeps it
        mappings.push_back(map(ranges.back().address(), memory));
        others.push_back(allocate_device(4096));
    }
    for (size_t i = 0; i < count; ++i) {
        ids.insert(buffer_at(ranges[i].address()));
        ids.insert(buffer_at(device_address(others[i].get())));
    }
    CHECK(ids.size() == 2 * count);
}

TEST_CASE_METHOD(Mapped, "PTR-07/scope: what a buffer id of mapped memory follows", "[pointer_attributes]") {
    const unsigned long long id = buffer_at(address());
    CHECK(buffer_at(address() + bytes() / 2) == id);
    const Allocation other = allocate();
    const Mapping alias = map(at(1), memory());
    const Mapping neighbour = map(at(2), other);
    observe("PTR-07/alias has the same id", buffer_at(at(1)) == id);
    observe("PTR-07/other memory in the reservation has the same id", buffer_at(at(2)) == id);
    const Allocation old = swap_memory();
    observe("PTR-07/new memory at the address has the same id", buffer_at(address()) == id);
}

} // namespace cts
