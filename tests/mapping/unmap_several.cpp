// One call that unmaps several whole mappings. The text of cuMemUnmap allows it by its words ("the entire
// contiguous address range that was mapped to") without saying so; allocators rely on it
// (pytorch/pytorch#187955).
#include "tests/mapping/attempt.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

constexpr uint32_t value_of(size_t index) {
    return static_cast<uint32_t>(0x5e7e0000 + index);
}

/// Six granules: mappings of 1, 2, 1, 1 and 1.
class Row : public Granule {
  public:
    static constexpr size_t total = 6;

    Row() : range(reserve(total)) {
        size_t next = 0;
        for (const size_t count : {1, 2, 1, 1, 1}) {
            memories.push_back(allocate(count));
            mappings.push_back(map(at(next), memories.back(), count));
            next += count;
        }
        for (size_t index = 0; index < total; ++index) {
            fill(at(index), granularity(), value_of(index));
        }
    }

    CUdeviceptr at(size_t index) const { return range.address(granules(index)); }
    /// Granule `index` is mapped, accessible and has its value on both roads.
    bool intact(size_t index) const {
        return is_mapped(at(index)) && access_at(at(index)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE &&
               holds(at(index), granularity(), value_of(index)) &&
               kernel_sees(at(index), granularity(), value_of(index));
    }

    /// Unmaps all in one call.
    CUresult unmap_all() {
        for (Mapping& mapping : mappings) {
            mapping.release();
        }
        return cuMemUnmap(at(0), granules(total));
    }

  protected:
    Reservation range;
    std::vector<Allocation> memories;
    std::vector<Mapping> mappings;
};

/// Loads the last word of a granule that the parent chooses, before and after one call has unmapped all.
CHILD(load_after_unmap_of_several) {
    Row row;
    const auto index = static_cast<size_t>(parent.receive_number());
    const CUdeviceptr place = row.at(index + 1) - sizeof(uint32_t);
    const PinnedMemory target = allocate_pinned(sizeof(uint32_t));
    launch(copy_call(device_address(target.get()), place, sizeof(uint32_t)));
    synchronize();
    parent.report("before", *static_cast<const uint32_t*>(target.get()) == value_of(index) ? 1 : 0);
    parent.report("unmap", row.unmap_all());
    launch(copy_call(device_address(target.get()), place, sizeof(uint32_t)));
    parent.report("after", cudaDeviceSynchronize());
}

} // namespace

TEST_CASE_METHOD(Row, "MAP-16/middle: one call unmaps several whole mappings and no neighbour", "[mapping]") {
    REQUIRE(cuMemUnmap(at(1), granules(3)) ==
            CUDA_SUCCESS); // the mapping of two granules and the one behind it
    mappings[1].release();
    mappings[2].release();
    CHECK_FALSE(is_mapped(at(1)));
    CHECK_FALSE(is_mapped(at(2)));
    CHECK_FALSE(is_mapped(at(3)));
    CHECK(intact(0));
    CHECK(intact(4));
    CHECK(intact(5));

    mappings[1] = map(at(1), memories[2]); // the memory has survived, and comes back in another order
    mappings[2] = map(at(2), memories[1], 2);
    for (const auto& [index, value] : {std::pair{1, 3}, std::pair{2, 1}, std::pair{3, 2}}) {
        CAPTURE(index);
        CHECK(kernel_sees(at(index), granularity(), value_of(value)));
        CHECK(holds(at(index), granularity(), value_of(value)));
    }
}

TEST_CASE_METHOD(Row, "MAP-16/alias: one call unmaps several mappings and no other mapping of their memory",
                 "[mapping]") {
    const Reservation elsewhere = reserve(total);
    std::vector<Mapping> aliases;
    size_t next = 0;
    for (size_t i = 0; i < memories.size(); ++i) {
        aliases.push_back(map(elsewhere.address(granules(next)), memories[i], i == 1 ? 2 : 1));
        next += i == 1 ? 2 : 1;
    }
    REQUIRE(unmap_all() == CUDA_SUCCESS);
    for (size_t index = 0; index < total; ++index) {
        CAPTURE(index);
        const CUdeviceptr alias = elsewhere.address(granules(index));
        CHECK_FALSE(is_mapped(at(index)));
        CHECK(access_at(alias) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
        CHECK(holds(alias, granularity(), value_of(index)));
        CHECK(kernel_sees(alias, granularity(), value_of(index)));
    }
}

TEST_CASE_METHOD(Granule, "MAP-16/counted: memory that was mapped hundreds of times at once is given back",
                 "[mapping][accounting]") {
    constexpr size_t count = 16;
    constexpr size_t times = 300;
    const Reservation range = reserve(times * count);
    Allocation memory = allocate(count);
    for (size_t i = 0; i < times; ++i) {
        must(cuMemMap(range.address(granules(i * count)), granules(count), 0, memory, 0), "cuMemMap");
    }
    REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
    const size_t held = free_memory();
    REQUIRE(cuMemUnmap(range.address(), range.bytes() - granules(count)) == CUDA_SUCCESS);
    CHECK(free_memory() < held + granules(count)); // the last mapping keeps it
    REQUIRE(cuMemUnmap(range.end() - granules(count), granules(count)) == CUDA_SUCCESS);
    CHECK(free_memory() >= held + granules(count)); // and with it what page tables took, perhaps
}

TEST_CASE_METHOD(Row, "MAP-16/all: one call unmaps a reservation full of mappings", "[mapping]") {
    REQUIRE(unmap_all() == CUDA_SUCCESS);
    for (size_t index = 0; index < total; ++index) {
        CAPTURE(index);
        CHECK_FALSE(is_mapped(at(index)));
    }
    const Allocation memory = allocate(total);
    REQUIRE(cuMemMap(at(0), granules(total), 0, memory, 0) == CUDA_SUCCESS);
    const Mapping whole = Mapping::adopt(at(0), granules(total));
    CHECK(access_at(at(5)) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
}

TEST_CASE_METHOD(
    Row, "MAP-16/memory: one call that unmaps several released allocations gives all their memory back",
    "[mapping][accounting]") {
    for (Allocation& memory : memories) {
        REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
    }
    const size_t before = free_memory();
    REQUIRE(unmap_all() == CUDA_SUCCESS);
    CHECK(free_memory() == before + granules(total));

    // Three of them, whatever access each has.
    const CUmemAccessDesc states[] = {no_access(), read_only(), read_write()};
    for (size_t mix = 0; mix < 27; ++mix) {
        CAPTURE(mix);
        const size_t has[] = {mix % 3, mix / 3 % 3, mix / 9};
        for (size_t index = 0; index < 3; ++index) {
            const Allocation memory = allocate(); // the mapping keeps it
            Mapping mapped(at(index), granularity(), memory, states[has[index]]);
            mapped.release();
        }
        CHECK(free_memory() == before + granules(total - 3));
        REQUIRE(cuMemUnmap(at(0), granules(3)) == CUDA_SUCCESS);
        CHECK(free_memory() == before + granules(total));
    }
}

TEST_CASE_METHOD(Granule,
                 "MAP-16/fault: no page of several mappings can be reached after one call unmapped them all",
                 "[mapping][sacrifices]") {
    Child children[] = {Child(load_after_unmap_of_several), Child(load_after_unmap_of_several)};
    children[0].send_number(2); // the tail of a mapping
    children[1].send_number(static_cast<long long>(Row::total - 1));
    for (Child& child : children) {
        const ChildReport& report = child.wait();
        CHECK(report.finished);
        CHECK(report.number("before") == 1);
        CHECK(report.driver_result("unmap") == CUDA_SUCCESS);
        CHECK(report.result("after") == cudaErrorIllegalAddress);
    }
}

} // namespace cts
