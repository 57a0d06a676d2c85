// Unmapping a range that is not mapped throughout, or not mapped at all. The range must be the entire range
// that was mapped (Driver API, cuMemUnmap). A batch that failed in the middle meets this
// (pytorch/pytorch#188008).
#include "tests/mapping/attempt.hpp"
#include "tests/prelude.hpp"

#include <catch2/generators/catch_generators.hpp>

#include <algorithm>

namespace cts {
namespace {

constexpr uint32_t value_of(size_t index) {
    return static_cast<uint32_t>(0x401e0000 + index);
}

struct Holes {
    const char* name;
    std::vector<size_t> mapped; // indices of the granules that are mapped
};

const std::vector<Holes>& all_holes() {
    static const std::vector<Holes> holes{
        {"hole at the start", {1, 2, 3}},
        {"hole in the middle", {0, 3}},
        {"hole at the end", {0, 1, 2}},
        {"only the middle mapped", {1, 2}},
    };
    return holes;
}

/// A reservation of which some granules are mapped, one by one, each with its own value.
class Sieve : public Reserved {
  public:
    void put(const Holes& holes) {
        for (const size_t index : holes.mapped) {
            memories_.push_back(allocate());
            mappings_.push_back(map(at(index), memories_.back()));
            fill(at(index), granularity(), value_of(index));
        }
    }
    /// How many of the mappings are still there. Those that went are not the owners' any more.
    size_t survivors() {
        for (Mapping& mapping : mappings_) {
            if (!is_mapped(mapping.address())) {
                mapping.release();
            }
        }
        return static_cast<size_t>(
            std::ranges::count_if(mappings_, [](const Mapping& mapping) { return mapping.address() != 0; }));
    }
    size_t mapped() const { return mappings_.size(); }

  private:
    std::vector<Allocation> memories_;
    std::vector<Mapping> mappings_;
};

} // namespace

TEST_CASE_METHOD(Sieve, "MAP-17: unmapping a range with a hole is refused", "[mapping]") {
    const Holes& holes = all_holes()[GENERATE(0U, 1U, 2U, 3U)];
    CAPTURE(holes.name);
    put(holes);
    CHECK(cuMemUnmap(at(0), granules(reserved_granules)) == CUDA_ERROR_INVALID_VALUE);
    (void)survivors();
}

TEST_CASE_METHOD(Sieve, "MAP-17/atomicity: what is left of a range with a hole after its unmap",
                 "[mapping]") {
    const Holes& holes = all_holes()[GENERATE(0U, 1U, 2U, 3U)];
    CAPTURE(holes.name);
    put(holes);
    const CUresult result = cuMemUnmap(at(0), granules(reserved_granules));
    const size_t left = survivors();
    observe(std::string("MAP-17/") + holes.name, name_of(result) + ", " +
                                                     (left == mapped() ? "all kept"
                                                      : left == 0      ? "all unmapped"
                                                                       : "some unmapped"));

    // Whatever is left is whole, and whatever went can be mapped anew.
    for (size_t index = 0; index < reserved_granules; ++index) {
        CAPTURE(index);
        if (!is_mapped(at(index))) {
            const Allocation memory = allocate();
            const Mapping anew = map(at(index), memory);
            fill(at(index), granularity(), value_of(index));
            CHECK(kernel_sees(at(index), granularity(), value_of(index)));
        } else {
            CHECK(holds(at(index), granularity(), value_of(index)));
            CHECK(kernel_sees(at(index), granularity(), value_of(index)));
        }
    }
}

TEST_CASE_METHOD(Mapped,
                 "MAP-17/beyond: unmapping past a mapping into the free part of the reservation is refused",
                 "[mapping]") {
    fill(address(), bytes(), 0xbe);
    const CUresult result = cuMemUnmap(address(), granules(2));
    CHECK(result == CUDA_ERROR_INVALID_VALUE);
    const bool mapped = is_mapped(address());
    if (!mapped) {
        mapping().release();
    }
    CHECK(mapped);
}

TEST_CASE_METHOD(Reserved, "MAP-18/never: unmapping a reservation that was never mapped is refused",
                 "[mapping]") {
    CHECK(cuMemUnmap(at(0), granules(reserved_granules)) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemUnmap(at(1), granularity()) == CUDA_ERROR_INVALID_VALUE);
}

TEST_CASE_METHOD(Mapped, "MAP-18/twice: unmapping a second time is refused", "[mapping]") {
    REQUIRE(cuMemUnmap(mapping().release(), bytes()) == CUDA_SUCCESS);
    CHECK(cuMemUnmap(address(), bytes()) == CUDA_ERROR_INVALID_VALUE);
}

TEST_CASE_METHOD(Mapped, "MAP-18/nothing: an unmap of address zero or of no bytes is refused", "[mapping]") {
    fill(address(), bytes(), 0x18);
    CHECK(cuMemUnmap(0, bytes()) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemUnmap(0, 0) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemUnmap(address(), 0) == CUDA_ERROR_INVALID_VALUE);
    CHECK(holds(address(), bytes(), 0x18));
    CHECK(kernel_sees(address(), bytes(), 0x18));
    CHECK(cuMemUnmap(mapping().release(), bytes()) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Granule, "MAP-18/unreserved: an unmap where nothing is reserved is refused", "[mapping]") {
    CUdeviceptr freed = 0;
    {
        const Reservation range = reserve(2);
        freed = range.address();
    }
    CHECK(cuMemUnmap(freed, granularity()) == CUDA_ERROR_INVALID_VALUE);
}

TEST_CASE_METHOD(Granule,
                 "MAP-18/other_memory: an unmap of memory from cudaMalloc is refused and harms nothing",
                 "[mapping]") {
    const DeviceMemory other = allocate_device(granules(2));
    const CUdeviceptr base = device_address(other.get());
    fill(base, granules(2), 0x0ca7);
    CHECK(cuMemUnmap(base, granules(2)) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemUnmap(base, granularity()) == CUDA_ERROR_INVALID_VALUE);
    CHECK(holds(base, granules(2), 0x0ca7));
    CHECK(kernel_sees(base, granules(2), 0x0ca7));
}

} // namespace cts
