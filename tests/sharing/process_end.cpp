// One of the two processes ends, in an orderly way or not, while the other goes on using the memory.
#include "tests/prelude.hpp"
#include "tests/sharing/shareable.hpp"

#include <csignal>

namespace cts {
namespace {

constexpr size_t count = 4; // granules: the whole room

enum class Leaving : long long { by_return, by_being_killed, by_fault };

void leave(const Reservation& range, Leaving how) {
    if (how == Leaving::by_being_killed) {
        pause();
    }
    if (how == Leaving::by_fault) {
        launch(call_once(kernels::fill, words(range.end()), size_t{1}, uint32_t{1})); // past its own memory
        (void)cudaDeviceSynchronize();
    }
}

CHILD(share_export_and_leave) {
    const Shareable room;
    const auto how = static_cast<Leaving>(parent.receive_number());
    const Allocation memory = room.allocate_shareable(count);
    const Mapping mapped = room.map(room.at(0), memory, count);
    ramp(room.at(0), room.granules(count), 12);
    parent.send_descriptor(export_memory(memory));
    parent.wait_for("leave");
    leave(room.range(), how);
}

CHILD(share_import_and_leave) {
    const Shareable room;
    const auto how = static_cast<Leaving>(parent.receive_number());
    const Descriptor descriptor(parent.receive_descriptor());
    const Allocation memory = import_memory(descriptor);
    const Mapping mapped = room.map(room.at(0), memory, count);
    parent.report("sees", static_cast<bool>(kernel_sees_ramp(room.at(0), room.granules(count), 12)));
    parent.say("imported");
    parent.wait_for("leave");
    leave(room.range(), how);
}

void end(Child& child, Leaving how) {
    child.say("leave");
    if (how == Leaving::by_being_killed) {
        child.kill(SIGKILL);
    }
    const ChildReport& report = child.wait();
    CHECK(report.signal == (how == Leaving::by_being_killed ? SIGKILL : 0));
    CHECK_FALSE(report.timed_out);
}

/// What the ramp shows at the room's start, on both roads, and that the memory can still be written.
void check_usable(const Shareable& room) {
    const size_t bytes = room.granules(count);
    CHECK(holds_ramp(room.at(0), bytes, 12));
    CHECK(kernel_sees_ramp(room.at(0), bytes, 12));
    ramp(room.at(0), bytes, 70000);
    CHECK(kernel_sees_ramp(room.at(0), bytes, 70000));
    CHECK(holds_ramp(room.at(0), bytes, 70000));
}

void check_exporter_leaves(const Shareable& room, Leaving how) {
    Child exporter(share_export_and_leave);
    exporter.send_number(static_cast<long long>(how));
    const Descriptor descriptor(exporter.receive_descriptor());
    const Allocation memory = import_memory(descriptor);
    const Mapping mapped = room.map(room.at(0), memory, count);
    CHECK(kernel_sees_ramp(room.at(0), room.granules(count), 12));
    end(exporter, how);
    check_usable(room);
}

void check_importer_leaves(const Shareable& room, Leaving how) {
    const Allocation memory = room.allocate_shareable(count);
    const Mapping mapped = room.map(room.at(0), memory, count);
    ramp(room.at(0), room.granules(count), 12);
    Child importer(share_import_and_leave);
    importer.send_number(static_cast<long long>(how));
    importer.send_descriptor(export_memory(memory));
    importer.wait_for("imported");
    end(importer, how);
    check_usable(room);
}

} // namespace

TEST_CASE_METHOD(Shareable, "IPC-12/exit: imported memory survives that its exporter exits",
                 "[sharing][sacrifices]") {
    check_exporter_leaves(*this, Leaving::by_return);
}

TEST_CASE_METHOD(Shareable, "IPC-12/kill: imported memory survives that its exporter is killed",
                 "[sharing][sacrifices]") {
    check_exporter_leaves(*this, Leaving::by_being_killed);
}

TEST_CASE_METHOD(Shareable, "IPC-12/fault: imported memory survives that a kernel of its exporter faults",
                 "[sharing][sacrifices]") {
    check_exporter_leaves(*this, Leaving::by_fault);
}

TEST_CASE_METHOD(Shareable,
                 "IPC-12/descriptor: a descriptor alone keeps the memory of a process that is gone",
                 "[sharing][sacrifices]") {
    Child exporter(share_export_and_leave);
    exporter.send_number(static_cast<long long>(Leaving::by_being_killed));
    const Descriptor descriptor(exporter.receive_descriptor());
    end(exporter, Leaving::by_being_killed);
    const Allocation memory = import_memory(descriptor);
    const Mapping mapped = map(at(0), memory, count);
    check_usable(*this);
}

TEST_CASE_METHOD(Shareable, "IPC-12/freed: memory of a process that is gone is freed by its last importer",
                 "[sharing][accounting][sacrifices]") {
    Child exporter(share_export_and_leave);
    exporter.send_number(static_cast<long long>(Leaving::by_being_killed));
    Descriptor descriptor(exporter.receive_descriptor());
    Allocation memory = import_memory(descriptor);
    REQUIRE(close(descriptor.release()) == 0);
    Mapping mapped = map(at(0), memory, count);
    end(exporter, Leaving::by_being_killed);
    const size_t held = settled_free_memory();
    mapped.unmap();
    CHECK(free_memory() == held);
    REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
    CHECK(free_memory() == held + granules(count));
}

TEST_CASE_METHOD(Shareable, "IPC-26/exit: exported memory survives that its importer exits",
                 "[sharing][sacrifices]") {
    check_importer_leaves(*this, Leaving::by_return);
}

TEST_CASE_METHOD(Shareable, "IPC-26/kill: exported memory survives that its importer is killed",
                 "[sharing][sacrifices]") {
    check_importer_leaves(*this, Leaving::by_being_killed);
}

TEST_CASE_METHOD(Shareable, "IPC-26/fault: exported memory survives that a kernel of its importer faults",
                 "[sharing][sacrifices]") {
    check_importer_leaves(*this, Leaving::by_fault);
}

TEST_CASE_METHOD(Shareable, "IPC-26/freed: an importer that was killed keeps nothing of the memory",
                 "[sharing][accounting][sacrifices]") {
    Allocation memory = allocate_shareable(count);
    {
        const Mapping passing = map(at(0), memory, count);
        ramp(at(0), granules(count), 12);
    }
    Child importer(share_import_and_leave);
    importer.send_number(static_cast<long long>(Leaving::by_being_killed));
    importer.send_descriptor(export_memory(memory));
    importer.wait_for("imported");
    end(importer, Leaving::by_being_killed);
    const size_t held = settled_free_memory();
    REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
    CHECK(free_memory() == held + granules(count));
}

} // namespace cts
