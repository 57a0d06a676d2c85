// What the processor or the device touches without a grant of its own ends a process: each in a child.
#include "tests/host_memory/host_memory.hpp"
#include "tests/prelude.hpp"

#include <csignal>
#include <sys/resource.h>

namespace cts {
namespace {

enum class Touch : long long { never_granted, revoked, read_only, unmapped };

void set_access(const HostMemory& room, const CUmemAccessDesc& access) {
    must(cuMemSetAccess(room.at(0), room.chunk(), &access, 1), "cuMemSetAccess");
}

CHILD(touch_host_memory) {
    const HostMemory room(static_cast<CUmemLocationType>(parent.receive_number()));
    const auto how = static_cast<Touch>(parent.receive_number());
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    const Allocation memory = room.allocate_host();
    Mapping mapped = room.map_for(room.at(0), memory, {room.read_write()});
    fill(room.at(0), room.chunk(), 5);
    const Mapping granted = room.map_for(room.at(1), memory, {room.processor()});
    parent.report("granted", host_holds(words(room.at(1)), room.chunk(), 5) ? 1 : 0);

    volatile uint32_t* const last = words(room.at(1)) - 1; // the last word of the first mapping
    if (how != Touch::never_granted) {
        set_access(room, room.processor(how == Touch::read_only ? CU_MEM_ACCESS_FLAGS_PROT_READ
                                                                : CU_MEM_ACCESS_FLAGS_PROT_READWRITE));
        parent.report("before", static_cast<long long>(*last));
    }
    if (how == Touch::revoked) {
        set_access(room, room.processor(CU_MEM_ACCESS_FLAGS_PROT_NONE));
        parent.report("device", kernel_sees(room.at(0), room.chunk(), 5) ? 1 : 0);
    } else if (how == Touch::unmapped) {
        mapped.unmap();
    }
    if (how == Touch::read_only) {
        *last = 6;
    } else {
        parent.report("seen", static_cast<long long>(*last));
    }
    parent.report("survived", 1LL);
}

CHILD(load_without_device_access) {
    const HostMemory room(static_cast<CUmemLocationType>(parent.receive_number()));
    const Allocation memory = room.allocate_host();
    const Mapping mapped = room.map_for(room.at(0), memory, {room.processor()});
    *words(room.at(0)) = 77;
    parent.report("processor", static_cast<long long>(*words(room.at(0))));
    const Mapping granted = room.map_for(room.at(1), memory, {room.read_write()});
    parent.report("granted", static_cast<bool>(kernel_sees(room.at(1), sizeof(uint32_t), 77)));
    const PinnedMemory target = allocate_pinned(sizeof(uint32_t));
    launch(copy_call(device_address(target.get()), room.at(0), sizeof(uint32_t)));
    parent.report("synchronize", cudaDeviceSynchronize());
}

CHILD(copy_without_processor_access) {
    const HostMemory room(static_cast<CUmemLocationType>(parent.receive_number()));
    const Allocation memory = room.allocate_host();
    const Mapping mapped = room.map_for(room.at(0), memory, {room.read_write()});
    for (const size_t bytes : {sizeof(uint32_t), room.chunk()}) {
        fill(room.at(0), bytes, 88);
        std::vector<uint32_t> target(word_count(bytes));
        const CUresult result = cuMemcpyDtoH(target.data(), room.at(0), bytes);
        const std::string size = bytes == room.chunk() ? "chunk" : "word";
        parent.report(size, result);
        parent.report(size + " right",
                      (result != CUDA_SUCCESS || host_holds(target.data(), bytes, 88)) ? 1 : 0);
    }
    parent.report("device", kernel_sees(room.at(0), room.chunk(), 88) ? 1 : 0);
}

void check_touch(const HostMemory& room, Touch how) {
    Child child(touch_host_memory);
    child.send_number(room.location().type);
    child.send_number(static_cast<long long>(how));
    const ChildReport& report = child.wait();
    CHECK(report.number("granted") == 1);
    CHECK((report.signal == SIGSEGV || report.signal == SIGBUS)); // which one is not documented
    CHECK_FALSE(report.values.contains("survived"));
    CHECK((how == Touch::never_granted || report.number("before") == 5));
    CHECK((how != Touch::revoked || report.number("device") == 1));
}

} // namespace

TEST_CASE_METHOD(OnNode, "HST-05/touch_node: memory of a node is out of the processor's reach until granted",
                 "[host_memory][sacrifices]") {
    check_touch(*this, Touch::never_granted);
}

TEST_CASE_METHOD(OnHost,
                 "HST-05/touch_host: memory of the host is out of the processor's reach until granted",
                 "[host_memory][sacrifices]") {
    check_touch(*this, Touch::never_granted);
}

TEST_CASE_METHOD(OnNode, "HST-05/revoked: a grant that is taken back ends the processor's reach at once",
                 "[host_memory][sacrifices]") {
    check_touch(*this, Touch::revoked);
}

TEST_CASE_METHOD(OnNode, "HST-05/read_only: the processor cannot write what it may only read",
                 "[host_memory][sacrifices]") {
    check_touch(*this, Touch::read_only);
}

TEST_CASE_METHOD(OnNode, "HST-05/unmapped: unmapping ends the processor's reach at once",
                 "[host_memory][sacrifices]") {
    check_touch(*this, Touch::unmapped);
}

TEST_CASE_METHOD(OnNode, "HST-05/device: a grant for the processor is none for the device",
                 "[host_memory][sacrifices]") {
    Child child(load_without_device_access);
    child.send_number(location().type);
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.number("processor") == 77);
    CHECK(report.number("granted") == 1);
    CHECK(report.result("synchronize") == cudaErrorIllegalAddress);
}

TEST_CASE_METHOD(OnNode,
                 "HST-05/copy: what copying answers where only the device has access; it does no harm",
                 "[host_memory][sacrifices]") {
    Peer child(copy_without_processor_access); // a driver that copied by the processor would fault
    child.send_number(location().type);
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.number("word right") == 1);
    CHECK(report.number("chunk right") == 1);
    CHECK(report.number("device") == 1);
    observe("HST-05/copy of a word", report.driver_result("word"));
    observe("HST-05/copy of a chunk", report.driver_result("chunk"));
}

} // namespace cts
