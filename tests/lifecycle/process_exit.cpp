// Whatever road a process takes out, its device memory comes back: also with mappings, a live executable
// graph and an exported descriptor. Seen from another process.
#include "tests/prelude.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>
#include <unistd.h>

namespace cts {
namespace {

/// More than a context of its own takes, so that losing it cannot hide behind the context's memory coming
/// back.
size_t held_granules(const Granule& rung) {
    return std::min<size_t>(rung.free_memory() / 4 / rung.granularity(), 1024);
}

/// Free memory once nothing has come back for a while, at most five seconds.
size_t settled_free_memory(const Context& rung, size_t wanted) {
    for (int i = 0; i < 500 && rung.free_memory() < wanted; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return rung.free_memory();
}

/// Runs `body` in a child that holds memory, lets it leave, and checks that the memory came back and is
/// usable.
void check_exit(const Granule& rung, const ChildBody& body, int expected_signal) {
    const size_t count = held_granules(rung);
    Child child(body); // it is there, with its context, before the first reading
    child.wait_for("here");
    const size_t before = rung.free_memory();
    child.send_number(static_cast<long long>(count));
    child.wait_for("holding");
    CHECK(rung.free_memory() + rung.granules(count) <= before);
    child.say("leave");
    if (expected_signal == SIGKILL) {
        child.kill(SIGKILL);
    }
    const ChildReport& report = child.wait();

    CHECK(report.signal == expected_signal);
    CHECK(settled_free_memory(rung, before) >= before);
    const Allocation taken = rung.allocate(count);
}

/// Takes memory in every way that should end with the process, and waits to be told to leave.
template<typename Leave>
void hold_and(Parent& parent, Leave leave) {
    const Granule rung;
    parent.say("here");
    const auto count = static_cast<size_t>(parent.receive_number());
    const Allocation memory = create_allocation(rung.granules(count), rung.shareable_properties());
    const Reservation range = rung.reserve(count);
    const Mapping mapping = rung.map(range.address(), memory, count);
    int descriptor = -1;
    must(cuMemExportToShareableHandle(&descriptor, memory, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0),
         "cuMemExportToShareableHandle");
    const Graph graph = create_graph();
    add_kernel(graph, fill_call(range.address(), rung.granularity(), 1));
    const Exec exec = instantiate(graph);
    run(exec);
    parent.say("holding");
    parent.wait_for("leave");
    leave(range);
}

} // namespace

CHILD(leave_by_exit) {
    hold_and(parent, [](const Reservation&) { std::exit(0); });
}
CHILD(leave_by_quick_exit) {
    hold_and(parent, [](const Reservation&) { _exit(0); });
}
CHILD(leave_by_abort) {
    std::signal(SIGABRT, SIG_DFL);
    hold_and(parent, [](const Reservation&) { std::abort(); });
}
CHILD(leave_by_being_killed) {
    hold_and(parent, [](const Reservation&) { pause(); });
}
CHILD(leave_by_fault) {
    hold_and(parent, [](const Reservation& range) {
        launch(call_once(kernels::fill, words(range.end()), size_t{1}, uint32_t{1})); // past its own memory
        (void)cudaDeviceSynchronize();
        _exit(0);
    });
}

TEST_CASE_METHOD(Granule, "LIF-02/exit: a process that exits gives its device memory back",
                 "[lifecycle][accounting][sacrifices]") {
    check_exit(*this, leave_by_exit, 0);
}

TEST_CASE_METHOD(Granule,
                 "LIF-02/quick_exit: a process that exits without clean-up gives its device memory back",
                 "[lifecycle][accounting][sacrifices]") {
    check_exit(*this, leave_by_quick_exit, 0);
}

TEST_CASE_METHOD(Granule, "LIF-02/abort: a process that aborts gives its device memory back",
                 "[lifecycle][accounting][sacrifices]") {
    check_exit(*this, leave_by_abort, SIGABRT);
}

TEST_CASE_METHOD(Granule, "LIF-02/kill: a process that is killed gives its device memory back",
                 "[lifecycle][accounting][sacrifices]") {
    check_exit(*this, leave_by_being_killed, SIGKILL);
}

TEST_CASE_METHOD(Granule, "LIF-02/fault: a process whose kernel faulted gives its device memory back",
                 "[lifecycle][accounting][sacrifices]") {
    check_exit(*this, leave_by_fault, 0);
}

} // namespace cts
