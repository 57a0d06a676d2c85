// A buffer of 4,096 mappings, as allocators build them. Eight allocations are mapped round and round, which
// keeps it cheap; each page has a word of its own at its own offset, so that any page that shows the wrong
// memory shows the wrong word.
#include "tests/prelude.hpp"

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
    /// The word of `page`, where its allocation is mapped alone.
    CUdeviceptr direct_word(size_t page) const {
        return direct_.address(granules(page % allocations) + page * sizeof(uint32_t));
    }

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

TEST_CASE_METHOD(ManyMappings, "MAP-12/4096_copy: 4,096 mappings are one buffer for a copy",
                 "[mapping][timeout:60]") {
    std::vector<uint32_t> data(pages);
    for (size_t page = 0; page < pages; ++page) {
        data[page] = static_cast<uint32_t>(0x10000 + page);
    }
    CUDA_MEMCPY2D write = rows();
    write.srcMemoryType = CU_MEMORYTYPE_HOST;
    write.srcHost = data.data();
    write.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    write.dstDevice = buffer();
    write.dstPitch = stride();
    REQUIRE(cuMemcpy2D(&write) == CUDA_SUCCESS);

    const PinnedMemory gathered = allocate_pinned(pages * sizeof(uint32_t));
    const auto* words_seen = static_cast<const uint32_t*>(gathered.get());
    launch(call_over(pages, kernels::copy_strided, words(device_address(gathered.get())), size_t{1},
                     words(buffer()), word_count(stride()), pages));
    synchronize();
    size_t wrong_by_kernel = 0;
    size_t wrong_directly = 0;
    std::vector<std::vector<uint32_t>> direct;
    for (size_t i = 0; i < allocations; ++i) {
        direct.push_back(download(direct_word(i) - i * sizeof(uint32_t), pages * sizeof(uint32_t)));
    }
    for (size_t page = 0; page < pages; ++page) {
        wrong_by_kernel += words_seen[page] != data[page];
        wrong_directly += direct[page % allocations][page] != data[page];
    }
    CHECK(wrong_by_kernel == 0);
    CHECK(wrong_directly == 0);
    CHECK(direct[0][1] == 0); // page 1 is not in allocation 0: its word is nowhere else
}

TEST_CASE_METHOD(ManyMappings, "MAP-12/4096_kernel: 4,096 mappings are one buffer for a kernel",
                 "[mapping][timeout:60]") {
    const PinnedMemory source = allocate_pinned(pages * sizeof(uint32_t));
    auto* data = static_cast<uint32_t*>(source.get());
    for (size_t page = 0; page < pages; ++page) {
        data[page] = static_cast<uint32_t>(0x20000 + page);
    }
    launch(call_over(pages, kernels::copy_strided, words(buffer()), word_count(stride()),
                     words(device_address(source.get())), size_t{1}, pages));
    synchronize();

    std::vector<uint32_t> back(pages);
    CUDA_MEMCPY2D read = rows();
    read.srcMemoryType = CU_MEMORYTYPE_DEVICE;
    read.srcDevice = buffer();
    read.srcPitch = stride();
    read.dstMemoryType = CU_MEMORYTYPE_HOST;
    read.dstHost = back.data();
    REQUIRE(cuMemcpy2D(&read) == CUDA_SUCCESS);
    CHECK(std::equal(back.begin(), back.end(), data));
    for (const size_t page : {size_t{0}, size_t{9}, size_t{4095}}) {
        CHECK(word_at(direct_word(page)) == data[page]);
    }
}

} // namespace cts
