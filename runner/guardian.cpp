#include "guardian.hpp"

#include "journal.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <initializer_list>
#include <iostream>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace runner {
namespace {

void remove_temporaries(const std::filesystem::path& out, pid_t writer) {
    const auto ending = "." + std::to_string(writer) + ".tmp";
    for (const auto& entry : std::filesystem::directory_iterator(out))
        if (entry.path().string().ends_with(ending))
            std::filesystem::remove(entry.path());
}

using CleanUp = std::function<void(const RunResult&)>;

void take_over(const std::filesystem::path& out, const ReportOptions& options, pid_t runner,
               const CleanUp& clean_up) {
    const auto content = read_journal_content(out);
    for (const pid_t worker : content.live_workers)
        ::kill(-worker, SIGKILL);
    write_reports(content.run, out, options);
    remove_temporaries(out, runner);
    std::cerr << "vmm-cts: the runner was killed; the reports in " << out.string()
              << " hold all that had finished\n";
    clean_up(content.run);
}

// One byte: a normal end. None: the runner is dead.
bool runner_died(int lifeline) {
    char byte = 0;
    ssize_t count = 0;
    while ((count = ::read(lifeline, &byte, 1)) < 0 && errno == EINTR) {
    }
    return count == 0;
}

[[noreturn]] void guard(int lifeline, const std::filesystem::path& out, const ReportOptions& options,
                        pid_t runner, const CleanUp& clean_up) {
    ::prctl(PR_SET_NAME, "vmm-cts-guard");
    ::setsid(); // a signal to the runner's group or terminal is not meant for the guardian
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE})
        ::signal(number, SIG_IGN);
    // A reader of the runner's output must not wait for this process.
    const int null = ::open("/dev/null", O_RDWR);
    if (null >= 0) {
        ::dup2(null, STDIN_FILENO);
        ::dup2(null, STDOUT_FILENO);
    }
    try {
        if (runner_died(lifeline))
            take_over(out, options, runner, clean_up);
    } catch (const std::exception& problem) {
        std::cerr << "vmm-cts: the runner was killed and the reports cannot be completed: " << problem.what()
                  << '\n';
        ::_exit(1);
    }
    ::_exit(0);
}

} // namespace

Guardian::Guardian(const std::filesystem::path& out, const ReportOptions& options,
                   const std::function<void(const RunResult&)>& clean_up) {
    Pipe pipe = make_pipe();
    ::fcntl(pipe.reading.get(), F_SETFL, 0);
    const pid_t runner = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) {
        pipe.writing.close();
        guard(pipe.reading.get(), out, options, runner, clean_up);
    }
    lifeline_ = std::move(pipe.writing);
}

Guardian::~Guardian() {
    const char byte = 1;
    [[maybe_unused]] const auto ignored = ::write(lifeline_.get(), &byte, 1);
    if (pid_ > 0)
        ::waitpid(pid_, nullptr, 0);
}

} // namespace runner
