// One allocation mapped at several addresses (Programming Guide, Virtual Aliasing Support): a write through
// one is visible through the other once the writing operation has completed, whatever wrote and whatever
// reads.
#include "tests/prelude.hpp"

#include <functional>

namespace cts {
namespace {

struct Writer {
    const char* name;
    std::function<void(CUdeviceptr target, size_t bytes, uint32_t value)> write;
};

std::vector<Writer> writers() {
    return {
        {"kernel", [](CUdeviceptr target, size_t bytes, uint32_t value) { fill(target, bytes, value); }},
        {"copy from the host",
         [](CUdeviceptr target, size_t bytes, uint32_t value) {
             upload(target, std::vector<uint32_t>(word_count(bytes), value));
         }},
        {"memset",
         [](CUdeviceptr target, size_t bytes, uint32_t value) {
             must(cuMemsetD32(target, value, word_count(bytes)), "cuMemsetD32");
             synchronize();
         }},
    };
}

/// Every writer, through either alias in turn; both aliases are read on both roads.
void check_aliases(CUdeviceptr first, CUdeviceptr second, size_t bytes) {
    uint32_t value = 0xa11a5000;
    for (const Writer& writer : writers()) {
        for (const auto& [written, other] : {std::pair{first, second}, std::pair{second, first}}) {
            CAPTURE(writer.name, written == first);
            ++value;
            CHECK_FALSE(kernel_sees(other, bytes, value)); // warms the caches with the old contents, too
            CHECK_FALSE(holds(other, bytes, value));
            writer.write(written, bytes, value);
            CHECK(kernel_sees(other, bytes, value));
            CHECK(holds(other, bytes, value));
            CHECK(kernel_sees(written, bytes, value));
        }
    }
}

} // namespace

TEST_CASE_METHOD(Mapped, "MAP-10/one_reservation: one memory at two addresses of a reservation is one memory",
                 "[mapping]") {
    REQUIRE(cuMemMap(at(2), bytes(), 0, memory(), 0) == CUDA_SUCCESS);
    const Mapping alias = Mapping::adopt(at(2), bytes());
    CHECK(access_at(at(2)) == CU_MEM_ACCESS_FLAGS_PROT_NONE); // the alias has an access of its own
    const CUmemAccessDesc access = read_write();
    REQUIRE(cuMemSetAccess(at(2), bytes(), &access, 1) == CUDA_SUCCESS);
    fill(address(), bytes(), 1);
    check_aliases(address(), at(2), bytes());
}

TEST_CASE_METHOD(Mapped, "MAP-10/two_reservations: one memory in two reservations is one memory",
                 "[mapping]") {
    const Reservation elsewhere = reserve(2);
    const CUdeviceptr second = elsewhere.address(granularity());
    REQUIRE(cuMemMap(second, bytes(), 0, memory(), 0) == CUDA_SUCCESS);
    const Mapping alias = Mapping::adopt(second, bytes());
    const CUmemAccessDesc access = read_write();
    REQUIRE(cuMemSetAccess(second, bytes(), &access, 1) == CUDA_SUCCESS);
    fill(address(), bytes(), 1);
    check_aliases(address(), second, bytes());
}

TEST_CASE_METHOD(Reserved, "MAP-10/adjacent: an alias right behind its twin shows the same granules in order",
                 "[mapping]") {
    const Allocation memory = allocate(2);
    const Mapping front = map(at(0), memory, 2);
    const Mapping back = map(at(2), memory, 2);
    ramp(at(0), granules(2), 100);
    CHECK(holds_ramp(at(2), granules(2), 100));
    CHECK(kernel_sees_ramp(at(2), granules(2), 100));
    fill(at(3), granularity(), 9);
    CHECK(holds_ramp(at(0), granularity(), 100));
    CHECK(holds(at(1), granularity(), 9));
    CHECK(kernel_sees(at(1), granularity(), 9));
    REQUIRE(cuMemcpyDtoD(at(3), at(0), granularity()) == CUDA_SUCCESS); // from one alias to the other
    synchronize();
    CHECK(kernel_sees_ramp(at(1), granularity(), 100));
}

TEST_CASE_METHOD(Mapped,
                 "MAP-10/unmap: unmapping one alias leaves the other with its contents and its access",
                 "[mapping]") {
    Mapping alias = map(at(1), memory());
    fill(address(), bytes(), 0x600d);
    REQUIRE(cuMemUnmap(alias.release(), bytes()) == CUDA_SUCCESS);

    CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(holds(address(), bytes(), 0x600d));
    CHECK(kernel_sees(address(), bytes(), 0x600d));
    fill(address(), bytes(), 0x600e);
    CHECK(kernel_sees(address(), bytes(), 0x600e));

    alias = map(at(1), memory());
    mapping().unmap(); // now the one that was mapped first goes
    CHECK(holds(at(1), bytes(), 0x600e));
    CHECK(kernel_sees(at(1), bytes(), 0x600e));
    fill(at(1), bytes(), 0x600f);
    CHECK(holds(at(1), bytes(), 0x600f));
}

TEST_CASE_METHOD(Mapped, "MAP-10/unmap_elsewhere: so it does when the other lies in another reservation",
                 "[mapping]") {
    const Reservation elsewhere = reserve(3);
    const CUdeviceptr far = elsewhere.address(granularity());
    const Mapping kept = map(far, memory());
    ramp(address(), bytes(), 0x10);
    mapping().unmap();
    CHECK(access_at(far) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(holds_ramp(far, bytes(), 0x10));
    CHECK(kernel_sees_ramp(far, bytes(), 0x10));
    mapping() = map(address(), memory());
    fill(far, bytes(), 0x11);
    CHECK(kernel_sees(address(), bytes(), 0x11));
}

TEST_CASE_METHOD(Reserved, "MAP-10/many: sixteen aliases of one memory all show every write", "[mapping]") {
    constexpr size_t aliases = 16;
    const Reservation range = reserve(aliases);
    const Allocation memory = allocate();
    std::vector<Mapping> mappings;
    for (size_t i = 0; i < aliases; ++i) {
        mappings.push_back(map(range.address(granules(i)), memory));
    }
    for (size_t writer = 0; writer < aliases; writer += 5) {
        const auto value = static_cast<uint32_t>(0x5eed + writer);
        fill(range.address(granules(writer)), granularity(), value);
        CHECK(kernel_sees(range.address(), granules(aliases), value));
    }
    CHECK_FALSE(kernel_sees(range.address(), granules(aliases), 0x5eed));
    while (mappings.size() > 1) { // they go one by one from the middle, and the rest stays as it was
        mappings.erase(mappings.begin() + static_cast<ptrdiff_t>(mappings.size() / 2));
        CAPTURE(mappings.size());
        for (const Mapping& left : mappings) {
            CHECK(access_at(left.address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
        }
    }
    CHECK(kernel_sees(mappings.front().address(), granularity(), 0x5eed + 15));
}

TEST_CASE_METHOD(
    Mapped, "MAP-11: with the alias fence a kernel reads through one alias what it wrote through another",
    "[mapping]") {
    const Mapping alias = map(at(1), memory());
    fill(address(), bytes(), 0);
    const PinnedMemory seen = allocate_pinned(sizeof(uint32_t));
    auto* word = static_cast<uint32_t*>(seen.get());
    const size_t last = bytes() - sizeof(uint32_t);
    uint32_t value = 40;
    for (const size_t offset : {size_t{0}, bytes() / 2, last}) {
        for (const auto& [written, read] : {std::pair{address(), at(1)}, std::pair{at(1), address()}}) {
            CAPTURE(offset, value);
            ++value;
            *word = 0;
            launch(call_once(kernels::write_then_read_alias, words(written + offset), words(read + offset),
                             value, word));
            synchronize();
            CHECK(*word == value);
        }
    }
}

TEST_CASE_METHOD(Mapped, "MAP-10/unmap_read_only: unmapping an alias for reading leaves the others writable",
                 "[mapping]") {
    const Mapping other = map(at(1), memory());
    Mapping reads(at(2), bytes(), memory(), read_only());
    fill(address(), bytes(), 0x610);
    CHECK(kernel_sees(at(2), bytes(), 0x610));
    REQUIRE(cuMemUnmap(reads.release(), bytes()) == CUDA_SUCCESS);
    CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(access_at(at(1)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(kernel_sees(at(1), bytes(), 0x610));
}

} // namespace cts
