// Runs `vmm-cts run` with the misbehaving worker in a fresh folder, and looks at what it left.
#pragma once

#include "model.hpp"

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace runner::testing {

/// A folder that goes away with its owner.
class Folder {
  public:
    Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

struct Script {
    std::string cases;                    // MISBEHAVE
    std::string mode;                     // MISBEHAVE_MODE
    std::vector<std::string> arguments{}; // of `vmm-cts run`, after --tests and --out
    std::vector<std::string> environment{};
};

/// A runner that has been started.
class Invocation {
  public:
    explicit Invocation(const Script& script);
    Invocation(const Invocation&) = delete;
    Invocation& operator=(const Invocation&) = delete;
    ~Invocation();

    /// The exit code; 128 + signal if one ended the runner.
    int wait();

    void kill(int signal) const;
    pid_t id() const { return pid_; }

    std::filesystem::path out() const { return folder_.path() / "out"; }
    std::string standard_output() const { return text_of_file("stdout"); }
    std::string standard_error() const { return text_of_file("stderr"); }

    RunResult result() const;
    CaseResult result_of(const std::string& behaviour) const; // the first such case

    /// Waits until the guardian has done its work, for at most five seconds.
    void wait_for_guardian() const;

    /// Processes that still carry this invocation's mark in their environment.
    int processes_left() const;

  private:
    std::string text_of_file(const char* name) const;

    Folder folder_;
    std::string mark_;
    pid_t pid_ = -1;
    int exit_code_ = -1;
};

/// True if the file is well-formed XML, as an XML parser sees it.
bool is_well_formed(const std::filesystem::path& xml);

} // namespace runner::testing
