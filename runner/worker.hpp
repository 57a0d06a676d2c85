// Runs one worker process over a list of cases: starts it, reads its events and output, keeps its deadlines.
#pragma once

#include "session.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace runner {

struct WorkerCommand {
    std::filesystem::path program;
    std::vector<std::string> environment; // "NAME=value"
    Limits limits;
};

/// What the engine wants to know or do while a worker runs.
struct WorkerHooks {
    SessionListener listener; // last_output is filled here
    std::function<void(pid_t)> launched = [](pid_t) {};
    /// After each round of reading: the time to write journal and reports.
    std::function<void()> round = [] {};
    /// When `round` wants to be called even if nothing happens.
    std::function<Clock::time_point()> next_round = [] { return Clock::time_point::max(); };
    /// True: end the worker, nobody is to blame.
    std::function<bool()> stop = [] { return false; };
};

struct WorkerReport {
    SessionReport session;
    std::string output;      // the last that the worker wrote
    bool unkillable = false; // it hangs in the kernel
};

/// @throws std::exception with one sentence if no worker can be started.
WorkerReport run_worker(const WorkerCommand& command, const std::vector<PlannedCase>& plan, int number,
                        WorkerHooks hooks);

} // namespace runner
