// A place where nothing is mapped, on each form of copy and fill, alone and as a hole between mappings.
#include "tests/access/roads.hpp"

namespace cts {

TEST_CASE_METHOD(Mapped,
                 "RSV-17/roads: every form of copy and fill that touches unmapped addresses is refused",
                 "[reservation]") {
    const Allocation far_memory = allocate();
    const Mapping far = map(at(2), far_memory);
    const Reservation elsewhere = reserve(2);
    const Allocation other_memory = allocate(2);
    const Mapping other = map(elsewhere.address(), other_memory, 2);
    fill(at(0), granularity(), 0x17);
    fill(at(2), granularity(), 0x17);
    fill(other.address(), granules(2), 0x18);
    for (const size_t words : {size_t{1}, size_t{2048}}) {
        check_refused(writing_roads(), at(1), other.address(), words);
        check_refused(reading_roads(), at(1), other.address(), words);
    }
    const size_t across = word_count(granularity() + 8192); // both ends are mapped
    check_refused(writing_roads(), at(1) - 4096, other.address(), across);
    check_refused(reading_roads(), at(1) - 4096, other.address(), across);
    CHECK(holds(at(0), granularity(), 0x17));
    CHECK(holds(at(2), granularity(), 0x17));
    CHECK(holds(other.address(), granules(2), 0x18));

    const Allocation filler = allocate();
    const Mapping middle = map(at(1), filler);
    check_accepted(reading_roads(), at(1) - 4096, other.address(), across);
    check_accepted(writing_roads(), at(1) - 4096, other.address(), across);
}

} // namespace cts
