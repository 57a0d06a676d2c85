#include "tests/allocation/attempt.hpp"
#include "tests/prelude.hpp"

#include <algorithm>

namespace cts {
namespace {

constexpr size_t round_down(size_t bytes, size_t granularity) {
    return bytes / granularity * granularity;
}

/// Creates chunks until the device has no more, and returns how many there were. All are released.
size_t fill_up(const Granule& room, size_t chunk) {
    std::vector<Allocation> held;
    Attempt attempt;
    do {
        attempt = try_create(chunk, room.properties());
        if (attempt.result == CUDA_SUCCESS) {
            held.push_back(std::move(attempt.memory));
        }
    } while (attempt.result == CUDA_SUCCESS && held.size() < 4096);
    CHECK(attempt.result == CUDA_ERROR_OUT_OF_MEMORY);
    return held.size();
}

/// Ten times to the brim and back. A mapping that lives all the while keeps its contents.
void fill_up_repeatedly(const Mapped& room, size_t chunk) {
    constexpr int rounds = 10;
    fill(room.address(), room.bytes(), 0xa10);
    const size_t start = room.free_memory();
    const size_t chunks = fill_up(room, chunk);
    CHECK(chunks > 0);
    // What the driver grew for so many handles in the first round it may keep.
    const size_t baseline = room.free_memory();
    CHECK(baseline + chunk > start);
    for (int round = 1; round < rounds; ++round) {
        CAPTURE(round);
        CHECK(fill_up(room, chunk) == chunks);
        CHECK(room.free_memory() == baseline);
    }
    CHECK(holds(room.address(), room.bytes(), 0xa10));
    CHECK(kernel_sees(room.address(), room.bytes(), 0xa10));
    CHECK_FALSE(kernel_sees(room.address(), room.bytes(), 0xa11));
}

} // namespace

TEST_CASE_METHOD(Mapped, "ALC-09: a request for more than the device has is refused and leaves no trace",
                 "[allocation][accounting]") {
    size_t before = 0;
    size_t total = 0;
    must(cuDeviceTotalMem(&total, device()), "cuDeviceTotalMem");
    const size_t all = round_down(total, granularity()) + granularity();
    (void)try_create(all, properties()); // the first makes the driver give up what it has cached
    REQUIRE(cuMemGetInfo(&before, &total) == CUDA_SUCCESS);
    uint32_t value = 0xa1c09000; // one that no memory has held yet
    for (const size_t bytes : {all, 2 * all, 64 * all, all}) {
        CAPTURE(bytes);
        ++value;
        CHECK(try_create(bytes, properties()).result == CUDA_ERROR_OUT_OF_MEMORY);
        CHECK(free_memory() == before);
        CHECK(cuCtxSynchronize() == CUDA_SUCCESS); // the error does not stick

        const Attempt small = try_create(granularity(), properties());
        REQUIRE(small.result == CUDA_SUCCESS);
        const Mapping mapped = map(at(1), small.memory);
        CHECK_FALSE(holds(at(1), granularity(), value));
        fill(at(1), granularity(), value);
        CHECK(holds(at(1), granularity(), value));
    }
    CHECK(free_memory() == before);
}

TEST_CASE_METHOD(Mapped, "ALC-10: memory that was filled to the brim comes back, ten times over",
                 "[allocation][accounting]") {
    // All but a sixteenth in one piece: what ten rounds cost grows with the memory that they take.
    const size_t free = free_memory();
    const Allocation ballast = create_allocation(round_down(free - free / 16, granularity()), properties());
    fill_up_repeatedly(*this, std::max(round_down(free / 16 / 64, granularity()), granularity()));
}

TEST_CASE_METHOD(Mapped, "ALC-10/whole: the whole of the memory comes back, ten times over",
                 "[allocation][accounting][full][timeout:120]") {
    fill_up_repeatedly(*this, std::max(round_down(free_memory() / 64, granularity()), granularity()));
}

} // namespace cts
