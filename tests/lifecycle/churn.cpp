// Years of service in a second: nothing that a swap takes may stay (ROCm/hip#3781, NVIDIA/cuda-python#2882:
// memory kept per release, or per handle).
#include "fixtures/footprint.hpp"
#include "fixtures/owners/descriptor.hpp"
#include "fixtures/size.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

void swap_and_use(Mapped& rung, uint32_t rounds) {
    for (uint32_t round = 0; round < rounds; ++round) {
        const Allocation old = rung.swap_memory();
        launch(call_once(kernels::fill, words(rung.address()), size_t{1}, round));
        synchronize();
    }
}

} // namespace

TEST_CASE_METHOD(Mapped, "LIF-01: ten thousand swaps leave device memory, host memory and descriptors flat",
                 "[lifecycle][accounting][timeout:300]") {
    swap_and_use(*this, 200); // whatever is kept for good is there now
    const size_t free_before = free_memory();
    const Footprint before = footprint();

    const auto rounds = static_cast<uint32_t>(10000 * size_factor());
    swap_and_use(*this, rounds);

    const Footprint after = footprint();
    CHECK(free_memory() == free_before);
    CHECK(after.descriptors == before.descriptors);
    constexpr size_t tolerated = size_t{8} << 20; // far less than one host page a swap
    CHECK(after.resident_bytes <= before.resident_bytes + tolerated);
    CHECK(word_at(address()) == rounds - 1);
}

TEST_CASE_METHOD(Mapped,
                 "LIF-01/questions: thousands of questions, references and imports leave host memory flat",
                 "[lifecycle][accounting][timeout:300]") {
    need(CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
         "HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED");
    const Allocation shareable = create_allocation(granularity(), shareable_properties());
    const auto rounds = [&](size_t count) {
        for (size_t round = 0; round < count; ++round) {
            CUmemGenericAllocationHandle handle = 0;
            must(cuMemRetainAllocationHandle(&handle, pointer(address())), "cuMemRetainAllocationHandle");
            const Allocation reference(handle);
            size_t size = 0;
            must(cuPointerGetAttribute(&size, CU_POINTER_ATTRIBUTE_RANGE_SIZE, address()),
                 "cuPointerGetAttribute");
            must(cuMemGetAddressRange(nullptr, &size, address()), "cuMemGetAddressRange");
            CUmemAllocationProp found{};
            must(cuMemGetAllocationPropertiesFromHandle(&found, handle),
                 "cuMemGetAllocationPropertiesFromHandle");
            if (round % 10 == 0) {
                const Allocation imported = import_memory(export_memory(shareable));
            }
        }
    };
    rounds(200);
    const size_t free_before = free_memory();
    const Footprint before = footprint();
    rounds(4000 * size_factor());
    const Footprint after = footprint();
    CHECK(free_memory() == free_before);
    CHECK(after.descriptors == before.descriptors);
    constexpr size_t tolerated = size_t{2} << 20; // about 500 bytes a question
    CHECK(after.resident_bytes <= before.resident_bytes + tolerated);
}

TEST_CASE_METHOD(Mapped,
                 "LIF-09: a thousand graphs made, launched and destroyed leave memory and descriptors flat",
                 "[lifecycle][accounting][timeout:300]") {
    const auto rounds = [&](size_t count) {
        for (size_t round = 0; round < count; ++round) {
            const Graph graph = create_graph();
            add_memset(graph, memset_words(address(), bytes(), static_cast<uint32_t>(round)));
            const Exec exec = instantiate(graph);
            run(exec);
        }
    };
    rounds(200);
    const size_t free_before = free_memory();
    const Footprint before = footprint();

    rounds(1000 * size_factor());

    const Footprint after = footprint();
    CHECK(free_memory() == free_before);
    CHECK(after.descriptors == before.descriptors);
    constexpr size_t tolerated = size_t{8} << 20;
    CHECK(after.resident_bytes <= before.resident_bytes + tolerated);
    CHECK(holds(address(), bytes(), static_cast<uint32_t>(1000 * size_factor() - 1)));
}

} // namespace cts
