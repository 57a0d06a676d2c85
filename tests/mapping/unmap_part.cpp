// Unmapping takes a whole mapping (Driver API, cuMemUnmap: it "cannot unmap a sub-range").
#include "tests/mapping/attempt.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

constexpr uint32_t first_word = 0x0b5e55ed;

/// Three granules as one mapping at at(0), and one of its own behind them.
class ThreeAndOne : public Reserved {
  public:
    ThreeAndOne()
        : large_memory_(allocate(3)), small_memory_(allocate()), large(map(at(0), large_memory_, 3)),
          small(map(at(3), small_memory_)) {
        ramp(at(0), granules(4), first_word);
    }

    /// All contents and all accesses are those of the start.
    void check_untouched() const {
        for (size_t index = 0; index < 4; ++index) {
            CAPTURE(index);
            CHECK(access_at(at(index)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
        }
        CHECK_FALSE(holds_ramp(at(0), granules(4), first_word + 1));
        CHECK(holds_ramp(at(0), granules(4), first_word));
        CHECK(kernel_sees_ramp(at(0), granules(4), first_word));
    }

  private:
    Allocation large_memory_, small_memory_;

  protected:
    Mapping large, small;
};

} // namespace

TEST_CASE_METHOD(ThreeAndOne, "MAP-15/part: unmapping a part of a mapping is refused and takes nothing away",
                 "[mapping]") {
    struct Part {
        const char* what;
        size_t start, count;
    };
    for (const auto [what, start, count] :
         {Part{"first granule", 0, 1}, Part{"middle granule", 1, 1}, Part{"last granule", 2, 1},
          Part{"all but the last", 0, 2}, Part{"all but the first", 1, 2}}) {
        CAPTURE(what);
        CHECK(cuMemUnmap(at(start), granules(count)) == CUDA_ERROR_INVALID_VALUE);
        check_untouched();
    }
    CHECK(cuMemUnmap(large.release(), granules(3)) == CUDA_SUCCESS);
    CHECK_FALSE(is_mapped(at(0)));
}

TEST_CASE_METHOD(ThreeAndOne,
                 "MAP-15/cut: a range that cuts through a mapping is refused, with all it covers",
                 "[mapping]") {
    CHECK(cuMemUnmap(at(2), granules(2)) == CUDA_ERROR_INVALID_VALUE); // the end of one and all of the next
    check_untouched();
    CHECK(cuMemUnmap(at(1), granules(3)) == CUDA_ERROR_INVALID_VALUE);
    check_untouched();

    CHECK(cuMemUnmap(small.release(), granularity()) == CUDA_SUCCESS);
    CHECK(holds_ramp(at(0), granules(3), first_word));
}

TEST_CASE_METHOD(ThreeAndOne, "MAP-15/bytes: a size that is not the mapping's to the byte is refused",
                 "[mapping]") {
    for (const size_t bytes : {granules(3) - 1, granules(3) + 1, granules(3) - 4096, granules(3) + 4096,
                               granules(3) - 65536, granules(3) + 65536}) {
        CAPTURE(bytes);
        CHECK(cuMemUnmap(at(0), bytes) == CUDA_ERROR_INVALID_VALUE);
    }
    for (const size_t offset : {size_t{4096}, size_t{65536}}) { // the sizes of smaller pages
        CHECK(cuMemUnmap(at(0) + offset, granules(3)) == CUDA_ERROR_INVALID_VALUE);
        CHECK(cuMemUnmap(at(0) + offset, granules(3) - offset) == CUDA_ERROR_INVALID_VALUE);
    }
    check_untouched();
    CHECK(cuMemUnmap(large.release(), granules(3)) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(ThreeAndOne,
                 "MAP-15/still_usable: after a refused unmap the mapping can be written, set and unmapped",
                 "[mapping]") {
    REQUIRE(cuMemUnmap(at(1), granularity()) == CUDA_ERROR_INVALID_VALUE);
    fill(at(0), granules(3), 0x3a3a);
    CHECK(holds(at(0), granules(3), 0x3a3a));
    const CUmemAccessDesc none = no_access();
    CHECK(cuMemSetAccess(at(0), granules(3), &none, 1) == CUDA_SUCCESS);
    CHECK(access_at(at(2)) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    CHECK(cuMemUnmap(large.release(), granules(3)) == CUDA_SUCCESS);
    const Allocation memory = allocate(3);
    CHECK(cuMemMap(at(0), granules(3), 0, memory, 0) == CUDA_SUCCESS);
    large = Mapping::adopt(at(0), granules(3));
}

TEST_CASE_METHOD(Granule,
                 "MAP-15/memory: a mapping of which no part could be unmapped gives its memory back whole",
                 "[mapping][accounting]") {
    constexpr size_t count = 16;
    const Reservation range = reserve(count);
    Allocation memory = allocate(count);
    Mapping mapped = map(range.address(), memory, count);
    const size_t held = free_memory();
    REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
    CHECK(cuMemUnmap(range.address(), granules(1)) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemUnmap(range.address(granules(count - 1)), granules(1)) == CUDA_ERROR_INVALID_VALUE);
    CHECK(free_memory() == held); // the mapping keeps it
    REQUIRE(cuMemUnmap(mapped.release(), range.bytes()) == CUDA_SUCCESS);
    CHECK(free_memory() == held + granules(count));
}

} // namespace cts
