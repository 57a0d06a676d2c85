// A driver that keeps a file descriptor for each allocation runs into the limit of descriptors, and calls it
// out of memory.
#include "tests/allocation/attempt.hpp"
#include "tests/prelude.hpp"

#include <filesystem>
#include <iterator>
#include <unistd.h>

namespace cts {
namespace {

ptrdiff_t open_descriptors() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                         std::filesystem::directory_iterator());
}

/// Creates `count` allocations that live at one time, counts the descriptors meanwhile, and releases them.
ptrdiff_t descriptors_with(const Granule& room, size_t count, const CUmemAllocationProp& properties) {
    std::vector<Allocation> memories;
    for (size_t i = 0; i < count; ++i) {
        memories.push_back(create_allocation(room.granularity(), properties));
    }
    return open_descriptors();
}

} // namespace

TEST_CASE_METHOD(Granule, "ALC-25: 4,000 allocations take no file descriptors", "[allocation][timeout:60]") {
    constexpr size_t together = 250;
    (void)descriptors_with(*this, 1, properties());
    const ptrdiff_t before = open_descriptors();
    for (int round = 0; round < 16; ++round) {
        CAPTURE(round);
        CHECK(descriptors_with(*this, together, properties()) == before);
        CHECK(open_descriptors() == before);
    }
}

TEST_CASE_METHOD(
    Granule, "ALC-25/shareable: memory that can be shared takes one descriptor an export, and the caller's",
    "[allocation]") {
    need(CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
         "HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED");
    (void)descriptors_with(*this, 1, shareable_properties());
    const ptrdiff_t before = open_descriptors();
    CHECK(descriptors_with(*this, 250, shareable_properties()) == before);
    CHECK(open_descriptors() == before);

    const Allocation memory = create_allocation(granularity(), shareable_properties());
    std::vector<int> exported(16, -1);
    for (int& descriptor : exported) {
        REQUIRE(cuMemExportToShareableHandle(&descriptor, memory, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR,
                                             0) == CUDA_SUCCESS);
    }
    observe("ALC-25/descriptors of 16 exports", open_descriptors() - before);
    for (const int descriptor : exported) {
        CHECK(close(descriptor) == 0);
    }
    CHECK(open_descriptors() - before <= 1); // what the driver keeps for the one allocation, if anything
}

} // namespace cts
