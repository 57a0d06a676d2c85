#include "verdict.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

namespace runner {
namespace {

bool is_broken(const Counts& counts) {
    return counts.of(Outcome::fail) + counts.of(Outcome::crash) + counts.of(Outcome::timeout) +
               counts.of(Outcome::flaky) + counts.of(Outcome::deviation_gone) >
           0;
}

std::string plural(int count, const std::string& noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

// A claim is kept if one of its cases passed and none went wrong.
int claims_kept(const RunResult& run) {
    std::map<std::string, std::pair<bool, bool>> claims; // passed, spoiled
    for (const auto& result : run.cases) {
        claims[result.id].first |= result.outcome == Outcome::pass;
        claims[result.id].second |= result.outcome != Outcome::pass && result.outcome != Outcome::skip;
    }
    return static_cast<int>(std::count_if(claims.begin(), claims.end(), [](const auto& claim) {
        return claim.second.first && !claim.second.second;
    }));
}

std::string_view headline(Verdict verdict) {
    switch (verdict) {
    case Verdict::kept:
        return "KEPT";
    case Verdict::broken:
        return "BROKEN";
    case Verdict::no_gpu:
        return "NO GPU";
    case Verdict::environment_broken:
        return "ENVIRONMENT BROKEN";
    case Verdict::suite_error:
        return "SUITE ERROR";
    case Verdict::interrupted:
        return "INTERRUPTED";
    }
    return "SUITE ERROR";
}

std::string where(const RunResult& run) {
    if (run.backend == "simulator")
        return "backend=simulator: says nothing about a GPU or driver";
    auto gpu = text_of(run.environment, "gpu.name");
    const auto driver = text_of(run.environment, "driver.user_mode");
    if (run.devices.size() > 1)
        gpu = std::to_string(run.devices.size()) + " GPUs, first " + gpu;
    return gpu + (driver.empty() ? "" : (gpu.empty() ? "driver " : ", driver ") + driver);
}

} // namespace

Judgement judge(const Counts& counts, Halt halt, const std::string& halt_reason) {
    const auto suite_error = [](std::string reason) {
        return Judgement{Verdict::suite_error, exit_suite_error, std::move(reason)};
    };
    if (halt == Halt::interrupted)
        return {Verdict::interrupted, exit_interrupted, halt_reason};
    if (is_broken(counts))
        return {Verdict::broken, exit_broken, halt_reason};
    if (halt == Halt::no_gpu)
        return {Verdict::no_gpu, exit_no_gpu, halt_reason};
    if (halt == Halt::environment_broken)
        return {Verdict::environment_broken, exit_no_gpu, halt_reason};
    if (halt == Halt::worker_unusable)
        return suite_error(halt_reason);
    if (counts.total == 0)
        return suite_error("no case was selected, so nothing was checked");
    if (counts.of(Outcome::error) > 0)
        return suite_error(plural(counts.of(Outcome::error), "case") +
                           " checked nothing or could not be understood");
    if (counts.of(Outcome::not_run) > 0)
        return suite_error(plural(counts.of(Outcome::not_run), "case") + " did not run");
    if (counts.of(Outcome::pass) + counts.of(Outcome::known_deviation) == 0)
        return suite_error("every selected case was skipped, so nothing was checked");
    return {Verdict::kept, exit_kept, ""};
}

std::string verdict_line(const RunResult& run) {
    const auto counts = count(run.cases);
    std::string line = std::string(headline(run.verdict)) + ": ";
    if (!run.reason.empty())
        line += run.reason + "; ";
    line += plural(claims_kept(run), "claim") + " kept (" + plural(counts.of(Outcome::pass), "case") + ")";
    const auto add = [&](Outcome outcome, const std::string& singular, const std::string& many) {
        if (const int n = counts.of(outcome); n > 0)
            line += ", " + std::to_string(n) + " " + (n == 1 ? singular : many);
    };
    add(Outcome::fail, "failed", "failed");
    add(Outcome::crash, "crashed", "crashed");
    add(Outcome::timeout, "timed out", "timed out");
    add(Outcome::flaky, "flaky", "flaky");
    add(Outcome::error, "in error", "in error");
    add(Outcome::deviation_gone, "deviation gone", "deviations gone");
    add(Outcome::skip, "skipped", "skipped");
    add(Outcome::known_deviation, "known deviation", "known deviations");
    add(Outcome::not_run, "not run", "not run");
    if (const auto place = where(run); !place.empty())
        line += " (" + place + ")";
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, " in %.1f s", run.seconds);
    return line + seconds;
}

} // namespace runner
