// A small second process that outlives the runner. If the runner is killed (SIGKILL, out of memory), it ends
// the workers' process groups and rebuilds the reports from the journal, so that they hold every case that
// finished.
//
// Bound: it works within milliseconds of the runner's death (a few hundred for 10,000 cases). If it is killed
// together with the runner (a container's end, power loss), the reports are valid, and old by at most the
// interval that ledger.hpp states; the journal has the rest, and `vmm-cts report --from DIR` rebuilds them.
#pragma once

#include "process.hpp"
#include "report/report.hpp"

#include <filesystem>
#include <functional>
#include <sys/types.h>

namespace runner {

class Guardian {
  public:
    /// Start it before any thread exists. `clean_up` is what is left to do, with the run as far as it came,
    /// when the runner was killed.
    Guardian(const std::filesystem::path& out, const ReportOptions& options,
             const std::function<void(const RunResult&)>& clean_up);
    Guardian(const Guardian&) = delete;
    Guardian& operator=(const Guardian&) = delete;

    /// The run has come to its end: nothing left to guard.
    ~Guardian();

    pid_t id() const { return pid_; }

  private:
    Descriptor lifeline_;
    pid_t pid_ = -1;
};

} // namespace runner
