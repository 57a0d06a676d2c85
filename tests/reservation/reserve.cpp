// What a reservation is (Driver API, cuMemAddressReserve).
#include "tests/mapping/attempt.hpp"
#include "tests/prelude.hpp"

#include <unistd.h>

namespace cts {
namespace {

/// Reserves and frees again; the answer.
CUresult try_reserve(size_t bytes, size_t alignment = 0, CUdeviceptr hint = 0, unsigned long long flags = 0) {
    CUdeviceptr address = 0;
    const CUresult result = cuMemAddressReserve(&address, bytes, alignment, hint, flags);
    if (result == CUDA_SUCCESS) {
        const Reservation unwanted = Reservation::adopt(address, bytes);
    }
    return result;
}

size_t host_page() {
    return static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

} // namespace

TEST_CASE_METHOD(Granule, "RSV-01: any number of granules can be reserved, mapped and used to the last byte",
                 "[reservation]") {
    need(CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING, "UNIFIED_ADDRESSING");
    for (const size_t count : {1, 2, 3, 7, 16}) {
        CAPTURE(count);
        CUdeviceptr address = 0;
        REQUIRE(cuMemAddressReserve(&address, granules(count), 0, 0, 0) == CUDA_SUCCESS);
        const Reservation range = Reservation::adopt(address, granules(count));
        CHECK(address != 0);
        CHECK(address % host_page() == 0);
        const Allocation memory = allocate(count);
        REQUIRE(cuMemMap(address, granules(count), 0, memory, 0) == CUDA_SUCCESS);
        const Mapping mapped = Mapping::adopt(address, granules(count));
        const CUmemAccessDesc access = read_write();
        REQUIRE(cuMemSetAccess(address, granules(count), &access, 1) == CUDA_SUCCESS);
        ramp(address, granules(count), 0x01);
        CHECK(holds_ramp(address, granules(count), 0x01));
        CHECK(kernel_sees_ramp(address, granules(count), 0x01));
    }
}

TEST_CASE_METHOD(Granule, "RSV-02: any multiple of the host page size can be reserved", "[reservation]") {
    for (const size_t bytes :
         {host_page(), 16 * host_page(), granularity() - host_page(), granularity() + host_page()}) {
        CAPTURE(bytes);
        CHECK(try_reserve(bytes) == CUDA_SUCCESS);
    }
}

TEST_CASE_METHOD(Granule, "RSV-02/off_page: a size that is no multiple of the host page size is refused",
                 "[reservation]") {
    for (const size_t bytes :
         {size_t{1}, host_page() - 1, host_page() + 1, granularity() - 1, granularity() + 1}) {
        CAPTURE(bytes);
        const CUresult result = try_reserve(bytes);
        CHECK(result != CUDA_SUCCESS);
        observe("RSV-02/off the page size", result);
    }
    CHECK(try_reserve(granularity()) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Granule, "RSV-03: a reservation of no bytes is refused", "[reservation]") {
    const CUresult result = try_reserve(0);
    CHECK(result != CUDA_SUCCESS);
    observe("RSV-03/size 0", result);
    CHECK(try_reserve(granularity()) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Granule, "RSV-04: an alignment that is a power of two is honoured", "[reservation]") {
    for (size_t alignment = granularity(); alignment <= size_t{1} << 34; alignment *= 2) {
        CAPTURE(alignment);
        // Twice, beside another reservation: the first place may be aligned by chance.
        for (int repeat = 0; repeat < 2; ++repeat) {
            const Reservation shift = reserve(1);
            CUdeviceptr address = 0;
            REQUIRE(cuMemAddressReserve(&address, granularity(), alignment, 0, 0) == CUDA_SUCCESS);
            const Reservation range = Reservation::adopt(address, granularity());
            CHECK(address % alignment == 0);
        }
    }
}

TEST_CASE_METHOD(Granule, "RSV-04/hint: an alignment is honoured, too, when an address is asked for",
                 "[reservation]") {
    for (const size_t alignment : {2 * granularity(), 16 * granularity(), size_t{1} << 30}) {
        CAPTURE(alignment);
        CUdeviceptr aligned = 0;
        {
            const Reservation free_again(granules(4), alignment);
            aligned = free_again.address();
        }
        CUdeviceptr address = 0;
        REQUIRE(cuMemAddressReserve(&address, granules(2), alignment, aligned, 0) == CUDA_SUCCESS);
        const Reservation range = Reservation::adopt(address, granules(2));
        CHECK(address % alignment == 0);

        // A hint off the alignment is taken for a hint or refused; granted, the range is aligned all the
        // same.
        CUdeviceptr elsewhere = 0;
        const CUresult result =
            cuMemAddressReserve(&elsewhere, granules(2), alignment, aligned + granules(3), 0);
        observe("RSV-04/hint off the alignment", result);
        if (result == CUDA_SUCCESS) {
            const Reservation granted = Reservation::adopt(elsewhere, granules(2));
            CHECK(elsewhere % alignment == 0);
        }
    }
}

TEST_CASE_METHOD(Granule, "RSV-04/larger: an alignment is honoured, too, by a range that is larger than it",
                 "[reservation]") {
    std::vector<Reservation> ranges; // kept: what comes next would not be aligned by chance each time
    for (const size_t count : {3, 5, 8, 9, 17}) {
        for (const size_t alignment : {granules(2), granules(4), granules(8)}) {
            CAPTURE(count, alignment);
            ranges.push_back(reserve(1));
            CUdeviceptr address = 0;
            REQUIRE(cuMemAddressReserve(&address, granules(count), alignment, 0, 0) == CUDA_SUCCESS);
            ranges.push_back(Reservation::adopt(address, granules(count)));
            CHECK(address % alignment == 0);
            const Allocation memory = allocate(); // and neither end has gone to the alignment
            for (const CUdeviceptr place : {address, ranges.back().end() - granularity()}) {
                CUresult result = cuMemMap(place, granularity(), 0, memory, 0);
                CHECK(result == CUDA_SUCCESS);
                const auto mapped = if_mapped(result, place, granularity());
                size_t size = 0;
                CHECK(cuPointerGetAttribute(&size, CU_POINTER_ATTRIBUTE_RANGE_SIZE, place) == CUDA_SUCCESS);
                CHECK(size == granules(count));
            }
        }
    }
}

TEST_CASE_METHOD(Granule, "RSV-04/small: alignments below the granularity are accepted", "[reservation]") {
    for (size_t alignment = host_page(); alignment < granularity(); alignment *= 2) {
        CAPTURE(alignment);
        CHECK(try_reserve(granularity(), alignment) == CUDA_SUCCESS);
    }
}

TEST_CASE_METHOD(Granule, "RSV-04/other: an alignment that is no power of two is refused", "[reservation]") {
    for (const size_t alignment : {size_t{3}, 3 * granularity(), granularity() + 1, granularity() + 4096}) {
        CAPTURE(alignment);
        const CUresult result = try_reserve(granularity(), alignment);
        CHECK(result != CUDA_SUCCESS);
        observe("RSV-04/no power of two", result);
    }
    CHECK(try_reserve(granularity(), granularity()) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Granule, "RSV-07: flags other than zero are refused", "[reservation]") {
    for (const unsigned long long flags : {1ULL, 2ULL, 1ULL << 31, 1ULL << 32, 1ULL << 63}) {
        CAPTURE(flags);
        CHECK(try_reserve(granularity(), 0, 0, flags) == CUDA_ERROR_INVALID_VALUE);
    }
    CHECK(try_reserve(granularity()) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Granule, "RSV-08: a reservation with nowhere to put its address is refused",
                 "[reservation]") {
    CHECK(cuMemAddressReserve(nullptr, granularity(), 0, 0, 0) == CUDA_ERROR_INVALID_VALUE);
    CHECK(try_reserve(granularity()) == CUDA_SUCCESS);
}

} // namespace cts
