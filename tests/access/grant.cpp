// Granting access to whole mappings (Driver API, cuMemSetAccess, cuMemGetAccess).
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Reserved, "ACC-01: read and write access makes a mapping usable to its last byte",
                 "[access]") {
    const Allocation memory = allocate(2);
    const Mapping mapped(at(0), granules(2), memory);
    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_NONE);

    const CUmemAccessDesc access = read_write();
    REQUIRE(cuMemSetAccess(at(0), granules(2), &access, 1) == CUDA_SUCCESS);

    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(access_at(at(1)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    fill(at(0), granules(2), 0);
    CHECK_FALSE(holds_ramp(at(0), granules(2), 0xacc));
    ramp(at(0), granules(2), 0xacc); // by a kernel
    CHECK(holds_ramp(at(0), granules(2), 0xacc));
    CHECK(kernel_sees_ramp(at(0), granules(2), 0xacc));
    REQUIRE(cuMemsetD32(at(0), 0x5e7, word_count(granules(2))) == CUDA_SUCCESS); // by the driver
    synchronize();
    CHECK(kernel_sees(at(0), granules(2), 0x5e7));
}

TEST_CASE_METHOD(Reserved, "ACC-03/many: one call grants access to many mappings", "[access]") {
    const Reservation range = reserve(16);
    std::vector<Allocation> memories;
    std::vector<Mapping> mappings;
    size_t next = 0;
    for (const size_t count : {1, 3, 1, 2, 4, 1, 4}) {
        memories.push_back(allocate(count));
        mappings.emplace_back(range.address(granules(next)), granules(count), memories.back());
        next += count;
    }
    const CUmemAccessDesc access = read_write();
    REQUIRE(cuMemSetAccess(range.address(), range.bytes(), &access, 1) == CUDA_SUCCESS);
    for (size_t index = 0; index < next; ++index) {
        CAPTURE(index);
        CHECK(access_at(range.address(granules(index))) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    }
    ramp(range.address(), range.bytes(), 1);
    CHECK(holds_ramp(range.address(), range.bytes(), 1));
    CHECK(kernel_sees_ramp(range.address(), range.bytes(), 1));
}

TEST_CASE_METHOD(Reserved, "ACC-03/growth: a buffer grows by granting access to its new tail alone",
                 "[access]") {
    std::vector<Allocation> memories;
    std::vector<Mapping> mappings;
    const CUmemAccessDesc access = read_write();
    for (size_t index = 0; index < reserved_granules; ++index) {
        CAPTURE(index);
        memories.push_back(allocate());
        mappings.emplace_back(at(index), granularity(), memories.back());
        REQUIRE(cuMemSetAccess(at(index), granularity(), &access, 1) == CUDA_SUCCESS);
        fill(at(index), granularity(), static_cast<uint32_t>(0x96 + index));
        for (size_t older = 0; older <= index; ++older) { // what was there is as it was
            CAPTURE(older);
            CHECK(access_at(at(older)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
            CHECK(kernel_sees(at(older), granularity(), static_cast<uint32_t>(0x96 + older)));
            CHECK(holds(at(older), granularity(), static_cast<uint32_t>(0x96 + older)));
        }
    }
}

TEST_CASE_METHOD(Reserved,
                 "ACC-03/downwards: mapping and granting in front of a buffer changes nothing behind",
                 "[access]") {
    std::vector<Allocation> memories;
    std::vector<Mapping> mappings;
    for (size_t index = reserved_granules; index-- > 0;) {
        CAPTURE(index);
        memories.push_back(allocate());
        mappings.push_back(map(at(index), memories.back()));
        fill(at(index), granularity(), static_cast<uint32_t>(0x97 + index));
        for (size_t older = index; older < reserved_granules; ++older) {
            CAPTURE(older);
            CHECK(access_at(at(older)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
            CHECK(kernel_sees(at(older), granularity(), static_cast<uint32_t>(0x97 + older)));
        }
    }
}

TEST_CASE_METHOD(Reserved, "ACC-03/middle: a call that covers some mappings changes no neighbour",
                 "[access]") {
    const Allocation memory = allocate();
    std::vector<Mapping> mappings;
    for (size_t index = 0; index < reserved_granules; ++index) {
        mappings.emplace_back(at(index), granularity(), memory);
    }
    const CUmemAccessDesc access = read_write();
    REQUIRE(cuMemSetAccess(at(1), granules(2), &access, 1) == CUDA_SUCCESS);
    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    CHECK(access_at(at(1)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(access_at(at(2)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(access_at(at(3)) == CU_MEM_ACCESS_FLAGS_PROT_NONE);

    const CUmemAccessDesc none = no_access();
    REQUIRE(cuMemSetAccess(at(0), granules(2), &none, 1) == CUDA_SUCCESS);
    CHECK(access_at(at(1)) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    CHECK(access_at(at(2)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    fill(at(2), granularity(), 3);
    CHECK(kernel_sees(at(2), granularity(), 3));
    uint32_t word = 0;
    CHECK(cuMemcpyDtoH(&word, at(1), sizeof word) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemcpyDtoH(&word, at(3), sizeof word) == CUDA_ERROR_INVALID_VALUE);
}

TEST_CASE_METHOD(Mapped, "ACC-08: granting the same access again changes nothing", "[access]") {
    fill(address(), bytes(), 0x08);
    const CUmemAccessDesc access = read_write();
    for (int repeat = 0; repeat < 50; ++repeat) {
        REQUIRE(cuMemSetAccess(address(), bytes(), &access, 1) == CUDA_SUCCESS);
    }
    CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(holds(address(), bytes(), 0x08));
    CHECK(kernel_sees(address(), bytes(), 0x08));
    fill(address(), bytes(), 0x09);
    CHECK(kernel_sees(address(), bytes(), 0x09));

    const CUmemAccessDesc none = no_access();
    REQUIRE(cuMemSetAccess(address(), bytes(), &none, 1) == CUDA_SUCCESS); // grants are not counted
    CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
}

TEST_CASE_METHOD(Granule, "ACC-03/mixed: one call sets mappings of every access, whichever had it already",
                 "[access]") {
    constexpr size_t count = 6;
    const Reservation range = reserve(count);
    const Allocation memory = allocate();
    const CUmemAccessDesc mix[count] = {no_access(), read_write(), read_only(),
                                        no_access(), read_only(),  read_write()};
    for (size_t first = 0; first < 3; ++first) { // each access comes first, in the middle and last
        for (const CUmemAccessDesc& wanted : {read_write(), read_only(), no_access()}) {
            CAPTURE(first, wanted.flags);
            std::vector<Mapping> mappings;
            for (size_t index = 0; index < count; ++index) {
                mappings.emplace_back(range.address(granules(index)), granularity(), memory,
                                      mix[(first + index) % count]);
            }
            REQUIRE(cuMemSetAccess(range.address(), range.bytes(), &wanted, 1) == CUDA_SUCCESS);
            for (size_t index = 0; index < count; ++index) {
                CAPTURE(index);
                CHECK(access_at(range.address(granules(index))) ==
                      static_cast<unsigned long long>(wanted.flags));
            }
        }
    }
}

TEST_CASE_METHOD(
    Reserved,
    "ACC-03/three: one call sets three mappings, whatever access each had and the larger one's place",
    "[access]") {
    const CUmemAccessDesc states[] = {no_access(), read_only(), read_write()};
    const Allocation large = allocate(2);
    const Allocation small = allocate();
    for (const size_t place : {0, 1, 2}) { // of the mapping of two granules
        std::vector<Mapping> mappings;
        for (size_t index = 0; index < 3; ++index) {
            const bool here = index == place;
            mappings.emplace_back(at(index + (index > place ? 1 : 0)), granules(here ? 2 : 1),
                                  here ? large : small);
        }
        for (size_t mix = 0; mix < 27; ++mix) {
            for (const CUmemAccessDesc& wanted : states) {
                const size_t had[] = {mix % 3, mix / 3 % 3, mix / 9};
                for (size_t index = 0; index < 3; ++index) {
                    must(cuMemSetAccess(mappings[index].address(), mappings[index].bytes(),
                                        &states[had[index]], 1),
                         "cuMemSetAccess");
                }
                REQUIRE(cuMemSetAccess(at(0), granules(4), &wanted, 1) == CUDA_SUCCESS);
                for (size_t index = 0; index < 3; ++index) {
                    CAPTURE(place, mix, wanted.flags, index);
                    CHECK(access_at(mappings[index].address()) ==
                          static_cast<unsigned long long>(wanted.flags));
                }
            }
        }
    }
}

TEST_CASE_METHOD(Granule, "ACC-03/numbers: one call grants access to 511, 512 and 513 mappings, to the last",
                 "[access]") {
    const Allocation memory = allocate();
    constexpr size_t most = 513;
    const Reservation range = reserve(most);
    std::vector<Mapping> mappings;
    for (size_t i = 0; i < most; ++i) {
        mappings.emplace_back(range.address(granules(i)), granularity(), memory);
    }
    const auto mappings_with = [&](CUmemAccess_flags flags) {
        size_t found = 0;
        for (size_t i = 0; i < most; ++i) {
            found += access_at(range.address(granules(i))) == static_cast<unsigned long long>(flags);
        }
        return found;
    };
    CHECK(mappings_with(CU_MEM_ACCESS_FLAGS_PROT_NONE) == most);
    const CUmemAccessDesc none = no_access();
    const CUmemAccessDesc access = read_write();
    for (const size_t count : {most - 2, most - 1, most}) {
        CAPTURE(count);
        REQUIRE(cuMemSetAccess(range.address(), granules(count), &access, 1) == CUDA_SUCCESS);
        CHECK(mappings_with(CU_MEM_ACCESS_FLAGS_PROT_READWRITE) == count);
        if (count < most) {
            CHECK(access_at(range.address(granules(count))) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
        }
        REQUIRE(cuMemSetAccess(range.address(), range.bytes(), &none, 1) == CUDA_SUCCESS);
        CHECK(mappings_with(CU_MEM_ACCESS_FLAGS_PROT_NONE) == most);
    }
    REQUIRE(cuMemUnmap(range.address(), range.bytes()) == CUDA_SUCCESS);
    for (Mapping& mapping : mappings) {
        mapping.release();
    }
}

} // namespace cts
