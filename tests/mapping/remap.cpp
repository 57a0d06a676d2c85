// Other memory at the same address: what is read and written right after cuMemSetAccess is the new memory, on
// every processor and every page. A stale translation shows the old memory (ROCm/rocm-systems#11693).
#include "fixtures/size.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

constexpr size_t window = size_t{128}
                          << 10; // bytes read by a kernel each time: a block for every multiprocessor

/// Two allocations that take turns at one address; word 0 of each 128 KiB window is left for notes.
class Turns : public Reserved {
  public:
    Turns() : counter_(allocate_pinned(sizeof(unsigned))) {
        for (size_t turn = 0; turn < 2; ++turn) {
            memories_.push_back(allocate());
            const Mapping passing = map(at(0), memories_[turn]);
            fill(at(0), granularity(), value(turn));
        }
    }

    static uint32_t value(size_t turn) { return turn % 2 == 0 ? 0xaaaa0001 : 0xbbbb0002; }
    CUmemGenericAllocationHandle memory(size_t turn) const { return memories_[turn % 2]; }

    /// Words of the window at `address`, less its first, that a kernel sees differ from `expected`.
    unsigned mismatches(CUdeviceptr address, uint32_t expected) const {
        auto* count = static_cast<unsigned*>(counter_.get());
        *count = 0;
        const size_t compared = word_count(window) - 1;
        launch(call_over(compared, kernels::count_unequal, words(address + 4), compared, expected, count));
        synchronize();
        return *count;
    }

  private:
    PinnedMemory counter_;
    std::vector<Allocation> memories_;
};

} // namespace

TEST_CASE_METHOD(Turns, "MAP-21: reads right after a remap see the new memory, a thousand times",
                 "[mapping][timeout:120]") {
    const size_t windows = granularity() / window;
    const CUmemAccessDesc access = read_write();
    size_t stale_for_kernel = 0;
    size_t stale_for_copy = 0;
    CHECK(value(0) != value(1));
    for (size_t turn = 0; turn < 1000 * size_factor(); ++turn) {
        must(cuMemMap(at(0), granularity(), 0, memory(turn), 0), "cuMemMap");
        Mapping mapped = Mapping::adopt(at(0), granularity());
        must(cuMemSetAccess(at(0), granularity(), &access, 1), "cuMemSetAccess");
        // Another window each time, and each of them at every step of what goes wrong every so many times.
        const CUdeviceptr place = at(0) + (turn + turn / windows) % windows * window;
        if (turn % 4 < 2) { // each of the two memories is met by each road first
            stale_for_kernel += mismatches(place, value(turn)) != 0;
            stale_for_copy += word_at(place + window - 4) != value(turn);
        } else {
            stale_for_copy += word_at(place + window - 4) != value(turn);
            stale_for_kernel += mismatches(place, value(turn)) != 0;
        }
    }
    CHECK(stale_for_kernel == 0);
    CHECK(stale_for_copy == 0);
}

TEST_CASE_METHOD(Turns, "MAP-21/write: writes right after a remap reach the new memory",
                 "[mapping][timeout:120]") {
    const CUdeviceptr note = at(0) + granularity() - window; // the last window's first word
    const PinnedMemory seen = allocate_pinned(sizeof(uint32_t));
    auto* word = static_cast<uint32_t*>(seen.get());
    size_t lost = 0;
    size_t wrong = 0;
    for (size_t turn = 0; turn < 200 * size_factor(); ++turn) {
        const Mapping mapped = map(at(0), memory(turn));
        const auto by_this = static_cast<uint32_t>(turn);
        const auto by_last = static_cast<uint32_t>(turn - 2); // this memory's turn before
        if (turn >= 2) {
            lost += word_at(note) != by_last;
        }
        if (turn % 4 < 2) {
            launch(fill_call(note, sizeof(uint32_t), by_this));
        } else {
            must(cuMemcpyHtoD(note, &by_this, sizeof by_this), "cuMemcpyHtoD");
        }
        *word = ~by_this;
        launch(copy_call(device_address(word), note, sizeof(uint32_t)));
        synchronize();
        wrong += *word != by_this;
    }
    CHECK(lost == 0);
    CHECK(wrong == 0);
}

TEST_CASE_METHOD(Reserved, "MAP-21/pages: after a remap every page of a large mapping shows the new memory",
                 "[mapping]") {
    constexpr size_t count = 8;
    const Reservation range = reserve(count);
    const Allocation first = allocate(count);
    const Allocation second = allocate(count);
    {
        const Mapping mapped = map(range.address(), second, count);
        ramp(range.address(), range.bytes(), 0x20000000);
    }
    Mapping mapped = map(range.address(), first, count);
    ramp(range.address(), range.bytes(), 0x10000000);
    CHECK(kernel_sees_ramp(range.address(), range.bytes(), 0x10000000)); // every translation is cached now

    mapped.unmap();
    mapped = map(range.address(), second, count);
    CHECK(kernel_sees_ramp(range.address(), range.bytes(), 0x20000000));
    CHECK(holds_ramp(range.address(), range.bytes(), 0x20000000));

    mapped.unmap();
    mapped = map(range.address(), first, count);
    CHECK(holds_ramp(range.address(), range.bytes(), 0x10000000));
    CHECK(kernel_sees_ramp(range.address(), range.bytes(), 0x10000000));
}

TEST_CASE_METHOD(Reserved, "MAP-21/one_of_many: remapping one granule of a row changes that granule only",
                 "[mapping]") {
    std::vector<Allocation> memories;
    std::vector<Mapping> mappings;
    for (size_t index = 0; index < reserved_granules; ++index) {
        memories.push_back(allocate());
        mappings.push_back(map(at(index), memories[index]));
        fill(at(index), granularity(), static_cast<uint32_t>(index));
    }
    const Allocation other = allocate();
    for (size_t swapped = 0; swapped < reserved_granules; ++swapped) {
        CAPTURE(swapped);
        mappings[swapped].unmap();
        mappings[swapped] = map(at(swapped), other);
        fill(at(swapped), granularity(), 0x7e3);
        for (size_t index = 0; index < reserved_granules; ++index) {
            CAPTURE(index);
            const auto expected = index == swapped ? 0x7e3 : static_cast<uint32_t>(index);
            CHECK(kernel_sees(at(index), granularity(), expected));
            CHECK(holds(at(index), granularity(), expected));
        }
        mappings[swapped].unmap();
        mappings[swapped] = map(at(swapped), memories[swapped]);
    }
}

TEST_CASE_METHOD(Reserved, "MAP-22/elsewhere: contents move with the handle to another address",
                 "[mapping]") {
    const Allocation memory = allocate(2);
    Reservation first = reserve(3);
    Mapping mapped = map(first.address(granularity()), memory, 2);
    ramp(mapped.address(), granules(2), 0x22);
    mapped.unmap();
    const Reservation elsewhere = reserve(2);
    mapped = map(elsewhere.address(), memory, 2);
    REQUIRE(cuMemAddressFree(first.release(), granules(3)) == CUDA_SUCCESS); // where it is no more
    CHECK(kernel_sees_ramp(elsewhere.address(), granules(2), 0x22));
    mapped.unmap();
    for (const CUdeviceptr place : {at(1), at(2), elsewhere.address()}) {
        mapped = map(place, memory, 2);
        CHECK(holds_ramp(place, granules(2), 0x22));
        CHECK(kernel_sees_ramp(place, granules(2), 0x22));
        CHECK_FALSE(holds_ramp(place, granules(2), 0x23));
        mapped.unmap();
    }
}

TEST_CASE_METHOD(Mapped, "MAP-22/exchange: two memories exchange their addresses and keep their contents",
                 "[mapping]") {
    const Allocation other = allocate();
    Mapping second = map(at(1), other);
    fill(at(0), bytes(), 0xa0);
    fill(at(1), bytes(), 0xb1);
    for (int round = 0; round < 4; ++round) {
        CAPTURE(round);
        mapping().unmap();
        second.unmap();
        const bool exchanged = round % 2 == 0;
        mapping() = map(at(0), exchanged ? other.get() : memory().get());
        second = map(at(1), exchanged ? memory().get() : other.get());
        CHECK(kernel_sees(at(0), bytes(), exchanged ? 0xb1 : 0xa0));
        CHECK(kernel_sees(at(1), bytes(), exchanged ? 0xa0 : 0xb1));
        CHECK(holds(at(0), bytes(), exchanged ? 0xb1 : 0xa0));
        CHECK(holds(at(1), bytes(), exchanged ? 0xa0 : 0xb1));
    }
}

} // namespace cts
