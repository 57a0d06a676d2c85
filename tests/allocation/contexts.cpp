// Memory of cuMemCreate belongs to no context (Driver API, cuCtxDestroy: what it does not destroy).
#include "tests/prelude.hpp"

namespace cts {
namespace {

struct ContextPolicy {
    using Handle = CUcontext;
    static constexpr Handle empty = nullptr;
    static constexpr const char* call = "cuCtxDestroy";
    static CUresult destroy(Handle context) noexcept { return cuCtxDestroy(context); }
};
using OwnContext = Owned<ContextPolicy>;

/// Current on this thread until it is destroyed.
OwnContext create_context(CUdevice device) {
    CUcontext context = nullptr;
    must(cuCtxCreate(&context, 0, device), "cuCtxCreate");
    return OwnContext(context);
}

} // namespace

TEST_CASE_METHOD(Granule, "ALC-23: memory outlives the context that was current when it was created",
                 "[allocation][accounting]") {
    constexpr size_t count = 8;
    const Reservation range = reserve(2 * count);
    const CUdeviceptr first = range.address();
    const CUdeviceptr second = range.address(granules(count));
    OwnContext creator = create_context(device());
    Allocation memory = allocate(count);
    Mapping mapped = map(first, memory, count);
    REQUIRE(cuMemsetD32(first, 0x23, word_count(granules(count))) == CUDA_SUCCESS);
    CHECK(holds(first, granules(count), 0x23));
    REQUIRE(cuCtxDestroy(creator.release()) == CUDA_SUCCESS);

    CHECK(access_at(first) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(holds(first, granules(count), 0x23));
    CHECK(kernel_sees(first, granules(count), 0x23));
    Mapping alias = map(second, memory, count); // the handle lives, too
    fill(second, granules(count), 0x24);
    CHECK(kernel_sees(first, granules(count), 0x24));
    CHECK(holds(first, granules(count), 0x24));

    const size_t held = free_memory();
    REQUIRE(cuMemUnmap(mapped.release(), granules(count)) == CUDA_SUCCESS);
    REQUIRE(cuMemUnmap(alias.release(), granules(count)) == CUDA_SUCCESS);
    CHECK(free_memory() == held);
    REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
    CHECK(free_memory() == held + granules(count)); // it was there until now
}

TEST_CASE_METHOD(Mapped, "ALC-23/access: access is set for the device, whichever context is current",
                 "[allocation]") {
    fill(address(), bytes(), 0x23);
    OwnContext other = create_context(device());
    for (const CUmemAccessDesc& access : {no_access(), read_only(), read_write()}) {
        CAPTURE(access.flags);
        REQUIRE(cuMemSetAccess(address(), bytes(), &access, 1) == CUDA_SUCCESS);
        CHECK(access_at(address()) == static_cast<unsigned long long>(access.flags));
        uint32_t word = 0;
        const auto expected = [](bool permitted) {
            return permitted ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
        };
        CHECK(cuMemcpyDtoH(&word, address(), sizeof word) ==
              expected(access.flags != CU_MEM_ACCESS_FLAGS_PROT_NONE));
        CHECK(cuMemsetD32(address(), 0x25, 1) ==
              expected(access.flags == CU_MEM_ACCESS_FLAGS_PROT_READWRITE));
    }
    REQUIRE(cuMemsetD32(address(), 0x24, word_count(bytes())) == CUDA_SUCCESS);
    CHECK(holds(address(), bytes(), 0x24));
    REQUIRE(cuCtxDestroy(other.release()) == CUDA_SUCCESS);
    CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(kernel_sees(address(), bytes(), 0x24));
}

} // namespace cts
