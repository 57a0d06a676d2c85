#include "fixtures/size.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

/// Memory prepared at an address of its own before it comes to the address under test: what is then read
/// there first can only come from the new memory, because nothing has been written through that address.
Allocation prepared_memory(const Granule& rung, const Reservation& workbench, uint32_t first) {
    Allocation memory = rung.allocate();
    const Mapping mapping = rung.map(workbench.address(), memory);
    ramp(workbench.address(), rung.granularity(), first);
    return memory;
}

} // namespace

TEST_CASE_METHOD(Mapped,
                 "REU-11: nothing of the old memory is visible after the swap, and nothing is written to it",
                 "[reuse]") {
    const Reservation workbench = reserve(1);
    ramp(address(), bytes(), 1000);
    const Allocation fresh = prepared_memory(*this, workbench, 7000000);

    mapping().unmap();
    mapping() = map(address(), fresh);

    CHECK(kernel_sees_ramp(address(), bytes(), 7000000));
    CHECK(holds_ramp(address(), bytes(), 7000000));
    CHECK_FALSE(kernel_sees_ramp(address(), bytes(), 1000));
    fill(address(), bytes(), 3);
    const Mapping old = map(workbench.address(), memory());
    CHECK(holds_ramp(workbench.address(), bytes(), 1000));
    CHECK(kernel_sees_ramp(workbench.address(), bytes(), 1000));
}

TEST_CASE_METHOD(Mapped, "REU-12: a thousand swaps in a row always read the new data",
                 "[reuse][timeout:120]") {
    const Reservation workbench = reserve(1);
    const auto swaps = static_cast<uint32_t>(1000 * size_factor());
    uint32_t stale = 0;
    for (uint32_t swap = 1; swap <= swaps; ++swap) {
        const auto [offset, marked, first] = marks_of(swap, bytes());
        Allocation fresh = allocate();
        {
            const Mapping elsewhere = map(workbench.address(), fresh);
            mark_pages(workbench.address() + offset, marked, first);
        }
        if (swap % 3 == 0) { // so that what goes wrong every so many times does not always go wrong elsewhere
            const Mapping passing = map(workbench.address(), memory());
        }
        mapping().unmap();
        mapping() = map(address(), fresh);
        std::swap(memory(), fresh);

        const bool by_copy = word_at(address() + offset) == first;
        const bool by_kernel = static_cast<bool>(kernel_sees_marks(address() + offset, marked, first));
        stale += !(by_copy && by_kernel);
    }
    CHECK(stale == 0);
    CHECK_FALSE(kernel_sees_marks(address(), bytes(), marks_of(1, bytes()).first)); // the check can say no
}

} // namespace cts
