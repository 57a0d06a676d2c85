#include "process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace runner {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 10s;

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> result;
    result.reserve(strings.size() + 1);
    for (auto& string : strings)
        result.push_back(string.data());
    result.push_back(nullptr);
    return result;
}

std::vector<std::string> merged_environment(const std::vector<std::string>& additional) {
    std::vector<std::string> result = additional;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view name(*entry, std::strcspn(*entry, "="));
        bool replaced = false;
        for (const auto& added : additional)
            replaced |= added.starts_with(std::string(name) + "=");
        if (!replaced)
            result.emplace_back(*entry);
    }
    return result;
}

struct ChildPlan {
    const char* program;
    char** arguments;
    char** environment;
    const std::vector<int>& inherited;
    int output;
    int failure; // where errno goes if exec fails
    pid_t parent;
};

// Between fork and exec: async-signal-safe calls only.
[[noreturn]] void become(const ChildPlan& plan) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != plan.parent)
        ::_exit(127);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE})
        ::signal(number, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const int null = ::open("/dev/null", O_RDONLY);
    if (null >= 0)
        ::dup2(null, STDIN_FILENO);
    if (null > STDERR_FILENO)
        ::close(null);
    ::dup2(plan.output, STDOUT_FILENO);
    ::dup2(plan.output, STDERR_FILENO);
    for (const int fd : plan.inherited)
        ::fcntl(fd, F_SETFD, 0);
    ::execve(plan.program, plan.arguments, plan.environment);
    const int number = errno;
    [[maybe_unused]] const auto ignored = ::write(plan.failure, &number, sizeof number);
    ::_exit(127);
}

// Reaps a child that was killed. One that hangs in the kernel is left alone.
bool ends_soon(pid_t child) {
    for (auto waited = 0ms; waited < 1s; waited += 1ms) {
        if (::waitpid(child, nullptr, WNOHANG) != 0)
            return true;
        std::this_thread::sleep_for(1ms);
    }
    return false;
}

} // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        close();
        fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
}

void Descriptor::close() {
    if (fd_ >= 0)
        ::close(fd_);
    fd_ = -1;
}

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        throw std::system_error(errno, std::generic_category(), "a pipe cannot be made");
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

Process::Process(const Command& command) {
    Pipe output = make_pipe();
    Pipe failure = make_pipe();
    std::vector<std::string> argument_strings{command.program.string()};
    argument_strings.insert(argument_strings.end(), command.arguments.begin(), command.arguments.end());
    auto environment_strings = merged_environment(command.environment);
    const auto arguments = pointers(argument_strings);
    const auto environment = pointers(environment_strings);
    const ChildPlan plan{command.program.c_str(),
                         const_cast<char**>(arguments.data()),
                         const_cast<char**>(environment.data()),
                         command.inherited,
                         output.writing.get(),
                         failure.writing.get(),
                         ::getpid()};
    pid_ = ::fork();
    if (pid_ == 0)
        become(plan);
    if (pid_ < 0)
        throw std::system_error(errno, std::generic_category(),
                                "a process for " + command.program.string() + " cannot be made");
    ::setpgid(pid_, pid_); // here too: whichever of the two comes first wins the race
    output.writing.close();
    failure.writing.close();
    ::fcntl(failure.reading.get(), F_SETFL, 0);
    int number = 0;
    while (::read(failure.reading.get(), &number, sizeof number) < 0 && errno == EINTR) {
    }
    if (number != 0) {
        reap();
        throw std::runtime_error(command.program.string() + " cannot be executed: " + std::strerror(number));
    }
    output_ = std::move(output.reading);
}

Process::~Process() {
    if (!status_ && !given_up_)
        terminate();
}

void Process::kill_group() {
    ::kill(-pid_, SIGKILL);
    ::kill(pid_, SIGKILL);
}

std::optional<ExitStatus> Process::poll_exit() {
    if (status_)
        return status_;
    siginfo_t info{};
    // WNOWAIT keeps the number taken until the rest of the group is dead.
    if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0)
        return std::nullopt;
    ::kill(-pid_, SIGKILL);
    reap();
    return status_;
}

std::optional<ExitStatus> Process::terminate() {
    kill_group();
    for (auto waited = 0ms; waited < patience && !poll_exit(); waited += 1ms)
        std::this_thread::sleep_for(1ms);
    given_up_ = !status_;
    return status_;
}

void Process::reap() {
    int raw = 0;
    while (::waitpid(pid_, &raw, 0) < 0 && errno == EINTR) {
    }
    status_ = WIFSIGNALED(raw) ? ExitStatus{std::nullopt, WTERMSIG(raw)}
                               : ExitStatus{WEXITSTATUS(raw), std::nullopt};
}

std::string signal_name(int signal) {
    const char* name = ::sigabbrev_np(signal);
    return name != nullptr ? "SIG" + std::string(name) : "signal " + std::to_string(signal);
}

void adopt_orphans() {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void kill_orphans(const std::vector<pid_t>& keep) {
    // Killing an orphan may bring its own children here: again until a round finds none.
    for (bool found = true; found;) {
        found = false;
        std::ifstream children("/proc/self/task/" + std::to_string(::getpid()) + "/children");
        for (pid_t child = 0; children >> child;) {
            if (std::find(keep.begin(), keep.end(), child) != keep.end())
                continue;
            ::kill(child, SIGKILL);
            found |= ends_soon(child);
        }
    }
}

} // namespace runner
