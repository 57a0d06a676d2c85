#include "core/fault.hpp"

#include "core/address_space.hpp"

#include <csetjmp>
#include <csignal>
#include <mutex>
#include <sched.h>

namespace sim {
namespace {

thread_local sigjmp_buf* landing = nullptr;

constexpr int signals[] = {SIGSEGV, SIGBUS};

// Others (Catch2, sanitizers) install handlers of their own at times that we do not know, so ours is in place
// only while device work runs.
std::mutex installation;
int installed = 0;
struct sigaction previous[2];

void land(int signal, siginfo_t* info, void* machine) {
    if (landing != nullptr) {
        siglongjmp(*landing, 1);
    }
    // Another thread touched what it may touch, while a kernel that may not runs: try again until that ends.
    if (is_granted_to_host(reinterpret_cast<Address>(info->si_addr))) {
        sched_yield();
        return;
    }
    // Another thread faulted on its own account: give the signal to whoever had it before.
    const struct sigaction& before = previous[signal == SIGSEGV ? 0 : 1];
    if ((before.sa_flags & SA_SIGINFO) != 0) {
        before.sa_sigaction(signal, info, machine);
    } else if (before.sa_handler == SIG_DFL || before.sa_handler == SIG_IGN) {
        struct sigaction fatal = {};
        fatal.sa_handler = SIG_DFL;
        sigaction(signal, &fatal, nullptr); // the instruction faults again on return
    } else {
        before.sa_handler(signal);
    }
}

void install_handlers() {
    const std::lock_guard held(installation);
    if (installed++ > 0) {
        return;
    }
    struct sigaction action = {};
    action.sa_sigaction = land;
    // SA_NODEFER: the jump out of the handler leaves the signal mask as it was. SA_ONSTACK: a kernel that ran
    // over its stack can still be caught where the thread has an alternate one.
    action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
    for (int i = 0; i < 2; ++i) {
        sigaction(signals[i], &action, &previous[i]);
    }
}

void restore_handlers() {
    const std::lock_guard held(installation);
    if (--installed > 0) {
        return;
    }
    for (int i = 0; i < 2; ++i) {
        sigaction(signals[i], &previous[i], nullptr);
    }
}

} // namespace

bool run_guarded(void (*function)(void*), void* data) {
    install_handlers();
    sigjmp_buf* const outer = landing;
    sigjmp_buf here;
    volatile bool completed = false;
    if (sigsetjmp(here, 0) == 0) {
        landing = &here;
        function(data);
        completed = true;
    }
    landing = outer;
    restore_handlers();
    return completed;
}

} // namespace sim
