#include "tests/prelude.hpp"

#include <unistd.h>

namespace cts {

CHILD(import_and_replay) {
    const Granule rung;
    const int descriptor = parent.receive_descriptor();
    CUmemGenericAllocationHandle handle = 0;
    must(cuMemImportFromShareableHandle(&handle, reinterpret_cast<void*>(static_cast<intptr_t>(descriptor)),
                                        CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR),
         "cuMemImportFromShareableHandle");
    close(descriptor);
    const Allocation memory(handle);
    const Reservation range = rung.reserve(1);
    const Mapping mapping = rung.map(range.address(), memory);
    const Graph graph = create_graph();
    add_kernel(graph, multiply_add_call(range.address(), rung.granularity(), 1, 1));
    const Exec exec = instantiate(graph);
    parent.say("ready");
    parent.wait_for("replay");
    run(exec);
    parent.say("replayed");
    parent.wait_for("replay");
    run(exec);
}

TEST_CASE_METHOD(Granule,
                 "VXG-20: a graph of another process works on imported memory, also when the exporter remaps",
                 "[vmm_under_graphs][sacrifices]") {
    need(CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
         "HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED");
    const Allocation shared = create_allocation(granularity(), shareable_properties());
    const Reservation range = reserve(1);
    Mapping mapping = map(range.address(), shared);
    fill(range.address(), granularity(), 10);
    int descriptor = -1;
    must(cuMemExportToShareableHandle(&descriptor, shared, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0),
         "cuMemExportToShareableHandle");
    Peer child(import_and_replay);
    child.send_descriptor(descriptor);
    close(descriptor);
    child.wait_for("ready");
    child.say("replay");
    child.wait_for("replayed");
    CHECK(kernel_sees(range.address(), granularity(), 11));

    const Allocation mine = allocate(); // the exporter looks at other memory now
    mapping.unmap();
    mapping = map(range.address(), mine);
    fill(range.address(), granularity(), 500);
    child.say("replay");
    const ChildReport& report = child.wait();

    CHECK(report.finished);
    CHECK(kernel_sees(range.address(), granularity(), 500));
    mapping.unmap();
    mapping = map(range.address(), shared);
    CHECK(kernel_sees(range.address(), granularity(), 12));
}

} // namespace cts
