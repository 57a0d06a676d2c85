// A buffer of 4,096 mappings, as allocators build them. Eight allocations are mapped round and round, which
// keeps it cheap; each page has a word of its own at its own offset, so that any page that shows the wrong
// memory shows the wrong word.
#include "tests/mapping/attempt.hpp"
#include "tests/prelude.hpp"

#include <algorithm>
#include <numeric>

namespace cts {
namespace {

constexpr size_t pages = 4096;
constexpr size_t allocations = 8;

class ManyMappings : public Granule {
  public:
    ManyMappings() : range_(reserve(pages)), direct_(reserve(allocations)) {
        for (size_t i = 0; i < allocations; ++i) {
            memories_.push_back(allocate());
            mappings_.push_back(map(direct_.address(granules(i)), memories_[i]));
        }
        fill(direct_.address(), granules(allocations), 0);
        for (size_t page = 0; page < pages; ++page) {
            mappings_.emplace_back(range_.address(granules(page)), granularity(),
                                   memories_[page % allocations]);
        }
        const CUmemAccessDesc access = read_write();
        must(cuMemSetAccess(range_.address(), range_.bytes(), &access, 1), "cuMemSetAccess");
    }

    CUdeviceptr buffer() const { return range_.address(); }
    /// From the word of one page to the word of the next.
    size_t stride() const { return granularity() + sizeof(uint32_t); }
    /// Unmaps the whole buffer by one call.
    CUresult unmap_buffer() {
        const CUresult result = cuMemUnmap(range_.address(), range_.bytes());
        if (result == CUDA_SUCCESS) {
            for (size_t i = allocations; i < mappings_.size(); ++i) {
                mappings_[i].release();
            }
        }
        return result;
    }
    /// Where allocation `i` is mapped alone.
    CUdeviceptr direct_of(size_t i) const { return direct_.address(granules(i)); }

    /// One word a page, by one copy of 4,096 rows.
    CUDA_MEMCPY2D rows() const {
        CUDA_MEMCPY2D copy{};
        copy.WidthInBytes = sizeof(uint32_t);
        copy.Height = pages;
        copy.srcPitch = copy.dstPitch = sizeof(uint32_t); // of the side that is packed
        return copy;
    }

  private:
    Reservation range_, direct_;
    std::vector<Allocation> memories_;
    std::vector<Mapping> mappings_;
};

} // namespace

TEST_CASE_METHOD(ManyMappings, "MAP-12/4096: 4,096 mappings are one buffer for copies and for kernels",
                 "[mapping][timeout:60]") {
    const PinnedMemory shared = allocate_pinned(pages * sizeof(uint32_t));
    const CUdeviceptr packed = device_address(shared.get());
    auto* by_kernel = static_cast<uint32_t*>(shared.get());
    std::vector<uint32_t> by_copy(pages);
    std::iota(by_copy.begin(), by_copy.end(), 0x10000U);

    CUDA_MEMCPY2D write = rows(); // by a copy, read by a kernel
    write.srcMemoryType = CU_MEMORYTYPE_HOST;
    write.srcHost = by_copy.data();
    write.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    write.dstDevice = buffer();
    write.dstPitch = stride();
    REQUIRE(cuMemcpy2D(&write) == CUDA_SUCCESS);
    launch(call_over(pages, kernels::copy_strided, words(packed), size_t{1}, words(buffer()),
                     word_count(stride()), pages));
    synchronize();
    CHECK(std::equal(by_copy.begin(), by_copy.end(), by_kernel));
    for (size_t i = 0; i < allocations; ++i) { // where each allocation is mapped alone
        CAPTURE(i);
        const auto direct = download(direct_of(i), pages * sizeof(uint32_t));
        size_t wrong = 0;
        for (size_t page = 0; page < pages; ++page) {
            wrong += direct[page] != (page % allocations == i ? by_copy[page] : 0);
        }
        CHECK(wrong == 0);
    }

    std::iota(by_kernel, by_kernel + pages, 0x20000U); // by a kernel, read by a copy
    launch(call_over(pages, kernels::copy_strided, words(buffer()), word_count(stride()), words(packed),
                     size_t{1}, pages));
    synchronize();
    CUDA_MEMCPY2D read = rows();
    read.srcMemoryType = CU_MEMORYTYPE_DEVICE;
    read.srcDevice = buffer();
    read.srcPitch = stride();
    read.dstMemoryType = CU_MEMORYTYPE_HOST;
    read.dstHost = by_copy.data();
    REQUIRE(cuMemcpy2D(&read) == CUDA_SUCCESS);
    CHECK(std::equal(by_copy.begin(), by_copy.end(), by_kernel));
    CHECK(unmap_buffer() == CUDA_SUCCESS); // at once: 4,096 calls take longer than the rest
}

TEST_CASE_METHOD(ManyMappings, "MAP-16/4096: one call unmaps 4,096 mappings, to the last",
                 "[mapping][timeout:60]") {
    for (const size_t page : {size_t{0}, pages / 2, pages - 1}) {
        CHECK(is_mapped(buffer() + page * granularity()));
    }
    REQUIRE(unmap_buffer() == CUDA_SUCCESS);
    size_t left = 0;
    for (size_t page = 0; page < pages; ++page) {
        left += is_mapped(buffer() + page * granularity());
    }
    CHECK(left == 0);
    for (size_t i = 0; i < allocations; ++i) {
        CHECK(is_mapped(direct_of(i))); // the allocations have mappings elsewhere, which stay
    }
}

} // namespace cts
