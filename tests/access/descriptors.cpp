// Descriptors that cuMemSetAccess must not take. Each refusal leaves the access as it was.
#include "tests/prelude.hpp"

namespace cts {
namespace {

int device_count() {
    int count = 0;
    must(cuDeviceGetCount(&count), "cuDeviceGetCount");
    return count;
}

void check_unchanged(const Mapped& room) {
    CHECK(room.access_at(room.address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    const CUmemAccessDesc access = room.read_write();
    CHECK(cuMemSetAccess(room.address(), room.bytes(), &access, 1) == CUDA_SUCCESS);
}

} // namespace

TEST_CASE_METHOD(Mapped, "ACC-12/null: a missing descriptor is refused", "[access]") {
    CHECK(cuMemSetAccess(address(), bytes(), nullptr, 1) == CUDA_ERROR_INVALID_VALUE);
    check_unchanged(*this);
}

TEST_CASE_METHOD(Mapped, "ACC-12/flags: flags that are no access are refused", "[access]") {
    for (const unsigned flags : {2U, 4U, 5U, 7U, 0x100U, 0x40000000U}) { // 2, write only, is no access either
        CAPTURE(flags);
        CUmemAccessDesc access = read_write();
        access.flags = static_cast<CUmemAccess_flags>(flags);
        CHECK(cuMemSetAccess(address(), bytes(), &access, 1) == CUDA_ERROR_INVALID_VALUE);
        check_unchanged(*this);
    }
}

TEST_CASE_METHOD(Mapped, "ACC-12/device: a device that does not exist is refused", "[access]") {
    for (const int ordinal : {-1, device_count(), device_count() + 1, 9999}) {
        CAPTURE(ordinal);
        CUmemAccessDesc access = no_access();
        access.location.id = ordinal;
        const CUresult result = cuMemSetAccess(address(), bytes(), &access, 1);
        CHECK(result != CUDA_SUCCESS);
        observe("ACC-12/device", result);
        check_unchanged(*this);
    }
}

TEST_CASE_METHOD(Mapped, "ACC-12/location: a location that is none is refused", "[access]") {
    for (const int type : {0, 99}) {
        CAPTURE(type);
        CUmemAccessDesc access = no_access();
        access.location.type = static_cast<CUmemLocationType>(type);
        CHECK(cuMemSetAccess(address(), bytes(), &access, 1) == CUDA_ERROR_INVALID_VALUE);
        check_unchanged(*this);
    }
}

TEST_CASE_METHOD(
    Mapped, "ACC-12/second: one bad descriptor refuses the call, and the good one before it has no effect",
    "[access]") {
    CUmemAccessDesc bad = read_write();
    bad.flags = static_cast<CUmemAccess_flags>(2);
    const CUmemAccessDesc descriptors[] = {no_access(), no_access(), no_access(), bad};
    for (const size_t good : {1, 2, 3}) { // in front of the bad one
        CAPTURE(good);
        CHECK(cuMemSetAccess(address(), bytes(), descriptors + 3 - good, good + 1) ==
              CUDA_ERROR_INVALID_VALUE);
        check_unchanged(*this);
    }
    CHECK(cuMemSetAccess(address(), bytes(), descriptors, 1) == CUDA_SUCCESS);
    CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
}

TEST_CASE_METHOD(Mapped,
                 "ACC-12/range: a range of no bytes, off the granularity or at address zero is refused",
                 "[access]") {
    const CUmemAccessDesc none = no_access();
    CHECK(cuMemSetAccess(address(), 0, &none, 1) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemSetAccess(0, bytes(), &none, 1) == CUDA_ERROR_INVALID_VALUE);
    check_unchanged(*this);
    for (const size_t page : {size_t{4096}, size_t{65536}}) {
        CHECK(cuMemSetAccess(address(), bytes() - page, &none, 1) == CUDA_ERROR_INVALID_VALUE);
        CHECK(cuMemSetAccess(address() + page, bytes() - page, &none, 1) == CUDA_ERROR_INVALID_VALUE);
    }
    check_unchanged(*this);
}

TEST_CASE_METHOD(Mapped, "ACC-13: what a call with no descriptor at all answers", "[access]") {
    const CUmemAccessDesc none = no_access();
    observe("ACC-13/count 0", cuMemSetAccess(address(), bytes(), &none, 0));
    check_unchanged(*this); // whatever the answer, no descriptor was given
}

TEST_CASE_METHOD(Mapped, "ACC-23: what two descriptors for one device in one call give", "[access]") {
    const CUmemAccessDesc descriptors[] = {no_access(), read_only()};
    const CUresult result = cuMemSetAccess(address(), bytes(), descriptors, 2);
    observe("ACC-23/two descriptors", result);
    const unsigned long long flags = access_at(address());
    observe("ACC-23/in force", flags == CU_MEM_ACCESS_FLAGS_PROT_NONE   ? "the first"
                               : flags == CU_MEM_ACCESS_FLAGS_PROT_READ ? "the second"
                                                                        : "neither");
    uint32_t word = 0; // copies keep to what cuMemGetAccess says
    CHECK((cuMemcpyDtoH(&word, address(), sizeof word) == CUDA_SUCCESS) ==
          (flags != CU_MEM_ACCESS_FLAGS_PROT_NONE));
    CHECK((cuMemsetD32(address(), 0, 1) == CUDA_SUCCESS) == (flags == CU_MEM_ACCESS_FLAGS_PROT_READWRITE));
}

TEST_CASE_METHOD(Mapped,
                 "ACC-14: the host cannot be given access to memory of the device by its NUMA location",
                 "[access]") {
    fill(address(), bytes(), 0x14);
    CUmemAccessDesc access = read_write();
    access.location.type = CU_MEM_LOCATION_TYPE_HOST_NUMA;
    access.location.id = 0;
    const CUresult result = cuMemSetAccess(address(), bytes(), &access, 1);
    CHECK(result != CUDA_SUCCESS);
    observe("ACC-14/host NUMA", result);
    check_unchanged(*this);
    CHECK(holds(address(), bytes(), 0x14));
}

} // namespace cts
