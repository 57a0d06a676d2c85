#include "record.hpp"

#include <algorithm>
#include <array>

namespace runner {
namespace {

// From what says least to what matters most.
int weight(Outcome outcome) {
    constexpr std::array order{Outcome::pass,    Outcome::skip,  Outcome::known_deviation,
                               Outcome::not_run, Outcome::error, Outcome::deviation_gone,
                               Outcome::flaky,   Outcome::fail,  Outcome::timeout,
                               Outcome::crash};
    return static_cast<int>(std::find(order.begin(), order.end(), outcome) - order.begin());
}

// Each case with its worst result. All devices run the same cases in the same order.
std::vector<CaseResult> worst_of(const std::vector<DeviceResult>& devices) {
    auto cases = devices.front().cases;
    for (const auto& device : devices)
        for (std::size_t i = 0; i < device.cases.size() && i < cases.size(); ++i)
            if (weight(device.cases[i].outcome) > weight(cases[i].outcome))
                cases[i] = device.cases[i];
    for (std::size_t i = 0; i < cases.size(); ++i) {
        std::string where;
        for (const auto& device : devices)
            if (i < device.cases.size() && device.cases[i].outcome == cases[i].outcome)
                where += (where.empty() ? "" : ", ") + std::to_string(device.ordinal);
        if (is_bad(cases[i].outcome))
            cases[i].note = "on GPU " + where + (cases[i].note.empty() ? "" : ": " + cases[i].note);
    }
    return cases;
}

// A case that the halt kept from running says why.
void explain(std::vector<CaseResult>& cases, Halt halt, const std::string& reason) {
    for (auto& result : cases)
        if (halt != Halt::none && halt != Halt::interrupted && result.outcome == Outcome::not_run &&
            result.note.empty())
            result.note = reason;
}

} // namespace

RunRecord::Device& RunRecord::device(int ordinal) {
    for (auto& device : devices_)
        if (device.ordinal == ordinal)
            return device;
    devices_.emplace_back();
    devices_.back().ordinal = ordinal;
    return devices_.back();
}

void RunRecord::plan(int ordinal, const CaseResult& identity) {
    auto& target = device(ordinal);
    target.index[identity.name] = target.cases.size();
    target.cases.push_back(identity);
}

void RunRecord::environment(int ordinal, const Environment& properties) {
    device(ordinal).environment = properties;
    if (const auto backend = text_of(properties, "backend"); !backend.empty())
        header_.backend = backend;
}

void RunRecord::started(int ordinal, const CaseResult& attempt) {
    auto& target = device(ordinal);
    if (const auto found = target.index.find(attempt.name); found != target.index.end())
        target.on_duty = found->second;
}

void RunRecord::ended(int ordinal, const CaseResult& result) {
    auto& target = device(ordinal);
    const auto found = target.index.find(result.name);
    if (found == target.index.end())
        return;
    target.cases[found->second] = result;
    if (target.on_duty == found->second)
        target.on_duty.reset();
}

void RunRecord::warn(const std::string& sentence) {
    header_.warnings.push_back(sentence);
}

std::vector<CaseResult> RunRecord::cases_of(const Device& device) {
    auto cases = device.cases;
    if (device.on_duty && cases[*device.on_duty].outcome == Outcome::not_run)
        cases[*device.on_duty].note = "had begun and not ended when this was written";
    return cases;
}

RunResult RunRecord::result() const {
    auto run = header_;
    if (devices_.empty())
        return run;
    run.environment = devices_.front().environment;
    if (!per_device_) {
        run.cases = cases_of(devices_.front());
        return run;
    }
    for (const auto& device : devices_)
        run.devices.push_back({device.ordinal, Verdict::interrupted, device.environment, cases_of(device)});
    run.cases = worst_of(run.devices);
    return run;
}

void settle(RunResult& run, const DeviationList& deviations, Halt halt, const std::string& halt_reason) {
    for (auto& device : run.devices) {
        RunResult share;
        share.backend = run.backend;
        share.environment = std::move(device.environment);
        share.cases = std::move(device.cases);
        apply_deviations(share, deviations);
        device.environment = std::move(share.environment);
        device.cases = std::move(share.cases);
        explain(device.cases, halt, halt_reason);
        device.verdict = judge(count(device.cases), halt, halt_reason).verdict;
    }
    if (run.devices.empty())
        apply_deviations(run, deviations);
    else
        run.cases = worst_of(run.devices);
    explain(run.cases, halt, halt_reason);
    const auto judgement = judge(count(run.cases), halt, halt_reason);
    run.verdict = judgement.verdict;
    run.reason = judgement.reason;
    run.exit_code = judgement.exit_code;
}

} // namespace runner
