#include "fixtures/harness/skip.hpp"
#include "fixtures/rungs/matrix_operands.hpp"
#include "tests/prelude.hpp"

#include <bit>
#include <thread>

namespace cts {

TEST_CASE_METHOD(Context, "REU-01: the device says whether it manages virtual memory", "[reuse]") {
    int supported = -1;
    REQUIRE(cuDeviceGetAttribute(&supported, CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED,
                                 device()) == CUDA_SUCCESS);
    CHECK((supported == 0 || supported == 1));
    need(CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED, "VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED");
}

TEST_CASE_METHOD(Context, "REU-01/threads: it says the same to every thread", "[reuse]") {
    const auto ask = [&] {
        int supported = -1;
        const CUresult result = cuDeviceGetAttribute(
            &supported, CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED, device());
        return result == CUDA_SUCCESS ? supported : -2;
    };
    const int here = ask();
    CHECK((here == 0 || here == 1));
    int there[] = {-1, -1};
    for (int& answer : there) {
        std::thread([&] { answer = ask(); }).join();
        CHECK(answer == here);
    }
}

TEST_CASE_METHOD(Granule, "REU-02: the granularity is read from the driver and is a power of two",
                 "[reuse]") {
    const CUmemAllocationProp wanted = properties();
    size_t minimum = 0;
    size_t recommended = 0;
    REQUIRE(cuMemGetAllocationGranularity(&minimum, &wanted, CU_MEM_ALLOC_GRANULARITY_MINIMUM) ==
            CUDA_SUCCESS);
    REQUIRE(cuMemGetAllocationGranularity(&recommended, &wanted, CU_MEM_ALLOC_GRANULARITY_RECOMMENDED) ==
            CUDA_SUCCESS);

    CHECK(std::has_single_bit(minimum));
    REQUIRE(minimum > 0);
    CHECK(recommended >= minimum);
    CHECK(recommended % minimum == 0);
}

TEST_CASE_METHOD(Granule, "REU-03: a size rounded up to the granularity is accepted", "[reuse]") {
    const size_t rounded = round_up(matrix_bytes, granularity());
    CHECK(rounded % granularity() == 0);

    const CUmemAllocationProp wanted = properties();
    CUmemGenericAllocationHandle handle = 0;
    REQUIRE(cuMemCreate(&handle, rounded, &wanted, 0) == CUDA_SUCCESS);
    const Allocation memory(handle);
    const Reservation range(rounded);
    REQUIRE(cuMemMap(range.address(), rounded, 0, memory, 0) == CUDA_SUCCESS);
    const Mapping mapping = Mapping::adopt(range.address(), rounded);
}

TEST_CASE_METHOD(Granule,
                 "REU-03/document: the document's 262144 bytes take 2097152 where 2 MiB is the granularity",
                 "[reuse]") {
    if (granularity() != size_t{2} << 20) {
        skip("the granularity is " + std::to_string(granularity()) + " bytes, and the document's is 2 MiB");
    }
    CHECK(matrix_bytes == 262144);
    CHECK(round_up(matrix_bytes, granularity()) == 2097152);
    const CUmemAllocationProp wanted = properties();
    CUmemGenericAllocationHandle handle = 0;
    CHECK(cuMemCreate(&handle, 262144, &wanted, 0) == CUDA_ERROR_INVALID_VALUE);
    REQUIRE(cuMemCreate(&handle, 2097152, &wanted, 0) == CUDA_SUCCESS);
    const Allocation memory(handle);
}

TEST_CASE_METHOD(Reserved, "REU-04/create: a size off the granularity is refused", "[reuse]") {
    const CUmemAllocationProp wanted = properties();
    CUmemGenericAllocationHandle handle = 0;
    CHECK(cuMemCreate(&handle, granularity() / 2, &wanted, 0) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemCreate(&handle, granularity() + 1, &wanted, 0) == CUDA_ERROR_INVALID_VALUE);

    REQUIRE(cuMemCreate(&handle, granularity(), &wanted, 0) == CUDA_SUCCESS);
    const Allocation memory(handle);
}

TEST_CASE_METHOD(Reserved, "REU-04/map: an address off the granularity is refused", "[reuse]") {
    const Allocation memory = allocate();
    CHECK(cuMemMap(at(0) + granularity() / 2, granularity(), 0, memory, 0) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemMap(at(0) + 1, granularity(), 0, memory, 0) == CUDA_ERROR_INVALID_VALUE);

    REQUIRE(cuMemMap(at(0), granularity(), 0, memory, 0) == CUDA_SUCCESS);
    const Mapping mapping = Mapping::adopt(at(0), granularity());
}

} // namespace cts
