#include "model.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace runner {
namespace {

constexpr std::array outcome_words{"pass",           "fail",  "skip",  "error",   "known_deviation",
                                   "deviation_gone", "flaky", "crash", "timeout", "not_run"};
constexpr std::array verdict_words{"kept",        "broken",     "no-gpu", "environment-broken",
                                   "suite-error", "interrupted"};
static_assert(outcome_words.size() == all_outcomes.size());
static_assert(verdict_words.size() == all_verdicts.size());

template<typename Value, typename Words, typename Values>
std::optional<Value> find_word(std::string_view word, const Words& words, const Values& values) {
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end())
        return std::nullopt;
    return values[static_cast<std::size_t>(found - words.begin())];
}

} // namespace

std::string_view to_string(Outcome outcome) {
    return outcome_words.at(static_cast<std::size_t>(outcome));
}

std::string_view to_string(Verdict verdict) {
    return verdict_words.at(static_cast<std::size_t>(verdict));
}

std::optional<Outcome> outcome_from_string(std::string_view word) {
    return find_word<Outcome>(word, outcome_words, all_outcomes);
}

std::optional<Verdict> verdict_from_string(std::string_view word) {
    return find_word<Verdict>(word, verdict_words, all_verdicts);
}

bool is_bad(Outcome outcome) {
    return outcome != Outcome::pass && outcome != Outcome::skip && outcome != Outcome::known_deviation &&
           outcome != Outcome::not_run;
}

std::string text_of(const Environment& environment, const std::string& key) {
    const auto found = environment.find(key);
    if (found == environment.end())
        return {};
    if (const auto* text = std::get_if<std::string>(&found->second))
        return *text;
    // The same digits as in results.json.
    return std::visit([](const auto& value) { return nlohmann::json(value).dump(); }, found->second);
}

int Counts::of(Outcome outcome) const {
    const auto found = by_outcome.find(outcome);
    return found == by_outcome.end() ? 0 : found->second;
}

Counts count(const std::vector<CaseResult>& cases) {
    Counts counts;
    for (const auto& result : cases)
        ++counts.by_outcome[result.outcome];
    counts.total = static_cast<int>(cases.size());
    return counts;
}

} // namespace runner
