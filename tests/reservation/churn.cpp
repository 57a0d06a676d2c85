// Reserving and freeing again and again leaves the process as it was (NVIDIA/cuda-python#2458: address space
// that ran out was reported as lack of memory).
#include "fixtures/footprint.hpp"
#include "fixtures/size.hpp"
#include "tests/prelude.hpp"

#include <algorithm>

namespace cts {
namespace {

/// Ten sizes, one after the other.
void churn(const Granule& rung, size_t rounds) {
    for (size_t round = 0; round < rounds; ++round) {
        const Reservation range = rung.reserve(1 + round % 10);
    }
}

} // namespace

TEST_CASE_METHOD(Granule,
                 "RSV-16: ten thousand reservations leave no descriptor, address space or memory behind",
                 "[reservation][accounting][timeout:120]") {
    churn(*this, 1000); // whatever is kept for good is there now
    const size_t free_before = free_memory();
    const Footprint before = footprint();
    churn(*this, 10000 * size_factor());
    const Footprint after = footprint();

    CHECK(after.descriptors == before.descriptors);
    // Less than one host page for ten reservations; a leak of their address space would be 110 GiB.
    constexpr size_t tolerated = size_t{4} << 20;
    CHECK(after.virtual_bytes <= before.virtual_bytes + 64 * tolerated);
    CHECK(after.resident_bytes <= before.resident_bytes + tolerated);
    CHECK(free_memory() == free_before);
}

TEST_CASE_METHOD(Granule, "RSV-16/live: a thousand live reservations are disjoint and all go away",
                 "[reservation]") {
    std::vector<Reservation> ranges;
    for (size_t i = 0; i < 1000; ++i) {
        ranges.push_back(reserve(1 + i % 3));
    }
    std::vector<std::pair<CUdeviceptr, CUdeviceptr>> spans;
    for (const Reservation& range : ranges) {
        spans.emplace_back(range.address(), range.end());
    }
    std::ranges::sort(spans);
    size_t overlaps = 0;
    for (size_t i = 1; i < spans.size(); ++i) {
        overlaps += spans[i].first < spans[i - 1].second;
    }
    CHECK(overlaps == 0);
    size_t refused = 0;
    for (Reservation& range : ranges) {
        const size_t bytes = range.bytes();
        refused += cuMemAddressFree(range.release(), bytes) != CUDA_SUCCESS;
    }
    CHECK(refused == 0);
}

} // namespace cts
