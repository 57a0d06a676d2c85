// Access and holes in the middle of what a copy or a fill covers, and on each of their forms.
#include "tests/access/roads.hpp"

namespace cts {
namespace {

constexpr uint32_t kept = 0x4e4e;

/// Three granules of one memory each, and one with full access that takes part in copies.
class Row : public Granule {
  public:
    Row() : range(reserve(3)), other_range_(reserve(3)), other_memory_(allocate(3)) {
        for (size_t index = 0; index < 3; ++index) {
            memories_.push_back(allocate());
            mappings.push_back(map(at(index), memories_.back()));
        }
        mappings.push_back(map(other(), other_memory_, 3));
        fill(at(0), granules(3), kept);
        fill(other(), granules(3), 0x0de4);
    }

    CUdeviceptr at(size_t index) const { return range.address(granules(index)); }
    CUdeviceptr other() const { return other_range_.address(); }
    void set_middle(const CUmemAccessDesc& access) const {
        must(cuMemSetAccess(at(1), granularity(), &access, 1), "cuMemSetAccess");
    }
    /// From the last page of the first granule to the first page of the last.
    CUdeviceptr start() const { return at(1) - 4096; }
    size_t words_across() const { return word_count(granularity() + 8192); }

  protected:
    Reservation range;

  private:
    Reservation other_range_;
    Allocation other_memory_;
    std::vector<Allocation> memories_;

  protected:
    std::vector<Mapping> mappings;
};

/// Gives a mapping that never had access the right to read, and stores there.
CHILD(store_after_first_read_access) {
    const Reserved room;
    const Allocation memory = room.allocate();
    const Mapping writable = room.map(room.at(0), memory);
    fill(room.at(0), room.granularity(), kept);
    const Mapping readable(room.at(1), room.granularity(), memory);
    const CUmemAccessDesc access = room.read_only();
    parent.report("set access", cuMemSetAccess(room.at(1), room.granularity(), &access, 1));
    parent.report("reads", kernel_sees(room.at(1), room.granularity(), kept) ? 1 : 0);
    launch(fill_call(room.at(1), sizeof(uint32_t), 0));
    parent.report("stores", cudaDeviceSynchronize());
}

} // namespace

TEST_CASE_METHOD(Granule,
                 "ACC-05/first_grant: a kernel's store faults where reading is all that was ever granted",
                 "[access][sacrifices]") {
    Child child(store_after_first_read_access);
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.driver_result("set access") == CUDA_SUCCESS);
    CHECK(report.number("reads") == 1);
    CHECK(report.result("stores") == cudaErrorIllegalAddress);
}

TEST_CASE_METHOD(Row, "ACC-05/roads: every form of copy and fill into read-only memory is refused",
                 "[access]") {
    set_middle(read_only());
    for (const size_t words : {size_t{1}, size_t{2048}, word_count(granularity())}) {
        check_refused(writing_roads(), at(1), other(), words);
        check_accepted(reading_roads(), at(1), other(), words);
    }
    check_refused(writing_roads(), start(), other(), words_across()); // its ends may be written
    CHECK(holds(at(1), granularity(), kept));
    CHECK(kernel_sees(at(1), granularity(), kept));
    set_middle(read_write());
    check_accepted(writing_roads(), start(), other(), words_across());
}

// Not among the roads above: it finds out itself what an address is, and must not be led to where nothing is.
TEST_CASE_METHOD(Row,
                 "ACC-05/generic: cuMemcpy, too, refuses read-only memory as its target, not as its source",
                 "[access]") {
    set_middle(read_only());
    CHECK(cuMemcpy(at(1), other(), granularity()) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemcpy(at(2) - 4096, other(), 4096) == CUDA_ERROR_INVALID_VALUE);
    CHECK(finish(cuMemcpyAsync(at(1), other(), granularity(), nullptr)) == CUDA_ERROR_INVALID_VALUE);
    CHECK(holds(at(1), granularity(), kept));
    CHECK(cuMemcpy(other(), at(1), granularity()) == CUDA_SUCCESS);
    CHECK(holds(other(), granularity(), kept));
    set_middle(read_write());
    fill(other(), granularity(), 0x0de5);
    CHECK(cuMemcpy(at(1), other(), granularity()) == CUDA_SUCCESS);
    CHECK(holds(at(1), granularity(), 0x0de5));
    fill(other(), granularity(), 0x0de6);
    CHECK(finish(cuMemcpyAsync(at(1), other(), granularity(), nullptr)) == CUDA_SUCCESS);
    CHECK(holds(at(1), granularity(), 0x0de6));
}

TEST_CASE_METHOD(Row, "ACC-06/roads: every form of copy and fill of memory without access is refused",
                 "[access]") {
    set_middle(no_access());
    for (const size_t words : {size_t{1}, size_t{2048}, word_count(granularity())}) {
        check_refused(writing_roads(), at(1), other(), words);
        check_refused(reading_roads(), at(1), other(), words);
    }
    check_refused(writing_roads(), start(), other(), words_across()); // its ends have access
    check_refused(reading_roads(), start(), other(), words_across());
    CHECK(holds(other(), granules(3), 0x0de4));
    set_middle(read_write());
    CHECK(holds(at(1), granularity(), kept));
    check_accepted(writing_roads(), start(), other(), words_across());
}

TEST_CASE_METHOD(Row, "ACC-06/fresh: so it is of memory to which access was never given", "[access]") {
    mappings[1].unmap();
    mappings[1] = Mapping(at(1), granularity(), allocate());
    check_refused(writing_roads(), at(1), other(), 2048);
    check_refused(reading_roads(), at(1), other(), 2048);
    CHECK(holds(other(), granules(3), 0x0de4));
    set_middle(read_write());
    check_accepted(writing_roads(), at(1), other(), 2048);
}

} // namespace cts
