#include "tests/allocation/attempt.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Granule, "ALC-19: a handle type that the device lacks is refused at creation",
                 "[allocation][accounting]") {
    REQUIRE(attribute(CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_WIN32_HANDLE_SUPPORTED) == 0); // this is Linux
    const size_t before = free_memory();
    CUmemAllocationProp wanted = properties();
    for (const unsigned types : {2U, 4U, 3U}) { // Win32, Win32 KMT, a descriptor together with Win32
        CAPTURE(types);
        wanted.requestedHandleTypes = static_cast<CUmemAllocationHandleType>(types);
        const Attempt attempt = try_create(granularity(), wanted);
        CHECK(attempt.result != CUDA_SUCCESS);
        observe("ALC-19/types " + std::to_string(types), attempt.result);
        CHECK(free_memory() == before);
    }
    CHECK(try_create(granularity(), properties()).result == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Granule, "ALC-19/unknown: what bits that no handle type has are answered at creation",
                 "[allocation]") {
    CUmemAllocationProp wanted = properties();
    for (const unsigned types : {0x40U, 0x100U}) {
        wanted.requestedHandleTypes = static_cast<CUmemAllocationHandleType>(types);
        observe("ALC-19/types " + std::to_string(types), try_create(granularity(), wanted).result);
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
