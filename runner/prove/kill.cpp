#include "prove/kill.hpp"

#include "report/case_text.hpp"
#include "report/compare.hpp"
#include "report/text.hpp"

#include <algorithm>
#include <array>

namespace runner::prove {
namespace {

constexpr std::size_t longest_text = 240;

// What Catch2 reports as the expression of an exception that no assertion expected: it has none, or names the
// assertion before.
bool is_stray_exception(const Failure& failure) {
    return failure.expression.starts_with("{Unknown expression") ||
           failure.expression.starts_with("TEST_CASE(");
}

// A problem that the harness found after the case has no expression.
bool is_found_afterwards(const Failure& failure) {
    return failure.expression.empty();
}

const Failure* find_own(const CaseResult& result) {
    const auto found = std::find_if(result.failures.begin(), result.failures.end(), [](const auto& f) {
        return !is_stray_exception(f) && !is_found_afterwards(f);
    });
    return found == result.failures.end() ? nullptr : &*found;
}

KillKind kind_of(const CaseResult& now) {
    switch (now.outcome) {
    case Outcome::crash:
        return KillKind::crash;
    case Outcome::timeout:
        return KillKind::timeout;
    case Outcome::error:
        return KillKind::error;
    case Outcome::skip:
        return KillKind::skipped;
    default:
        break;
    }
    if (find_own(now) != nullptr)
        return KillKind::fail;
    return std::any_of(now.failures.begin(), now.failures.end(), is_stray_exception) ? KillKind::set_up
                                                                                     : KillKind::hygiene;
}

// The failure that tells most: the case's own, if it has one.
std::string text_of_failure(const CaseResult& now) {
    const auto* failure = find_own(now);
    if (failure == nullptr && !now.failures.empty())
        failure = &now.failures.front();
    if (failure != nullptr && !failure->expansion.empty() && !is_stray_exception(*failure))
        return failure->expansion;
    return failure != nullptr && !failure->message.empty() ? failure->message : summary_of(now);
}

std::string one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return shorten(clean_text(text), longest_text);
}

RunResult run_of(const CaseResult& result) {
    RunResult run;
    run.complete = true;
    run.cases = {result};
    return run;
}

} // namespace

std::string_view to_string(KillKind kind) {
    static constexpr std::array words{"fail",  "crash",       "timeout", "drift", "set-up", "hygiene",
                                      "error", "skipped now", "smoke",   "start", "missing"};
    return words.at(static_cast<std::size_t>(kind));
}

bool proves_claim(KillKind kind, const std::string& claim_class) {
    return kind == KillKind::fail || kind == KillKind::crash || kind == KillKind::timeout ||
           (kind == KillKind::drift && claim_class == "pinned");
}

std::optional<Kill> difference(const CaseResult& baseline, const CaseResult& now) {
    for (const auto& found : compare(run_of(baseline), run_of(now)).differences) {
        if (!is_loud(found.change))
            continue;
        if (found.change == Change::drift)
            return Kill{now.name, now.id, KillKind::drift,
                        one_line(found.detail + ": " + found.before + " -> " + found.after), false};
        return Kill{now.name, now.id, kind_of(now), one_line(text_of_failure(now)), false};
    }
    return std::nullopt;
}

} // namespace runner::prove
