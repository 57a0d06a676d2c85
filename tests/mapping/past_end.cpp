// A mapping that starts inside a reservation and runs past its end (Driver API, cuMemMap: the range must be
// an address reservation). Behind the end there is nothing, an empty neighbour, or a neighbour with memory.
#include "tests/mapping/attempt.hpp"
#include "tests/prelude.hpp"
#include "tests/reservation/adjacent.hpp"

namespace cts {
namespace {

constexpr uint32_t own = 0x0e16b0a1;
constexpr uint32_t foreign = 0x57a75a11;

} // namespace

TEST_CASE_METHOD(Granule, "MAP-02/past_end: a mapping that runs past the end of its reservation is refused",
                 "[mapping]") {
    const Reservation range = reservation_before_free_space(*this, 4, 4);
    struct Try {
        size_t start, count;
    };
    for (const auto [start, count] : {Try{3, 2}, Try{1, 4}, Try{3, 4}, Try{0, 5}}) {
        CAPTURE(start, count);
        const Allocation memory = allocate(count);
        const CUdeviceptr address = range.address(granules(start));
        const CUresult result = cuMemMap(address, granules(count), 0, memory, 0);
        const auto unwanted = if_mapped(result, address, granules(count));
        CHECK(result == CUDA_ERROR_INVALID_VALUE);
        CHECK_FALSE(is_mapped(address));
    }
    const Allocation memory = allocate(4);
    REQUIRE(cuMemMap(range.address(), granules(4), 0, memory, 0) == CUDA_SUCCESS);
    const Mapping mapped = Mapping::adopt(range.address(), granules(4));
}

TEST_CASE_METHOD(Granule,
                 "MAP-02/past_end_into_reservation: a mapping that runs into the next reservation is refused",
                 "[mapping]") {
    const auto [front, back] = adjacent_reservations(*this, 4, 4);
    const Allocation stray = allocate(2);
    const CUdeviceptr address = front.address(granules(3));
    const CUresult result = cuMemMap(address, granules(2), 0, stray, 0);
    const auto unwanted = if_mapped(result, address, granules(2));
    CHECK(result == CUDA_ERROR_INVALID_VALUE);

    // Both reservations are as free as before: each takes memory of its own up to the border.
    const Allocation front_memory = allocate(4);
    const Allocation back_memory = allocate(4);
    const CUresult in_front = cuMemMap(front.address(), granules(4), 0, front_memory, 0);
    const auto front_mapping = if_mapped(in_front, front.address(), granules(4));
    CHECK(in_front == CUDA_SUCCESS);
    const CUresult in_back = cuMemMap(back.address(), granules(4), 0, back_memory, 0);
    const auto back_mapping = if_mapped(in_back, back.address(), granules(4));
    CHECK(in_back == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Granule,
                 "MAP-02/past_end_onto_mapping: a mapping that runs onto the neighbour's memory is refused",
                 "[mapping]") {
    const auto [front, back] = adjacent_reservations(*this, 4, 4);
    const Allocation kept = allocate();
    const Mapping neighbour = map(back.address(), kept);
    fill(back.address(), granularity(), own);
    const Allocation stray = allocate(2);
    { // other contents, so that memory which slips under the neighbour shows
        const Reservation room = reserve(2);
        const Mapping passing = map(room.address(), stray, 2);
        fill(room.address(), granules(2), foreign);
    }

    const CUdeviceptr address = front.address(granules(3));
    const CUresult result = cuMemMap(address, granules(2), 0, stray, 0);
    const auto unwanted = if_mapped(result, address, granules(2));
    CHECK(result == CUDA_ERROR_INVALID_VALUE);

    CHECK_FALSE(is_mapped(address));
    CHECK(access_at(back.address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK_FALSE(holds(back.address(), granularity(), foreign));
    CHECK(holds(back.address(), granularity(), own));
    CHECK(kernel_sees(back.address(), granularity(), own));
}

TEST_CASE_METHOD(
    Granule,
    "MAP-02/past_end_before_mapping: a refused mapping leaves memory further inside the neighbour alone",
    "[mapping]") {
    const auto [front, back] = adjacent_reservations(*this, 4, 4);
    const CUdeviceptr kept_at = back.address(granularity());
    const Allocation kept = allocate();
    Mapping neighbour = map(kept_at, kept);
    fill(kept_at, granularity(), own);

    const Allocation stray = allocate(2);
    const CUdeviceptr address = front.address(granules(3));
    const CUresult result = cuMemMap(address, granules(2), 0, stray, 0);
    const auto unwanted = if_mapped(result, address, granules(2));
    CHECK(result == CUDA_ERROR_INVALID_VALUE);

    CHECK(holds(kept_at, granularity(), own));
    CHECK(kernel_sees(kept_at, granularity(), own));
    CHECK_FALSE(is_mapped(back.address()));
    const Allocation first = allocate();
    const CUresult before_kept = cuMemMap(back.address(), granularity(), 0, first, 0);
    const auto first_mapping = if_mapped(before_kept, back.address(), granularity());
    CHECK(before_kept == CUDA_SUCCESS);
    CHECK(cuMemUnmap(neighbour.release(), granularity()) == CUDA_SUCCESS);
}

} // namespace cts
