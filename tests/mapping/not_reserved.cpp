// Memory can be mapped into reservations only (Driver API, cuMemMap).
#include "tests/mapping/attempt.hpp"
#include "tests/prelude.hpp"
#include "tests/reservation/adjacent.hpp"

namespace cts {
namespace {

constexpr uint32_t old_value = 0x0ddba115;

/// The first multiple of `alignment` at or after `address`.
CUdeviceptr round_up(CUdeviceptr address, size_t alignment) {
    return (address + alignment - 1) / alignment * alignment;
}

/// Tries to map one granule at `address`; the answer. Nothing stays mapped.
CUresult try_map(const Granule& rung, CUdeviceptr address) {
    const Allocation memory = rung.allocate();
    const CUresult result = cuMemMap(address, rung.granularity(), 0, memory, 0);
    const auto unwanted = if_mapped(result, address, rung.granularity());
    return result;
}

} // namespace

TEST_CASE_METHOD(Granule, "MAP-02/unreserved: mapping at an address that is reserved no more is refused",
                 "[mapping]") {
    CUdeviceptr address = 0;
    {
        const Reservation range = reserve(4);
        address = range.address();
        CHECK(try_map(*this, address) == CUDA_SUCCESS);
    }
    CHECK(try_map(*this, address) == CUDA_ERROR_INVALID_VALUE);
    CHECK(try_map(*this, address + granules(3)) == CUDA_ERROR_INVALID_VALUE);
}

TEST_CASE_METHOD(Granule, "MAP-02/outside: mapping that starts outside of a reservation is refused",
                 "[mapping]") {
    const Reservation range = reservation_in_free_space(*this, 4);
    const CUdeviceptr base = range.address();

    CHECK(try_map(*this, base - granularity()) == CUDA_ERROR_INVALID_VALUE);
    CHECK(try_map(*this, range.end()) == CUDA_ERROR_INVALID_VALUE);
    const Allocation memory = allocate(2);
    const CUresult into = cuMemMap(base - granularity(), granules(2), 0, memory, 0);
    const auto unwanted = if_mapped(into, base - granularity(), granules(2));
    CHECK(into == CUDA_ERROR_INVALID_VALUE);

    CHECK_FALSE(is_mapped(base));
    CHECK(try_map(*this, base) == CUDA_SUCCESS);
    CHECK(try_map(*this, range.end() - granularity()) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Granule,
                 "MAP-02/device_memory: mapping over memory of cudaMalloc is refused and harms nothing",
                 "[mapping]") {
    const size_t bytes = granules(3);
    const DeviceMemory other = allocate_device(bytes);
    const CUdeviceptr base = device_address(other.get());
    fill(base, bytes, old_value);

    CHECK(try_map(*this, round_up(base, granularity())) == CUDA_ERROR_INVALID_VALUE);

    CHECK_FALSE(holds(base, bytes, old_value + 1));
    CHECK(holds(base, bytes, old_value));
    CHECK(kernel_sees(base, bytes, old_value));
    const Reservation range = reserve(1);
    CHECK(try_map(*this, range.address()) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Granule, "MAP-02/host_memory: mapping over pinned host memory is refused and harms nothing",
                 "[mapping]") {
    const size_t bytes = granules(3);
    const PinnedMemory other = allocate_pinned(bytes);
    const CUdeviceptr base = device_address(other.get());
    const auto* data = static_cast<const uint32_t*>(other.get());
    fill(base, bytes, old_value);

    CHECK(try_map(*this, round_up(base, granularity())) == CUDA_ERROR_INVALID_VALUE);

    CHECK_FALSE(host_holds(data, bytes, old_value + 1));
    CHECK(host_holds(data, bytes, old_value));
    const Reservation range = reserve(1);
    CHECK(try_map(*this, range.address()) == CUDA_SUCCESS);
}

} // namespace cts
