// All cases on one device: workers one after the other until every case has a result, then the retries.
#pragma once

#include "backend.hpp"
#include "history.hpp"
#include "ledger.hpp"
#include "progress.hpp"
#include "worker.hpp"

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace runner {

struct EngineOptions {
    std::filesystem::path program;
    std::filesystem::path simulator; // folder of its libraries
    BackendMode mode = BackendMode::automatic;
    std::string size = "quick";
    Limits limits;
    int repeat = 1;
    bool fail_fast = false;
    bool retry = true;
};

/// How a device's run came to an end.
struct Ending {
    Halt halt = Halt::none;
    std::string reason;
};

/// What the devices of one run share.
struct SharedRun {
    const EngineOptions& options;
    Ledger& ledger;
    Progress& progress;
    std::atomic<bool> stop = false;     // --fail-fast has seen enough
    std::atomic<int> retries_left = 20; // failing cases that still may be run again
    pid_t guardian = -1;
    bool sole_device = true;
    std::atomic<bool> table_left = false; // the last worker on the simulator did not end in good order
};

class DeviceRun {
  public:
    /// `ordinal`: none leaves the choice of the device to the worker, which takes the first.
    DeviceRun(SharedRun& shared, std::optional<int> ordinal, std::vector<PlannedCase> plan, bool simulator);

    Ending run();

    /// Starts a worker only to learn its environment, and on which backend it runs.
    Ending probe();

    const Environment& environment() const { return environment_; }
    bool on_simulator() const { return simulator_; }

  private:
    Ending run_list(std::vector<PlannedCase> list, Condition condition);
    Ending run_alone(const CaseResult& failed);
    void retry_failures();
    WorkerReport launch(const std::vector<PlannedCase>& list, Condition condition, bool only_probe);
    Ending refusal(const SmokeEvent& refused);
    std::optional<Ending> fall_back(const std::string& why);
    void on_environment(const Environment& properties);
    void on_ended(const CaseResult& attempt, Condition condition);
    void give_up(const std::vector<PlannedCase>& list, const std::string& why, Condition condition);

    SharedRun& shared_;
    std::optional<int> ordinal_;
    int device_;
    std::vector<PlannedCase> plan_;
    bool simulator_;
    bool proven_ = false; // a worker has passed its smoke test
    Environment environment_;
    Ending misfit_; // the worker runs on a backend that was not asked for
    std::unordered_map<std::string, History> histories_;
};

} // namespace runner
