// Memory of a NUMA node in two processes.
#include "fixtures/harness/skip.hpp"
#include "fixtures/owners/descriptor.hpp"
#include "tests/host_memory/host_memory.hpp"
#include "tests/prelude.hpp"

#include <numeric>

namespace cts {
namespace {

CHILD(share_node_memory) {
    const OnNode room;
    const Descriptor descriptor(parent.receive_descriptor());
    const Allocation memory = import_memory(descriptor);
    const Mapping mapped = room.map_for(room.at(0), memory, {room.read_write(), room.processor()});
    parent.report("processor", static_cast<bool>(host_holds_ramp(words(room.at(0)), room.chunk(), 7)));
    parent.report("device", static_cast<bool>(kernel_sees_ramp(room.at(0), room.chunk(), 7)));
    ramp(room.at(0), room.chunk(), 70000);
    parent.say("written by the device");
    parent.wait_for("seen");
    std::iota(words(room.at(0)), words(room.at(0)) + word_count(room.chunk()), 800000U);
}

} // namespace

TEST_CASE_METHOD(OnNode,
                 "HST-07: memory of a node that was created for sharing is one memory in two processes",
                 "[host_memory][sacrifices]") {
    need(CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
         "HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED");
    CUmemAllocationProp wanted = host_properties();
    wanted.requestedHandleTypes = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;
    CUmemGenericAllocationHandle handle = 0;
    const CUresult result = cuMemCreate(&handle, chunk(), &wanted, 0);
    observe("HST-07/create", result);
    if (result != CUDA_SUCCESS) {
        skip("memory of a NUMA node cannot be created for sharing: " + name_of(result));
    }
    const Allocation memory(handle);
    const Mapping mapped = map_for(at(0), memory, {read_write(), processor()});
    ramp(at(0), chunk(), 7);
    Peer child(share_node_memory);
    child.send_descriptor(export_memory(memory));
    child.wait_for("written by the device");
    CHECK(host_holds_ramp(words(at(0)), chunk(), 70000));
    CHECK(kernel_sees_ramp(at(0), chunk(), 70000));
    CHECK_FALSE(host_holds_ramp(words(at(0)), chunk(), 7));
    child.say("seen");
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.number("processor") == 1);
    CHECK(report.number("device") == 1);
    CHECK(host_holds_ramp(words(at(0)), chunk(), 800000));
    CHECK(kernel_sees_ramp(at(0), chunk(), 800000));
}

} // namespace cts
