#include "tests/allocation/attempt.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Granule, "ALC-19: a handle type that cannot be had is refused at creation",
                 "[allocation][accounting]") {
    const size_t before = free_memory();
    CUmemAllocationProp wanted = properties();
    // Win32 (2), Win32 KMT (4), a descriptor with Win32 (3), and bits that no handle type has.
    for (const unsigned types : {2U, 4U, 3U, 0x40U, 0x100U}) {
        CAPTURE(types);
        wanted.requestedHandleTypes = static_cast<CUmemAllocationHandleType>(types);
        const Attempt attempt = try_create(granularity(), wanted);
        CHECK((attempt.result == CUDA_ERROR_INVALID_VALUE || attempt.result == CUDA_ERROR_NOT_SUPPORTED ||
               attempt.result == CUDA_ERROR_NOT_PERMITTED));
        observe("ALC-19/types " + std::to_string(types), attempt.result);
        CHECK(free_memory() == before);
    }
    CHECK(try_create(granularity(), properties()).result == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Granule, "ALC-18: what metadata of a Win32 handle is without such a handle",
                 "[allocation]") {
    long long attributes[32] = {}; // large enough for any reading of it
    CUmemAllocationProp wanted = properties();
    wanted.win32HandleMetaData = attributes;
    observe("ALC-18/create", try_create(granularity(), wanted).result);
    CHECK(try_create(granularity(), properties()).result == CUDA_SUCCESS);
}

} // namespace cts
