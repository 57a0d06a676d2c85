// A child process in a process group of its own, which dies with the thread that started it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace runner {

/// Owns a file descriptor.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor() { close(); }

    int get() const { return fd_; }
    bool is_open() const { return fd_ >= 0; }
    void close();

  private:
    int fd_ = -1;
};

struct Pipe {
    Descriptor reading; // does not block
    Descriptor writing;
};

/// @throws std::system_error
Pipe make_pipe();

/// How a process ended: by exit code or by signal.
struct ExitStatus {
    std::optional<int> code;
    std::optional<int> signal;
};

struct Command {
    std::filesystem::path program;
    std::vector<std::string> arguments;
    std::vector<std::string> environment; // "NAME=value", put over the runner's own environment
    std::vector<int> inherited;           // descriptors that the child keeps under the same number
};

class Process {
  public:
    /// Starts the command; its stdout and stderr go into `output()`, its stdin is empty.
    /// @throws std::runtime_error naming the program if it cannot be executed.
    explicit Process(const Command& command);
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process();

    pid_t id() const { return pid_; }
    Descriptor& output() { return output_; }

    /// SIGKILL to the whole process group.
    void kill_group();

    /// The status once the process has ended, which is also when the rest of its group is killed; nullopt
    /// while it lives.
    std::optional<ExitStatus> poll_exit();

    /// Kills the group and waits for the end; nullopt if it does not come within ten seconds. That is a
    /// process which hangs in the kernel, as after some GPU faults; it is given up.
    std::optional<ExitStatus> terminate();

  private:
    void reap();

    pid_t pid_ = -1;
    std::optional<ExitStatus> status_;
    bool given_up_ = false;
    Descriptor output_;
};

/// "SIGSEGV" for 11, "signal 99" for a number without a name.
std::string signal_name(int signal);

/// Makes orphans of the workers children of this process, so that kill_orphans finds them.
void adopt_orphans();

/// Kills and reaps every child of this process that is not listed. Call it only while no other thread starts
/// a child.
void kill_orphans(const std::vector<pid_t>& keep);

} // namespace runner
