// Every number of granules, and every number of mappings, up to a few dozen: a division that is wrong for
// some remainders, or a table for small numbers, is met by none of the usual few.
#include "tests/mapping/attempt.hpp"
#include "tests/pointer_attributes/attributes.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

constexpr size_t most = 33;

/// The last words of the granules of a range, one a row of a copy.
CUDA_MEMCPY2D last_words(CUdeviceptr address, size_t count, size_t granule) {
    CUDA_MEMCPY2D copy{};
    copy.srcMemoryType = copy.dstMemoryType = CU_MEMORYTYPE_HOST;
    copy.srcPitch = copy.dstPitch = copy.WidthInBytes = sizeof(uint32_t);
    copy.Height = count;
    copy.dstDevice = copy.srcDevice = address + granule - sizeof(uint32_t);
    return copy;
}

} // namespace

TEST_CASE_METHOD(Granule, "MAP-01/sizes: memory of any number of granules is mapped whole and comes back",
                 "[mapping][accounting]") {
    const auto live = [this](size_t count) {
        CAPTURE(count);
        const Reservation range = reserve(count);
        Allocation memory = allocate(count);
        REQUIRE(cuMemMap(range.address(), range.bytes(), 0, memory, 0) == CUDA_SUCCESS);
        Mapping mapped = Mapping::adopt(range.address(), range.bytes());
        const CUmemAccessDesc access = read_write();
        REQUIRE(cuMemSetAccess(range.address(), range.bytes(), &access, 1) == CUDA_SUCCESS);
        CHECK(access_at(range.end() - 1) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
        CHECK(value_of<size_t>(CU_POINTER_ATTRIBUTE_RANGE_SIZE, range.address()) == range.bytes());
        CHECK(value_of<size_t>(CU_POINTER_ATTRIBUTE_MAPPING_SIZE, range.end() - 1) == range.bytes());

        std::vector<uint32_t> data(count);
        std::vector<uint32_t> back(count);
        for (size_t i = 0; i < count; ++i) {
            data[i] = static_cast<uint32_t>(count << 8 | i);
        }
        CUDA_MEMCPY2D write = last_words(range.address(), count, granularity());
        write.srcHost = data.data();
        write.dstMemoryType = CU_MEMORYTYPE_DEVICE;
        write.dstPitch = granularity();
        REQUIRE(cuMemcpy2D(&write) == CUDA_SUCCESS);
        CUDA_MEMCPY2D read = last_words(range.address(), count, granularity());
        read.dstHost = back.data();
        read.srcMemoryType = CU_MEMORYTYPE_DEVICE;
        read.srcPitch = granularity();
        CHECK(back != data);
        REQUIRE(cuMemcpy2D(&read) == CUDA_SUCCESS);
        CHECK(back == data);
        CHECK(kernel_sees(range.end() - sizeof(uint32_t), sizeof(uint32_t), data.back()));

        const size_t held = free_memory();
        REQUIRE(cuMemUnmap(mapped.release(), range.bytes()) == CUDA_SUCCESS);
        CHECK_FALSE(is_mapped(range.end() - 1));
        REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
        CHECK(free_memory() >= held + granules(count)); // and with it what page tables took, perhaps
        const Allocation single = allocate();
        CHECK(cuMemMap(range.address(granules(count - 1)), granularity(), 0, single, 0) == CUDA_SUCCESS);
        const Mapping last = Mapping::adopt(range.address(granules(count - 1)), granularity());
    };
    for (size_t count = 1; count <= most; ++count) {
        live(count);
    }
}

TEST_CASE_METHOD(Granule, "MAP-16/few: one call grants, and one unmaps, any number of mappings",
                 "[mapping][accounting]") {
    const Reservation range = reserve(most);
    const Allocation shared = allocate();
    const CUmemAccessDesc access = read_write();
    for (size_t count = 1; count < most; ++count) {
        CAPTURE(count);
        Allocation last = allocate(); // of the last mapping, which alone keeps it
        std::vector<Mapping> mappings;
        for (size_t i = 0; i + 1 < count; ++i) {
            mappings.emplace_back(range.address(granules(i)), granularity(), shared);
        }
        mappings.emplace_back(range.address(granules(count - 1)), granularity(), last);
        mappings.emplace_back(range.address(granules(count)), granularity(), shared); // not of the call
        REQUIRE(cuMemRelease(last.release()) == CUDA_SUCCESS);
        REQUIRE(cuMemSetAccess(range.address(), granules(count), &access, 1) == CUDA_SUCCESS);
        size_t granted = 0;
        for (size_t i = 0; i <= count; ++i) {
            granted += access_at(range.address(granules(i))) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
        }
        CHECK(granted == count);
        CHECK(access_at(range.address(granules(count))) == CU_MEM_ACCESS_FLAGS_PROT_NONE);

        const size_t held = free_memory();
        REQUIRE(cuMemUnmap(range.address(), granules(count)) == CUDA_SUCCESS);
        for (size_t i = 0; i < count; ++i) {
            mappings[i].release();
        }
        CHECK(free_memory() >= held + granularity());
        CHECK_FALSE(is_mapped(range.address(granules(count - 1))));
        CHECK(is_mapped(range.address(granules(count))));
    }
}

} // namespace cts
