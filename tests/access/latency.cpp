// What mapping, access and unmapping cost, for a granule and for a batch of 256, with and without a shareable
// handle type (antgroup/glake#22, pytorch/pytorch#130890). Numbers for comparison; no time is asserted.
#include "tests/prelude.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace cts {
namespace {

constexpr size_t batch = 256;
constexpr size_t repeats = 5;

struct Costs {
    std::vector<double> map, set_access, unmap; // microseconds, one entry a repeat
};

template<typename Work>
double microseconds(Work work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
    return values[values.size() / 2];
}

/// What was measured was the work, and not the lack of it: the first and the last word can be used.
bool usable(const Reservation& range, size_t bytes) {
    constexpr uint32_t value = 0x18;
    bool right = true;
    for (const CUdeviceptr place : {range.address(), range.address(bytes - sizeof value)}) {
        uint32_t word = 0;
        right = cuMemsetD32(place, value, 1) == CUDA_SUCCESS && right;
        right = cuMemcpyDtoH(&word, place, sizeof word) == CUDA_SUCCESS && word == value && right;
    }
    return right;
}

/// Maps `count` granules one by one, grants access in one call, unmaps one by one. The number of refused
/// calls, and one more when the memory could not be used.
size_t measure_once(const Granule& room, const Reservation& range, const std::vector<Allocation>& memories,
                    size_t count, Costs& costs) {
    size_t refused = 0;
    const CUmemAccessDesc access = room.read_write();
    costs.map.push_back(microseconds([&] {
        for (size_t i = 0; i < count; ++i) {
            refused += cuMemMap(range.address(room.granules(i)), room.granularity(), 0, memories[i], 0) !=
                       CUDA_SUCCESS;
        }
    }));
    costs.set_access.push_back(microseconds([&] {
        refused += cuMemSetAccess(range.address(), room.granules(count), &access, 1) != CUDA_SUCCESS;
    }));
    refused += !usable(range, room.granules(count));
    costs.unmap.push_back(microseconds([&] {
        for (size_t i = 0; i < count; ++i) {
            refused += cuMemUnmap(range.address(room.granules(i)), room.granularity()) != CUDA_SUCCESS;
        }
    }));
    return refused;
}

/// Measures a single granule and a batch of memory with `properties`; `prefix` names the numbers.
void measure_all(const Granule& room, const CUmemAllocationProp& properties, const std::string& prefix) {
    const Reservation range = room.reserve(batch);
    std::vector<Allocation> memories;
    for (size_t i = 0; i < batch; ++i) {
        memories.push_back(create_allocation(room.granularity(), properties));
    }
    for (const size_t count : {size_t{1}, batch}) {
        Costs costs;
        size_t refused = 0;
        for (size_t repeat = 0; repeat < repeats; ++repeat) {
            refused += measure_once(room, range, memories, count, costs);
        }
        CHECK(refused == 0);
        const std::string suffix = " x " + std::to_string(count);
        measure(prefix + "map" + suffix, median(costs.map), "us");
        measure(prefix + "set access" + suffix, median(costs.set_access), "us");
        measure(prefix + "unmap" + suffix, median(costs.unmap), "us");
    }
}

} // namespace

TEST_CASE_METHOD(Granule, "ACC-18: costs of mapping, access and unmapping", "[access][timing]") {
    measure_all(*this, properties(), "");
}

TEST_CASE_METHOD(Granule, "ACC-18/shareable: costs of mapping, access and unmapping of shareable memory",
                 "[access][timing]") {
    need(CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
         "HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED");
    measure_all(*this, shareable_properties(), "shareable ");
}

} // namespace cts
