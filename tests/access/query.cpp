// What cuMemGetAccess answers (Driver API, cuMemGetAccess).
#include "tests/mapping/far.hpp"
#include "tests/prelude.hpp"

#include <thread>

namespace cts {

TEST_CASE_METHOD(Reserved, "ACC-15: any address inside a mapping answers with the mapping's access",
                 "[access]") {
    const Allocation memory = allocate(2);
    const Mapping first = map(at(0), memory, 2);
    const Mapping second(at(2), granules(2), memory, read_only());
    for (const size_t offset :
         {size_t{0}, size_t{1}, size_t{4096}, granularity() - 1, granularity(), granules(2) - 1}) {
        CAPTURE(offset);
        CHECK(access_at(at(0) + offset) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
        CHECK(access_at(at(2) + offset) == CU_MEM_ACCESS_FLAGS_PROT_READ);
    }
}

TEST_CASE_METHOD(Mapped, "ACC-15/host: what a location that was never set answers", "[access]") {
    CUmemLocation host{};
    host.type = CU_MEM_LOCATION_TYPE_HOST_NUMA;
    host.id = 0;
    unsigned long long flags = CU_MEM_ACCESS_FLAGS_PROT_NONE; // stays so when the call is refused
    const CUresult result = cuMemGetAccess(&flags, &host, address());
    observe("ACC-15/host NUMA location", result);
    CHECK(flags == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
}

TEST_CASE_METHOD(Mapped, "ACC-16/null: a missing result or location is refused", "[access]") {
    const CUmemLocation here = properties().location;
    unsigned long long flags = 0x16;
    CHECK(cuMemGetAccess(nullptr, &here, address()) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemGetAccess(&flags, nullptr, address()) == CUDA_ERROR_INVALID_VALUE);
    CHECK(flags == 0x16);
    CHECK(cuMemGetAccess(&flags, &here, address()) == CUDA_SUCCESS);
    CHECK(flags == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
}

TEST_CASE_METHOD(Mapped, "ACC-16/address: an address where nothing is mapped is refused", "[access]") {
    const CUmemLocation here = properties().location;
    unsigned long long flags = 0;
    int on_stack = 0;
    CHECK(cuMemGetAccess(&flags, &here, at(1)) == CUDA_ERROR_INVALID_VALUE); // reserved, behind the mapping
    CHECK(cuMemGetAccess(&flags, &here, address() + bytes()) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemGetAccess(&flags, &here, 0) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemGetAccess(&flags, &here, device_address(&on_stack)) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemGetAccess(&flags, &here, address()) == CUDA_SUCCESS);
    mapping().unmap();
    CHECK(cuMemGetAccess(&flags, &here, address()) == CUDA_ERROR_INVALID_VALUE);
}

TEST_CASE_METHOD(Mapped,
                 "ACC-16/location: a device that does not exist and a location that is none are refused",
                 "[access]") {
    unsigned long long flags = 0;
    CUmemLocation location = properties().location;
    for (const int ordinal : {-1, 9999}) {
        CAPTURE(ordinal);
        location.id = ordinal;
        const CUresult result = cuMemGetAccess(&flags, &location, address());
        CHECK(result != CUDA_SUCCESS);
        observe("ACC-16/device", result);
    }
    location = properties().location;
    location.type = CU_MEM_LOCATION_TYPE_INVALID;
    const CUresult result = cuMemGetAccess(&flags, &location, address());
    CHECK(result != CUDA_SUCCESS);
    observe("ACC-16/location", result);
    CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
}

TEST_CASE_METHOD(Mapped, "ACC-15/threads: a thread is told what another thread has set since", "[access]") {
    const auto attribute_at = [](CUdeviceptr asked) {
        unsigned flags = ~0U; // "an integer", of which drivers write 32 bits
        must(cuPointerGetAttribute(&flags, CU_POINTER_ATTRIBUTE_ACCESS_FLAGS, asked),
             "cuPointerGetAttribute");
        return flags;
    };
    const CUmemAccessDesc own = read_write();
    REQUIRE(cuMemSetAccess(address(), bytes(), &own, 1) == CUDA_SUCCESS);
    CHECK(attribute_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    for (const CUmemAccessDesc& other : {read_only(), no_access(), read_write()}) {
        CAPTURE(other.flags);
        CUresult result = CUDA_ERROR_UNKNOWN;
        std::thread([&] {
            const Context current;
            result = cuMemSetAccess(address(), bytes(), &other, 1);
        }).join();
        CHECK(result == CUDA_SUCCESS);
        CHECK(access_at(address()) == static_cast<unsigned long long>(other.flags));
        CHECK(attribute_at(address()) == static_cast<unsigned>(other.flags));
        uint32_t word = 0; // and copies keep to it
        const auto expected = [](bool permitted) {
            return permitted ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
        };
        CHECK(cuMemcpyDtoH(&word, address(), sizeof word) ==
              expected(other.flags != CU_MEM_ACCESS_FLAGS_PROT_NONE));
        CHECK(cuMemsetD32(address(), 0, 1) == expected(other.flags == CU_MEM_ACCESS_FLAGS_PROT_READWRITE));
        synchronize();
        REQUIRE(cuMemSetAccess(address(), bytes(), &own, 1) == CUDA_SUCCESS);
        CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
        CHECK(attribute_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    }
}

TEST_CASE_METHOD(Far, "ACC-15/far: 4 GiB behind the start of a reservation the mapping there answers",
                 "[access]") {
    const CUmemAccessDesc access = read_only();
    REQUIRE(cuMemSetAccess(far(), granules(2), &access, 1) == CUDA_SUCCESS);
    CHECK(access_at(far()) == CU_MEM_ACCESS_FLAGS_PROT_READ);
    CHECK(access_at(near()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
}

TEST_CASE_METHOD(Reserved, "ACC-15/often: hundreds of questions in turn get the answer of their own address",
                 "[access]") {
    const Allocation memory = allocate();
    const Mapping closed(at(0), granularity(), memory);
    const Mapping readable(at(1), granularity(), memory, read_only());
    const Mapping writable = map(at(2), memory);
    const unsigned long long expected[] = {CU_MEM_ACCESS_FLAGS_PROT_NONE, CU_MEM_ACCESS_FLAGS_PROT_READ,
                                           CU_MEM_ACCESS_FLAGS_PROT_READWRITE};
    size_t wrong = 0;
    for (size_t i = 0; i < 300; ++i) {
        wrong += access_at(at(i % 3)) != expected[i % 3];
    }
    CHECK(wrong == 0);
}

} // namespace cts
