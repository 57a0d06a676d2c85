#include "tests/allocation/attempt.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Granule, "ALC-08: a device that does not exist is refused", "[allocation][accounting]") {
    int count = 0;
    REQUIRE(cuDeviceGetCount(&count) == CUDA_SUCCESS);
    const size_t before = free_memory();
    CUmemAllocationProp wanted = properties();
    const std::pair<const char*, int> ordinals[] = {{"-1", -1}, {"count", count}, {"9999", 9999}};
    for (const auto& [name, ordinal] : ordinals) {
        CAPTURE(name);
        wanted.location.id = ordinal;
        const Attempt attempt = try_create(granularity(), wanted);
        CHECK((attempt.result == CUDA_ERROR_INVALID_DEVICE || attempt.result == CUDA_ERROR_INVALID_VALUE));
        observe(std::string("ALC-08/device ") + name, attempt.result);
        CHECK(free_memory() == before);
    }
    CHECK(try_create(granularity(), properties()).result == CUDA_SUCCESS);
}

} // namespace cts
