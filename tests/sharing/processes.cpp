// Memory of one process in another (Programming Guide, Virtual Memory Management: exporting and importing).
#include "fixtures/harness/skip.hpp"
#include "tests/prelude.hpp"
#include "tests/sharing/shareable.hpp"

#include <sys/syscall.h>

namespace cts {
namespace {

constexpr size_t count = 2; // granules, so that a mistake at the second one shows
constexpr int known_number = 900;

bool shows_ramp(const Shareable& room, uint32_t first) {
    return holds_ramp(room.at(0), room.granules(count), first) &&
           kernel_sees_ramp(room.at(0), room.granules(count), first);
}

CHILD(share_and_answer) {
    const Shareable room;
    const Descriptor descriptor(parent.receive_descriptor());
    const Allocation memory = import_memory(descriptor);
    const Mapping mapped(room.at(0), room.granules(count), memory);
    parent.report("access before", static_cast<long long>(room.access_at(room.at(0))));
    const CUmemAccessDesc access = room.read_write();
    parent.report("set access", cuMemSetAccess(room.at(0), room.granules(count), &access, 1));
    parent.report("sees", shows_ramp(room, 100));
    parent.report("sees otherwise", shows_ramp(room, 101));
    ramp(room.at(0), room.granules(count), 7000);
    parent.say("written");
    parent.wait_for("answered");
    parent.report("sees the answer", shows_ramp(room, 90000));
}

CHILD(share_own_memory) {
    const Shareable room;
    const Allocation memory = room.allocate_shareable(count);
    const Mapping mapped = room.map(room.at(0), memory, count);
    ramp(room.at(0), room.granules(count), 40);
    {
        const Descriptor descriptor = export_memory(memory);
        parent.send_descriptor(descriptor);
    }
    parent.wait_for("written");
    parent.report("sees", shows_ramp(room, 50000));
}

CHILD(share_write_when_told) {
    const Shareable room;
    const Descriptor descriptor(parent.receive_descriptor());
    const Allocation memory = import_memory(descriptor);
    const Mapping mapped = room.map(room.at(0), memory, count);
    parent.say("ready");
    parent.wait_for("write");
    ramp(room.at(0), room.granules(count), 333);
    parent.say("written");
    parent.wait_for("end");
}

CHILD(share_read_when_told) {
    const Shareable room;
    const Descriptor descriptor(parent.receive_descriptor());
    const Allocation memory = import_memory(descriptor);
    const Mapping mapped = room.map(room.at(0), memory, count);
    parent.report("before", shows_ramp(room, 333));
    parent.say("ready");
    parent.wait_for("read");
    parent.report("after", shows_ramp(room, 333));
}

CHILD(share_at_known_number) {
    const Shareable room;
    const Allocation memory = room.allocate_shareable(count);
    const Mapping mapped = room.map(room.at(0), memory, count);
    ramp(room.at(0), room.granules(count), 61);
    const Descriptor descriptor(dup2(export_memory(memory), known_number));
    parent.say("exported");
    parent.wait_for("written");
    parent.report("sees", shows_ramp(room, 62000));
}

} // namespace

TEST_CASE_METHOD(Shareable, "IPC-10: what one process writes to shared memory the other reads, both ways",
                 "[sharing][sacrifices]") {
    const Allocation memory = allocate_shareable(count);
    const Mapping mapped = map(at(0), memory, count);
    ramp(at(0), granules(count), 100);
    Peer child(share_and_answer);
    child.send_descriptor(export_memory(memory));
    child.wait_for("written");
    CHECK(shows_ramp(*this, 7000));
    CHECK_FALSE(shows_ramp(*this, 100));
    ramp(at(0), granules(count), 90000);
    child.say("answered");

    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.number("access before") == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    CHECK(report.driver_result("set access") == CUDA_SUCCESS);
    CHECK(report.number("sees") == 1);
    CHECK(report.number("sees otherwise") == 0);
    CHECK(report.number("sees the answer") == 1);
    CHECK(shows_ramp(*this, 90000)); // the other process has let go
}

TEST_CASE_METHOD(Shareable, "IPC-10/child: a child's memory can be used by the process that started it",
                 "[sharing][sacrifices]") {
    Peer child(share_own_memory);
    const Descriptor descriptor(child.receive_descriptor());
    const Allocation memory = import_memory(descriptor);
    const Mapping mapped = map(at(0), memory, count);
    CHECK(shows_ramp(*this, 40));
    ramp(at(0), granules(count), 50000);
    CHECK_FALSE(shows_ramp(*this, 40));
    child.say("written");
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.number("sees") == 1);
}

TEST_CASE_METHOD(Shareable, "IPC-10/three: two processes share a third one's memory with each other",
                 "[sharing][sacrifices]") {
    const Allocation memory = allocate_shareable(count);
    const Mapping mapped = map(at(0), memory, count);
    ramp(at(0), granules(count), 1);
    const Descriptor descriptor = export_memory(memory);
    Peer writer(share_write_when_told);
    writer.send_descriptor(descriptor);
    writer.wait_for("ready");
    Peer reader(share_read_when_told);
    reader.send_descriptor(descriptor);
    reader.wait_for("ready");
    writer.say("write");
    writer.wait_for("written");
    reader.say("read");

    const ChildReport& reading = reader.wait();
    CHECK(reading.finished);
    CHECK(reading.number("before") == 0);
    CHECK(reading.number("after") == 1);
    CHECK(shows_ramp(*this, 333));
    writer.say("end");
    const ChildReport& writing = writer.wait();
    CHECK(writing.finished);
}

TEST_CASE_METHOD(Shareable, "IPC-10/pidfd: a descriptor taken out of another process imports its memory",
                 "[sharing][sacrifices]") {
    Peer child(share_at_known_number);
    child.wait_for("exported");
    const Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, child.pid(), 0)));
    const Descriptor taken(static_cast<int>(syscall(SYS_pidfd_getfd, process.get(), known_number, 0)));
    if (taken.get() < 0) { // containers often forbid it (pytorch/pytorch#165685)
        skip(std::string("pidfd_getfd: ") + std::strerror(errno));
    }
    const Allocation memory = import_memory(taken);
    const Mapping mapped = map(at(0), memory, count);
    CHECK(shows_ramp(*this, 61));
    ramp(at(0), granules(count), 62000);
    child.say("written");
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.number("sees") == 1);
}

} // namespace cts
