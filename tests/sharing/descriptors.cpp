// What a descriptor of memory is worth: its number, its copies, its relation to others of the same memory.
#include "tests/prelude.hpp"
#include "tests/sharing/shareable.hpp"

#include <fcntl.h>
#include <vector>

namespace cts {

TEST_CASE_METHOD(Shareable, "IPC-07: each export is a descriptor of its own, closed apart from the others",
                 "[sharing]") {
    const Allocation memory = allocate_shareable();
    const Mapping mapped = map(at(0), memory);
    ramp(at(0), granularity(), 31);
    std::vector<Descriptor> descriptors;
    for (int i = 0; i < 8; ++i) {
        descriptors.push_back(export_memory(memory));
        for (int earlier = 0; earlier < i; ++earlier) {
            CHECK(descriptors[static_cast<size_t>(earlier)].get() != descriptors.back().get());
        }
    }
    while (!descriptors.empty()) {
        CAPTURE(descriptors.size());
        const Allocation imported = import_memory(descriptors.back());
        const Mapping there = map(at(1), imported);
        CHECK(kernel_sees_ramp(at(1), granularity(), 31));
        CHECK(close(descriptors.back().release()) == 0);
        descriptors.pop_back();
    }
    CHECK(holds_ramp(at(0), granularity(), 31));
    fill(at(0), granularity(), 32);
    CHECK(kernel_sees(at(0), granularity(), 32));
}

TEST_CASE_METHOD(Shareable, "IPC-07/number: a descriptor number that is used again stands for the new memory",
                 "[sharing]") {
    constexpr int number = 900; // far from those that the driver may be taking for itself
    const Allocation memories[] = {allocate_shareable(), allocate_shareable(), allocate_shareable()};
    uint32_t value = 0x70;
    for (const Allocation& memory : memories) {
        const Mapping mapped = map(at(0), memory);
        fill(at(0), granularity(), ++value);
        REQUIRE(fcntl(number, F_GETFD) == -1);
        const Descriptor descriptor(dup2(export_memory(memory), number));
        REQUIRE(descriptor.get() == number);
        const Allocation imported = import_memory(number);
        const Mapping there = map(at(1), imported);
        CHECK(kernel_sees(at(1), granularity(), value));
        CHECK(holds(at(1), granularity(), value));
    }
}

TEST_CASE_METHOD(Shareable, "IPC-07/duplicate: a duplicated descriptor is as good as the first",
                 "[sharing]") {
    const Allocation memory = allocate_shareable();
    const Mapping mapped = map(at(0), memory);
    ramp(at(0), granularity(), 3);
    Descriptor first = export_memory(memory);
    const Descriptor second(dup(first));
    REQUIRE(second.get() >= 0);
    CHECK(close(first.release()) == 0);
    const Allocation imported = import_memory(second);
    const Mapping there = map(at(1), imported);
    CHECK(kernel_sees_ramp(at(1), granularity(), 3));
}

TEST_CASE_METHOD(
    Shareable, "IPC-25: what exporting an imported handle answers; a descriptor it gives is the same memory",
    "[sharing]") {
    const Allocation memory = allocate_shareable();
    const Mapping mapped = map(at(0), memory);
    ramp(at(0), granularity(), 25);
    const Allocation imported = import_memory(export_memory(memory));
    int number = -1;
    const CUresult result =
        cuMemExportToShareableHandle(&number, imported, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0);
    observe("IPC-25/export", result);
    // Where it is refused the first descriptor's import stands in, so that the check is made either way.
    const Descriptor descriptor = result == CUDA_SUCCESS ? Descriptor(number) : export_memory(memory);
    const Allocation again = import_memory(descriptor);
    const Mapping there = map(at(1), again);
    CHECK(kernel_sees_ramp(at(1), granularity(), 25));
    CHECK(holds_ramp(at(1), granularity(), 25));
}

TEST_CASE_METHOD(Shareable, "IPC-07/many: one memory can be exported hundreds of times", "[sharing]") {
    const Allocation memory = allocate_shareable();
    size_t exported = 0;
    for (size_t i = 0; i < 260; ++i) {
        int descriptor = -1;
        const CUresult result =
            cuMemExportToShareableHandle(&descriptor, memory, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0);
        const Descriptor passing(result == CUDA_SUCCESS ? descriptor : -1);
        exported += result == CUDA_SUCCESS;
    }
    CHECK(exported == 260);
}

} // namespace cts
