// Containers often forbid the system calls of memory policy (dmlc/xgboost#10933). A filter of our own forbids
// them here, in a child.
#include "fixtures/harness/skip.hpp"
#include "tests/host_memory/host_memory.hpp"
#include "tests/prelude.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace cts {
namespace {

/// From now on this thread's calls for memory policy fail with EPERM. False when no filter can be set.
bool forbid_memory_policy() {
    constexpr std::array<unsigned, 5> forbidden = {SYS_mbind, SYS_set_mempolicy, SYS_get_mempolicy,
                                                   SYS_move_pages, SYS_migrate_pages};
    constexpr auto count = static_cast<unsigned char>(forbidden.size());
    std::array<sock_filter, forbidden.size() + 3> program{};
    program[0] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr));
    for (unsigned char i = 0; i < count; ++i) { // to the last instruction when it is this one
        program[i + 1U] =
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, forbidden[i], static_cast<unsigned char>(count - i), 0);
    }
    program[count + 1U] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    program[count + 2U] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
    const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

CHILD(create_without_memory_policy) {
    const OnNode room;
    parent.report("forbidden", forbid_memory_policy() ? 1 : 0);
    int mode = 0;
    const long denied = syscall(SYS_get_mempolicy, &mode, nullptr, 0UL, nullptr, 0UL);
    parent.report("in force", denied == -1 && errno == EPERM ? 1 : 0);

    const CUmemAllocationProp wanted = room.host_properties();
    CUmemGenericAllocationHandle handle = 0;
    const CUresult result = cuMemCreate(&handle, room.chunk(), &wanted, 0);
    parent.report("create", result);
    // Where it is refused device memory stands in: the context must be as good as before.
    const Allocation memory = result == CUDA_SUCCESS ? Allocation(handle) : room.allocate_device_memory();
    const Mapping mapped = room.map_for(room.at(0), memory, {room.read_write()});
    ramp(room.at(0), room.chunk(), 81);
    parent.report("usable", kernel_sees_ramp(room.at(0), room.chunk(), 81) ? 1 : 0);
}

} // namespace

TEST_CASE_METHOD(OnNode,
                 "HST-08: where memory policy is forbidden, creating memory on a node answers cleanly",
                 "[host_memory][sacrifices]") {
    Child child(create_without_memory_policy);
    const ChildReport& report = child.wait();
    if (report.number("forbidden") == 0) {
        skip("this system does not let a process set a seccomp filter");
    }
    CHECK(report.finished);
    CHECK(report.problems.empty());
    CHECK(report.number("in force") == 1);
    CHECK(report.number("usable") == 1);
    observe("HST-08/create", report.driver_result("create"));
}

} // namespace cts
