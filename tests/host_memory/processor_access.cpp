// The processor and the device each use memory of the host under a grant of their own.
#include "tests/host_memory/host_memory.hpp"
#include "tests/prelude.hpp"

#include <numeric>

namespace cts {
namespace {

void check_shared(const HostMemory& room) {
    const size_t bytes = 2 * room.chunk();
    uint32_t* const seen = words(room.at(0)); // the same address for both
    const Allocation memory = room.allocate_host(2);
    const Mapping mapped = room.map_for(room.at(0), memory, {room.read_write(), room.processor()}, 2);
    std::iota(seen, seen + word_count(bytes), 50U);
    CHECK(kernel_sees_ramp(room.at(0), bytes, 50));
    ramp(room.at(0), bytes, 60000);
    CHECK(host_holds_ramp(seen, bytes, 60000));
    CHECK_FALSE(host_holds_ramp(seen, bytes, 50));
    for (int round = 0; round < 5; ++round) { // neither may go on seeing what it has read before
        std::fill_n(seen, word_count(bytes), 700U + static_cast<unsigned>(round));
        launch(multiply_add_call(room.at(0), bytes, 2, 1));
        synchronize();
        CHECK(host_holds(seen, bytes, 2 * (700U + static_cast<unsigned>(round)) + 1));
    }
}

void check_separate(const HostMemory& room) {
    const Allocation memory = room.allocate_host();
    const Mapping mapped(room.at(0), room.chunk(), memory);
    CHECK(room.access_at(room.at(0)) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    CHECK(room.processor_access_at(room.at(0)) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    const CUmemAccessDesc device = room.read_write();
    REQUIRE(cuMemSetAccess(room.at(0), room.chunk(), &device, 1) == CUDA_SUCCESS);
    CHECK(room.access_at(room.at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(room.processor_access_at(room.at(0)) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    const CUmemAccessDesc reading = room.processor(CU_MEM_ACCESS_FLAGS_PROT_READ);
    REQUIRE(cuMemSetAccess(room.at(0), room.chunk(), &reading, 1) == CUDA_SUCCESS);
    CHECK(room.access_at(room.at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(room.processor_access_at(room.at(0) + room.chunk() - 1) == CU_MEM_ACCESS_FLAGS_PROT_READ);
    ramp(room.at(0), room.chunk(), 9);
    CHECK(host_holds_ramp(words(room.at(0)), room.chunk(), 9));
    const CUmemAccessDesc none = room.no_access();
    REQUIRE(cuMemSetAccess(room.at(0), room.chunk(), &none, 1) == CUDA_SUCCESS);
    CHECK(room.access_at(room.at(0)) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    CHECK(room.processor_access_at(room.at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READ);
    CHECK(host_holds_ramp(words(room.at(0)), room.chunk(), 9));
}

} // namespace

TEST_CASE_METHOD(OnNode, "HST-05/node: processor and device see each other's writes to memory of a node",
                 "[host_memory]") {
    check_shared(*this);
}

TEST_CASE_METHOD(OnHost, "HST-05/host: processor and device see each other's writes to memory of the host",
                 "[host_memory]") {
    check_shared(*this);
}

TEST_CASE_METHOD(OnNode, "HST-05/separate_node: grants for device and processor are apart, on a node",
                 "[host_memory]") {
    check_separate(*this);
}

TEST_CASE_METHOD(OnHost, "HST-05/separate_host: grants for device and processor are apart, on the host",
                 "[host_memory]") {
    check_separate(*this);
}

TEST_CASE_METHOD(OnNode, "HST-05/id: the node in the descriptor of a processor's grant is ignored",
                 "[host_memory]") {
    const Allocation memory = allocate_host();
    uint32_t value = 0x55;
    for (const int id : {0, 1, -1, 4711}) {
        CAPTURE(id);
        const Mapping mapped = map_for(at(0), memory, {read_write()});
        CUmemAccessDesc access = processor();
        access.location.id = id;
        REQUIRE(cuMemSetAccess(at(0), chunk(), &access, 1) == CUDA_SUCCESS);
        CHECK(processor_access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
        std::fill_n(words(at(0)), word_count(chunk()), ++value);
        CHECK(kernel_sees(at(0), chunk(), value));
    }
}

TEST_CASE_METHOD(OnNode, "HST-05/one_call: one call grants to processor and device, each what it is given",
                 "[host_memory]") {
    const Allocation memory = allocate_host();
    const Mapping mapped(at(0), chunk(), memory);
    const CUmemAccessDesc both[] = {read_only(), processor()};
    REQUIRE(cuMemSetAccess(at(0), chunk(), both, 2) == CUDA_SUCCESS);
    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READ);
    CHECK(processor_access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    std::iota(words(at(0)), words(at(0)) + word_count(chunk()), 15U);
    CHECK(kernel_sees_ramp(at(0), chunk(), 15));

    const CUmemAccessDesc turned[] = {processor(CU_MEM_ACCESS_FLAGS_PROT_READ), read_write()};
    REQUIRE(cuMemSetAccess(at(0), chunk(), turned, 2) == CUDA_SUCCESS); // in whatever order
    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(processor_access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READ);
}

TEST_CASE_METHOD(OnNode,
                 "HST-05/steps: whatever one of the two has and gets, the other's grant stays as it is",
                 "[host_memory]") {
    Allocation memory = allocate_host();
    const Mapping mapped(at(0), chunk(), memory);
    const CUmemAccess_flags steps[] = {CU_MEM_ACCESS_FLAGS_PROT_READ,     CU_MEM_ACCESS_FLAGS_PROT_READWRITE,
                                       CU_MEM_ACCESS_FLAGS_PROT_NONE,     CU_MEM_ACCESS_FLAGS_PROT_READWRITE,
                                       CU_MEM_ACCESS_FLAGS_PROT_READ,     CU_MEM_ACCESS_FLAGS_PROT_NONE,
                                       CU_MEM_ACCESS_FLAGS_PROT_READWRITE};
    uint32_t value = 0x550;
    const auto set = [&](const CUmemAccessDesc& access) {
        REQUIRE(cuMemSetAccess(at(0), chunk(), &access, 1) == CUDA_SUCCESS);
    };
    const auto check_has = [&](CUmemAccess_flags of_device, CUmemAccess_flags of_processor) {
        CAPTURE(of_device, of_processor);
        CHECK(access_at(at(0)) == static_cast<unsigned long long>(of_device));
        REQUIRE(processor_access_at(at(0)) == static_cast<unsigned long long>(of_processor));
    };
    for (const CUmemAccess_flags of_device : steps) {
        CUmemAccessDesc access = read_write();
        access.flags = of_device;
        set(processor());
        std::fill_n(words(at(0)), word_count(chunk()), ++value);
        set(access);
        check_has(of_device, CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
        for (const CUmemAccess_flags of_processor : steps) {
            set(processor(of_processor));
            check_has(of_device, of_processor);
            if (of_processor == CU_MEM_ACCESS_FLAGS_PROT_READWRITE) {
                std::fill_n(words(at(0)), word_count(chunk()), ++value);
            }
            if (of_device != CU_MEM_ACCESS_FLAGS_PROT_NONE) {
                CHECK(kernel_sees(at(0), chunk(), value));
            }
        }
        CHECK(host_holds(words(at(0)), chunk(), value));
        if (of_device == CU_MEM_ACCESS_FLAGS_PROT_NONE &&
            memory.get() != 0) { // nobody's grant hangs on the handle
            REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
            check_has(of_device, CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
        }
        if (of_device == CU_MEM_ACCESS_FLAGS_PROT_READWRITE) {
            fill(at(0), chunk(), ++value);
            CHECK(host_holds(words(at(0)), chunk(), value));
        }
    }
}

TEST_CASE_METHOD(OnNode,
                 "HST-05/several: one call grants the processor several mappings, and takes them again",
                 "[host_memory]") {
    const Allocation memories[] = {allocate_host(), allocate_host(), allocate_host()};
    const Mapping mappings[] = {map_for(at(0), memories[0], {read_write()}),
                                map_for(at(1), memories[1], {read_write()}),
                                map_for(at(2), memories[2], {read_write()})};
    for (const auto flags : {CU_MEM_ACCESS_FLAGS_PROT_READWRITE, CU_MEM_ACCESS_FLAGS_PROT_READ,
                             CU_MEM_ACCESS_FLAGS_PROT_NONE, CU_MEM_ACCESS_FLAGS_PROT_READWRITE}) {
        CAPTURE(flags);
        const CUmemAccessDesc access = processor(flags);
        REQUIRE(cuMemSetAccess(at(0), 3 * chunk(), &access, 1) == CUDA_SUCCESS);
        for (size_t index = 0; index < 3; ++index) {
            CAPTURE(index);
            REQUIRE(processor_access_at(at(index)) == static_cast<unsigned long long>(flags));
            CHECK(access_at(at(index)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
        }
    }
    std::iota(words(at(0)), words(at(0)) + word_count(3 * chunk()), 33U);
    CHECK(kernel_sees_ramp(at(0), 3 * chunk(), 33));
}

TEST_CASE_METHOD(OnNode, "HST-11: an alias of host memory shows it to processor and device, too",
                 "[host_memory]") {
    const Allocation memory = allocate_host();
    const Mapping first = map_for(at(0), memory, {read_write(), processor()});
    const Mapping second = map_for(at(2), memory, {read_write(), processor()});
    ramp(at(0), chunk(), 1);
    CHECK(host_holds_ramp(words(at(2)), chunk(), 1));
    std::iota(words(at(2)), words(at(2)) + word_count(chunk()), 8000U);
    CHECK(kernel_sees_ramp(at(0), chunk(), 8000));
    CHECK(host_holds_ramp(words(at(0)), chunk(), 8000));
    CHECK(kernel_sees_ramp(at(2), chunk(), 8000));
}

TEST_CASE_METHOD(OnNode, "HST-05/remap: memory mapped where the processor had access is closed to it again",
                 "[host_memory]") {
    const Allocation first = allocate_host();
    const Allocation second = allocate_host();
    for (const Allocation* memory : {&first, &second, &first}) {
        const Mapping mapped(at(0), chunk(), *memory);
        CHECK(processor_access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
        const CUmemAccessDesc access = processor();
        REQUIRE(cuMemSetAccess(at(0), chunk(), &access, 1) == CUDA_SUCCESS);
        CHECK(processor_access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    }
}

} // namespace cts
