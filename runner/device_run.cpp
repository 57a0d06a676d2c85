#include "device_run.hpp"

#include "interrupt.hpp"
#include "utf8.hpp"

#include <algorithm>
#include <iostream>

namespace runner {
namespace {

// Workers in a row that may end before their first case does.
constexpr int most_strikes = 2;
constexpr int retries_alone = 2;

bool deserves_retry(Outcome outcome) {
    return outcome == Outcome::fail || outcome == Outcome::crash || outcome == Outcome::timeout;
}

std::string last_lines(const std::string& output) {
    const auto text = printable(output.substr(output.size() - std::min<std::size_t>(output.size(), 300)));
    return text.empty() ? "" : "; it wrote: " + text.substr(0, text.find_last_not_of(" \n\t") + 1);
}

Ending interrupted() {
    return {Halt::interrupted, "stopped by " + signal_name(caught_signal())};
}

} // namespace

DeviceRun::DeviceRun(SharedRun& shared, std::optional<int> ordinal, std::vector<PlannedCase> plan,
                     bool simulator)
    : shared_(shared), ordinal_(ordinal), device_(ordinal.value_or(0)), plan_(std::move(plan)),
      simulator_(simulator) {}

Ending DeviceRun::run() {
    // The only case of a run never has company.
    const auto condition = plan_.size() == 1 ? Condition::alone : Condition::in_company;
    for (int round = 0; round < shared_.options.repeat; ++round) {
        auto ending = run_list(plan_, condition);
        if (ending.halt != Halt::none || shared_.stop)
            return ending;
    }
    if (shared_.options.retry && !shared_.options.fail_fast)
        retry_failures();
    return caught_signal() != 0 ? interrupted() : Ending{};
}

Ending DeviceRun::probe() {
    for (;;) {
        const auto report = launch({}, Condition::in_company, true);
        if (caught_signal() != 0)
            return interrupted();
        if (misfit_.halt != Halt::none || proven_)
            return misfit_;
        const auto why = report.session.refused ? report.session.refused->reason : report.session.how;
        auto ending = report.session.refused ? refusal(*report.session.refused)
                                             : fall_back(why).value_or(Ending{Halt::worker_unusable, why});
        if (ending.halt != Halt::none)
            return ending;
    }
}

Ending DeviceRun::run_list(std::vector<PlannedCase> list, Condition condition) {
    int strikes = 0;
    bool left_out = false;
    while (!list.empty()) {
        const auto worker = launch(list, condition, false);
        const auto& report = worker.session;
        if (caught_signal() != 0)
            return interrupted();
        if (worker.unkillable)
            return {Halt::environment_broken, "a worker cannot be killed, because it hangs in the kernel; "
                                              "look for Xid messages in the kernel "
                                              "log and reset the GPU"};
        if (shared_.stop || misfit_.halt != Halt::none)
            return misfit_;
        if (report.refused) {
            if (auto ending = refusal(*report.refused); ending.halt != Halt::none)
                return ending;
            continue;
        }
        strikes = report.any_ended ? 0 : strikes + 1;
        if (!report.any_ended && !proven_ && !report.said_bye)
            if (const auto ending = fall_back(report.how); ending && ending->halt == Halt::none)
                continue;
        if (strikes >= most_strikes)
            return {Halt::worker_unusable, "no worker gets as far as the end of its first case: " +
                                               report.how + last_lines(worker.output)};
        std::vector<PlannedCase> rest;
        for (const auto index : report.remaining)
            rest.push_back(std::move(list[index]));
        list = std::move(rest);
        if (!list.empty() && report.orderly && !report.context_lost) {
            // Said bye as if all were done. A second time is not an accident.
            if (left_out) {
                give_up(list, "the worker ended in good order without running this case", condition);
                break;
            }
            left_out = true;
        }
    }
    return {};
}

void DeviceRun::give_up(const std::vector<PlannedCase>& list, const std::string& why, Condition condition) {
    const int worker = shared_.ledger.next_worker(); // an execution of its own
    for (const auto& planned : list) {
        auto result = planned.identity;
        result.outcome = Outcome::error;
        result.note = why;
        result.worker = worker;
        on_ended(result, condition);
    }
}

WorkerReport DeviceRun::launch(const std::vector<PlannedCase>& list, Condition condition, bool only_probe) {
    const auto& options = shared_.options;
    WorkerCommand command{options.program, {"VMM_CTS_SIZE=" + options.size}, options.limits};
    if (ordinal_)
        command.environment.push_back("VMM_CTS_DEVICE=" + std::to_string(*ordinal_));
    if (simulator_)
        for (auto& entry : simulator_environment(options.simulator))
            command.environment.push_back(std::move(entry));

    const int number = shared_.ledger.next_worker();
    pid_t process = -1;
    WorkerHooks hooks;
    hooks.listener.smoke = [this](const SmokeEvent& smoke) { proven_ |= smoke.ok; };
    hooks.listener.environment = [this](const Environment& properties) { on_environment(properties); };
    hooks.listener.started = [this](const CaseResult& attempt) {
        shared_.ledger.started(device_, attempt);
        shared_.progress.started(attempt);
    };
    hooks.listener.ended = [this, condition](const CaseResult& attempt) { on_ended(attempt, condition); };
    hooks.launched = [&](pid_t id) { shared_.ledger.worker(number, process = id); };
    hooks.round = [this] { shared_.ledger.round(); };
    hooks.next_round = [this] { return shared_.ledger.next_round(); };
    hooks.stop = [this, only_probe] {
        return shared_.stop || misfit_.halt != Halt::none || (only_probe && !environment_.empty());
    };
    auto report = run_worker(command, list, number, std::move(hooks));
    shared_.ledger.worker_ended(number, process);
    shared_.table_left = simulator_ && !report.session.orderly;
    if (shared_.sole_device)
        kill_orphans({shared_.guardian});
    return report;
}

void DeviceRun::on_environment(const Environment& properties) {
    const auto& options = shared_.options;
    const bool simulated = text_of(properties, "backend") == "simulator";
    if (simulated && options.mode == BackendMode::gpu)
        misfit_ = {Halt::no_gpu,
                   "a GPU was required, but the loaded libcuda.so.1 is the simulator's; take it out of "
                   "LD_LIBRARY_PATH"};
    else if (!simulated && simulator_)
        misfit_ = {Halt::worker_unusable,
                   "the simulator was asked for, but the driver's own libcuda.so.1 was loaded"};
    environment_ = properties;
    environment_["run.size"] = options.size;
    shared_.ledger.environment(device_, environment_);
}

void DeviceRun::on_ended(const CaseResult& attempt, Condition condition) {
    auto& history = histories_[attempt.name];
    if (history.record(attempt.worker, condition, attempt))
        shared_.progress.ended(attempt);
    shared_.ledger.ended(device_, history.conclusion());
    if (!shared_.options.fail_fast || !is_bad(attempt.outcome))
        return;
    for (const auto& judged : shared_.ledger.judged_cases(device_))
        if (judged.name == attempt.name && is_bad(judged.outcome))
            shared_.stop = true;
}

Ending DeviceRun::refusal(const SmokeEvent& refused) {
    const auto why = refused.reason + (refused.code.empty() ? "" : " (" + refused.code + ")");
    if (proven_)
        return {Halt::environment_broken, "the device stopped working during the run: " + why};
    if (refused.code == "CUDA_ERROR_INVALID_DEVICE")
        return {Halt::environment_broken, "there is no such device: " + why};
    if (simulator_)
        return {Halt::worker_unusable, "the simulator failed its smoke test: " + why};
    if (classify(refused, device_node_present()) == Refusal::broken)
        return {Halt::environment_broken, "a GPU or its driver is there and does not work: " + why};
    return fall_back(why).value_or(Ending{Halt::no_gpu, "no usable GPU: " + why});
}

// The simulator instead of a GPU that is not there; nullopt if it must not or cannot stand in.
std::optional<Ending> DeviceRun::fall_back(const std::string& why) {
    const auto& options = shared_.options;
    if (options.mode != BackendMode::automatic || simulator_ || device_node_present())
        return std::nullopt;
    if (!holds_simulator(options.simulator))
        return Ending{Halt::no_gpu,
                      "no usable GPU (" + why + "), and no simulator in " + options.simulator.string()};
    simulator_ = true;
    return Ending{};
}

void DeviceRun::retry_failures() {
    int left_out = 0;
    for (const auto& result : shared_.ledger.judged_cases(device_)) {
        if (!deserves_retry(result.outcome))
            continue;
        if (caught_signal() != 0 || misfit_.halt != Halt::none)
            return;
        if (shared_.retries_left-- <= 0) {
            ++left_out;
            continue;
        }
        shared_.progress.phase("again, alone");
        if (const auto ending = run_alone(result); ending.halt != Halt::none) {
            shared_.ledger.warn("the failing cases could not all be run again: " + ending.reason);
            return;
        }
    }
    if (left_out > 0)
        shared_.ledger.warn(
            std::to_string(left_out) +
            " failing cases were not run again alone, because 20 others were; flakiness and order "
            "dependence of these are not known");
}

Ending DeviceRun::run_alone(const CaseResult& failed) {
    const auto planned = std::find_if(plan_.begin(), plan_.end(), [&](const auto& candidate) {
        return candidate.identity.name == failed.name;
    });
    for (int i = 0; i < retries_alone; ++i) {
        Outcome outcome = Outcome::not_run;
        auto ending = run_list({*planned}, Condition::alone);
        if (ending.halt != Halt::none)
            return ending;
        for (const auto& judged : shared_.ledger.judged_cases(device_))
            if (judged.name == failed.name)
                outcome = judged.outcome;
        if (failed.outcome == Outcome::timeout && outcome == Outcome::timeout)
            break; // each proof costs the whole limit
    }
    return {};
}

} // namespace runner
