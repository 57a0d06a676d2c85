// Access can be set only where memory is mapped throughout (Driver API, cuMemSetAccess: "a fully mapped
// address range").
#include "tests/prelude.hpp"

namespace cts {
namespace {

std::string word_for(unsigned long long flags) {
    switch (flags) {
    case CU_MEM_ACCESS_FLAGS_PROT_NONE:
        return "none";
    case CU_MEM_ACCESS_FLAGS_PROT_READ:
        return "read";
    default:
        return "read and write";
    }
}

} // namespace

TEST_CASE_METHOD(Reserved, "ACC-02/bare: access to a reservation without memory is refused", "[access]") {
    const CUmemAccessDesc access = read_write();
    CHECK(cuMemSetAccess(at(0), granularity(), &access, 1) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemSetAccess(at(0), granules(reserved_granules), &access, 1) == CUDA_ERROR_INVALID_VALUE);

    const Allocation memory = allocate();
    const Mapping mapped(at(0), granularity(), memory);
    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_NONE); // a refused grant is not kept for later
    CHECK(cuMemSetAccess(at(0), granularity(), &access, 1) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Reserved, "ACC-02/hole: access across a hole is refused", "[access]") {
    const Allocation memory = allocate();
    const Mapping front(at(0), granularity(), memory);
    const Mapping back(at(2), granularity(), memory);
    const CUmemAccessDesc access = read_write();
    CHECK(cuMemSetAccess(at(0), granules(3), &access, 1) == CUDA_ERROR_INVALID_VALUE);
    observe("ACC-02/before the hole", word_for(access_at(at(0))));
    observe("ACC-02/behind the hole", word_for(access_at(at(2))));

    const Mapping middle(at(1), granularity(), memory);
    CHECK(cuMemSetAccess(at(0), granules(3), &access, 1) == CUDA_SUCCESS);
    CHECK(access_at(at(2)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
}

TEST_CASE_METHOD(Mapped, "ACC-02/beyond: access beyond the end of a mapping is refused", "[access]") {
    fill(address(), bytes(), 0x02);
    const CUmemAccessDesc none = no_access();
    CHECK(cuMemSetAccess(at(0), granules(2), &none, 1) == CUDA_ERROR_INVALID_VALUE);
    observe("ACC-02/before the unmapped tail", word_for(access_at(at(0))));
    const CUmemAccessDesc access = read_write();
    CHECK(cuMemSetAccess(at(0), bytes(), &access, 1) == CUDA_SUCCESS);
    CHECK(holds(address(), bytes(), 0x02));
    CHECK(kernel_sees(address(), bytes(), 0x02));
}

TEST_CASE_METHOD(Mapped, "ACC-02/before: access that starts before a mapping is refused", "[access]") {
    const Allocation other = allocate();
    const Mapping second = map(at(2), other);
    const CUmemAccessDesc none = no_access();
    CHECK(cuMemSetAccess(at(1), granules(2), &none, 1) == CUDA_ERROR_INVALID_VALUE);
    observe("ACC-02/behind the unmapped head", word_for(access_at(at(2))));
    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE); // not in the range at all
    CHECK(cuMemSetAccess(at(2), granularity(), &none, 1) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Mapped, "ACC-02/unmapped: access to what was just unmapped is refused", "[access]") {
    const CUmemAccessDesc access = read_write();
    CHECK(cuMemSetAccess(address(), bytes(), &access, 1) == CUDA_SUCCESS);
    mapping().unmap();
    CHECK(cuMemSetAccess(address(), bytes(), &access, 1) == CUDA_ERROR_INVALID_VALUE);
}

TEST_CASE_METHOD(Granule, "ACC-02/past_reservation: access past the end of a reservation is refused",
                 "[access]") {
    const Reservation range = reserve(1);
    const Allocation memory = allocate();
    const Mapping mapped(range.address(), granularity(), memory);
    const CUmemAccessDesc access = read_write();
    CHECK(cuMemSetAccess(range.address(), granules(2), &access, 1) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemSetAccess(range.address(), granularity(), &access, 1) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Granule,
                 "ACC-02/other_memory: access to memory of cudaMalloc is refused and changes nothing",
                 "[access]") {
    const DeviceMemory other = allocate_device(granules(2));
    const CUdeviceptr base = device_address(other.get());
    fill(base, granules(2), 0xca);
    const CUmemAccessDesc none = no_access();
    CHECK(cuMemSetAccess(base, granules(2), &none, 1) == CUDA_ERROR_INVALID_VALUE);
    CHECK(holds(base, granules(2), 0xca));
    CHECK(kernel_sees(base, granules(2), 0xca));
    fill(base, granules(2), 0xcb);
    CHECK(holds(base, granules(2), 0xcb));
}

TEST_CASE_METHOD(Reserved, "ACC-04: what setting access to a part of one mapping does", "[access]") {
    const Allocation memory = allocate(4);
    const Mapping mapped = map(at(0), memory, 4);
    ramp(at(0), granules(4), 0x04);
    const CUmemAccessDesc none = no_access();
    struct Part {
        const char* name;
        size_t start, count;
    };
    for (const auto& [name, start, count] : {Part{"ACC-04/first granule", 0, 1}, Part{"ACC-04/middle", 1, 2},
                                             Part{"ACC-04/last granule", 3, 1}}) {
        CAPTURE(name);
        const CUresult result = cuMemSetAccess(at(start), granules(count), &none, 1);
        observe(name, result);
        const auto inside =
            result == CUDA_SUCCESS ? CU_MEM_ACCESS_FLAGS_PROT_NONE : CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
        for (size_t index = 0; index < 4; ++index) { // success changes that part; refusal changes nothing
            CAPTURE(index);
            const bool in_part = index >= start && index < start + count;
            CHECK(access_at(at(index)) == (in_part ? inside : CU_MEM_ACCESS_FLAGS_PROT_READWRITE));
        }
        const CUmemAccessDesc access = read_write();
        REQUIRE(cuMemSetAccess(at(0), granules(4), &access, 1) == CUDA_SUCCESS);
        CHECK(holds_ramp(at(0), granules(4), 0x04));
        CHECK(kernel_sees_ramp(at(0), granules(4), 0x04));
    }
}

} // namespace cts
