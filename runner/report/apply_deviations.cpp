#include "report/deviations.hpp"
#include "report/pattern.hpp"

#include <algorithm>

namespace runner {
namespace {

struct ActiveEntry {
    const Deviation* entry;
    std::vector<CaseResult*> checked; // cases that the entry names and that reached a verdict
    bool shown = false;
};

/// `tested` is a CaseResult or a CaseInfo.
template<typename Case>
bool names(const Deviation& entry, const Case& tested) {
    return entry.cases.empty() ? entry.claim == tested.id : glob_matches(entry.cases, tested.name);
}

std::string shown_by(const Failure& failure) {
    return failure.expansion.empty() ? failure.message : failure.expansion;
}

void add_note(CaseResult& result, const std::string& sentence) {
    result.note += (result.note.empty() ? "" : "; ") + sentence;
}

/// The entry that covers the failure, marked as shown; null if there is none.
const Deviation* cover(const Failure& failure, const std::vector<ActiveEntry*>& entries) {
    const Deviation* first = nullptr;
    for (auto* active : entries)
        if (contains_pattern(active->entry->observed, shown_by(failure))) {
            active->shown = true;
            first = first ? first : active->entry;
        }
    return first;
}

void judge_failed(CaseResult& result, const std::vector<ActiveEntry*>& entries) {
    const Deviation* covering = nullptr;
    bool all = !result.failures.empty();
    for (const auto& failure : result.failures) {
        const auto* entry = cover(failure, entries);
        if (!entry && all)
            add_note(result, "the listed deviation does not cover: " + shown_by(failure));
        all = all && entry;
        covering = covering ? covering : entry;
    }
    if (all && covering) {
        result.outcome = Outcome::known_deviation;
        result.deviation = covering->json;
    }
}

void mark_gone(const ActiveEntry& active) {
    CaseResult* witness = nullptr;
    for (auto* result : active.checked) {
        const bool passed = result->outcome == Outcome::pass;
        if (passed || (!witness && result->outcome == Outcome::known_deviation))
            witness = result;
        if (passed)
            break;
    }
    if (!witness)
        return; // it failed in another way, which already fails the gate
    witness->outcome = Outcome::deviation_gone;
    witness->deviation = active.entry->json;
    add_note(*witness, "the listed deviation no longer shows: remove or narrow " + active.entry->where);
}

void apply(std::vector<CaseResult>& cases, const std::string& backend, const Environment& environment,
           const DeviationList& list) {
    std::vector<ActiveEntry> active;
    for (const auto& entry : list.entries)
        if (applies(entry, backend, environment))
            active.push_back({&entry, {}, false});

    for (auto& result : cases) {
        if (result.outcome != Outcome::fail && result.outcome != Outcome::pass)
            continue;
        std::vector<ActiveEntry*> entries;
        for (auto& candidate : active)
            if (names(*candidate.entry, result)) {
                candidate.checked.push_back(&result);
                entries.push_back(&candidate);
            }
        if (!entries.empty() && result.outcome == Outcome::fail)
            judge_failed(result, entries);
    }
    for (const auto& entry : active)
        if (!entry.shown && !entry.entry->sometimes)
            mark_gone(entry);
}

} // namespace

bool applies(const Deviation& entry, const std::string& backend, const Environment& environment) {
    const auto driver = text_of(environment, "driver.user_mode");
    return backend == "gpu" && !driver.empty() &&
           any_glob_matches(entry.gpu, text_of(environment, "gpu.name")) &&
           compare_version(driver, entry.driver_min) >= 0 && compare_version(driver, entry.driver_max) <= 0;
}

void apply_deviations(RunResult& run, const DeviationList& list) {
    apply(run.cases, run.backend, run.environment, list);
    for (auto& device : run.devices)
        apply(device.cases, run.backend, device.environment, list);
}

std::vector<std::string> deviating_cases(const std::vector<CaseInfo>& tests, const std::string& backend,
                                         const Environment& environment, const DeviationList& list) {
    std::vector<std::string> found;
    for (const auto& test : tests)
        if (std::any_of(list.entries.begin(), list.entries.end(), [&](const auto& entry) {
                return !entry.sometimes && names(entry, test) && applies(entry, backend, environment);
            }))
            found.push_back(test.name);
    return found;
}

} // namespace runner
