#include "interrupt.hpp"

#include <csignal>
#include <cstdint>
#include <initializer_list>
#include <sys/eventfd.h>
#include <unistd.h>

namespace runner {
namespace {

volatile std::sig_atomic_t caught = 0;
int descriptor = -1;

void on_signal(int number) {
    caught = number;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto ignored = ::write(descriptor, &one, sizeof one);
}

} // namespace

void catch_interrupts() {
    descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        ::sigaction(number, &action, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

int caught_signal() {
    return caught;
}

int interrupt_descriptor() {
    return descriptor;
}

} // namespace runner
