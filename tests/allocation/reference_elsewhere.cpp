// The reference that is left is another process's.
#include "tests/prelude.hpp"

#include <unistd.h>

namespace cts {
namespace {

constexpr size_t count = 16; // granules

CHILD(hold_imported_memory) {
    const Granule room;
    const Reservation range = room.reserve(count);
    const int descriptor = parent.receive_descriptor();
    CUmemGenericAllocationHandle handle = 0;
    must(cuMemImportFromShareableHandle(&handle, reinterpret_cast<void*>(static_cast<intptr_t>(descriptor)),
                                        CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR),
         "cuMemImportFromShareableHandle");
    close(descriptor);
    Allocation memory(handle);
    Mapping mapped = room.map(range.address(), memory, count);
    parent.report("sees", kernel_sees(range.address(), range.bytes(), 0x11) ? 1 : 0);
    parent.say("imported");
    parent.wait_for("let go");
    parent.report("still sees", kernel_sees(range.address(), range.bytes(), 0x11) ? 1 : 0);
    parent.report("unmap", cuMemUnmap(mapped.release(), range.bytes()));
    parent.report("release", cuMemRelease(memory.release()));
    parent.say("gone");
    parent.wait_for("end");
}

} // namespace

TEST_CASE_METHOD(Granule, "ALC-11/elsewhere: what another process has imported lives until it lets go",
                 "[allocation][accounting][sacrifices]") {
    need(CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
         "HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED");
    const Reservation range = reserve(count);
    Allocation memory = create_allocation(granules(count), shareable_properties());
    Mapping mapped = map(range.address(), memory, count);
    fill(range.address(), range.bytes(), 0x11);
    int descriptor = -1;
    must(cuMemExportToShareableHandle(&descriptor, memory, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0),
         "cuMemExportToShareableHandle");
    Peer child(hold_imported_memory);
    child.send_descriptor(descriptor);
    close(descriptor);
    child.wait_for("imported");

    const size_t shared = free_memory();
    REQUIRE(cuMemUnmap(mapped.release(), range.bytes()) == CUDA_SUCCESS);
    REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
    CHECK(free_memory() == shared);
    child.say("let go");
    child.wait_for("gone");
    CHECK(free_memory() == shared + granules(count));
    child.say("end");

    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.number("sees") == 1);
    CHECK(report.number("still sees") == 1);
    CHECK(report.driver_result("unmap") == CUDA_SUCCESS);
    CHECK(report.driver_result("release") == CUDA_SUCCESS);
}

} // namespace cts
