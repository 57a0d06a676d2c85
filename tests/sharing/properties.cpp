// An import has the properties of the memory, not of a new allocation.
#include "tests/prelude.hpp"
#include "tests/sharing/shareable.hpp"

namespace cts {
namespace {

CUmemAllocationProp properties_of(CUmemGenericAllocationHandle handle) {
    CUmemAllocationProp found;
    std::memset(&found, 0x5a, sizeof found); // so that a field that is not set shows
    must(cuMemGetAllocationPropertiesFromHandle(&found, handle), "cuMemGetAllocationPropertiesFromHandle");
    return found;
}

CHILD(share_tell_properties) {
    const Shareable room;
    const Descriptor descriptor(parent.receive_descriptor());
    const CUmemAllocationProp found = properties_of(import_memory(descriptor));
    parent.report("type", found.type);
    parent.report("location type", found.location.type);
    parent.report("location", found.location.id);
    parent.report("compression", found.allocFlags.compressionType);
    parent.report("RDMA", found.allocFlags.gpuDirectRDMACapable);
    parent.report("usage", found.allocFlags.usage);
    parent.report("handle types", static_cast<long long>(found.requestedHandleTypes));
}

/// Memory with `wanted`, described in another process as in this one.
void check_described(const Granule& room, const CUmemAllocationProp& wanted, const std::string& name) {
    const Allocation memory = create_allocation(room.granularity(), wanted);
    const CUmemAllocationProp granted = properties_of(memory);
    Peer child(share_tell_properties);
    child.send_descriptor(export_memory(memory));
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.number("type") == granted.type);
    CHECK(report.number("location type") == granted.location.type);
    CHECK(report.number("location") == granted.location.id);
    CHECK(report.number("compression") == granted.allocFlags.compressionType);
    CHECK(report.number("RDMA") == granted.allocFlags.gpuDirectRDMACapable);
    CHECK(report.number("usage") == granted.allocFlags.usage);
    observe("IPC-16/handle types " + name, report.number("handle types"));
}

} // namespace

TEST_CASE_METHOD(Shareable, "IPC-16: another process sees the properties that the exporter's memory has",
                 "[sharing][sacrifices]") {
    check_described(*this, shareable_properties(), "plain");
}

TEST_CASE_METHOD(Shareable, "IPC-16/compression: whether memory is compressible is known to its importer",
                 "[sharing][sacrifices]") {
    CUmemAllocationProp wanted = shareable_properties();
    wanted.allocFlags.compressionType = CU_MEM_ALLOCATION_COMP_GENERIC; // a hint: it may not be granted
    check_described(*this, wanted, "compressible");
}

} // namespace cts
