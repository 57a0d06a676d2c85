// Two processes share one memory; each grants access to its own mapping.
#include "tests/prelude.hpp"

#include <unistd.h>

namespace cts {
namespace {

CHILD(change_access_in_peer) {
    const Reserved room;
    const int descriptor = parent.receive_descriptor();
    CUmemGenericAllocationHandle handle = 0;
    must(cuMemImportFromShareableHandle(&handle, reinterpret_cast<void*>(static_cast<intptr_t>(descriptor)),
                                        CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR),
         "cuMemImportFromShareableHandle");
    const Allocation memory(handle);
    close(descriptor);
    const Mapping mapped(room.at(0), room.granularity(), memory);
    parent.report("fresh", static_cast<long long>(room.access_at(room.at(0))));
    const CUmemAccessDesc read = room.read_only();
    must(cuMemSetAccess(room.at(0), room.granularity(), &read, 1), "cuMemSetAccess");
    parent.report("sees", kernel_sees(room.at(0), room.granularity(), 0x22) ? 1 : 0);

    parent.say("read only here");
    parent.wait_for("no access there");
    parent.report("kept", static_cast<long long>(room.access_at(room.at(0))));
    parent.report("still sees", kernel_sees(room.at(0), room.granularity(), 0x23) ? 1 : 0);
}

} // namespace

TEST_CASE_METHOD(Reserved, "ACC-22: access that one process sets is no other process's",
                 "[access][sacrifices]") {
    need(CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
         "HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED");
    const Allocation memory = create_allocation(granularity(), shareable_properties());
    const Mapping mapped = map(at(0), memory);
    fill(at(0), granularity(), 0x22);
    int descriptor = -1;
    must(cuMemExportToShareableHandle(&descriptor, memory, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0),
         "cuMemExportToShareableHandle");
    Peer child(change_access_in_peer);
    child.send_descriptor(descriptor);
    close(descriptor);

    child.wait_for("read only here");
    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    fill(at(0), granularity(), 0x23);
    CHECK(holds(at(0), granularity(), 0x23));
    const CUmemAccessDesc none = no_access();
    REQUIRE(cuMemSetAccess(at(0), granularity(), &none, 1) == CUDA_SUCCESS);
    child.say("no access there");

    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.number("fresh") == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    CHECK(report.number("sees") == 1);
    CHECK(report.number("kept") == CU_MEM_ACCESS_FLAGS_PROT_READ);
    CHECK(report.number("still sees") == 1);
}

} // namespace cts
