#include "report/compare.hpp"

#include "report/case_text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>

namespace runner {
namespace {

bool checked(Outcome outcome) {
    return outcome != Outcome::skip && outcome != Outcome::not_run;
}

std::optional<Change> change_between(Outcome before, Outcome after) {
    if (checked(before) && after == Outcome::not_run)
        return Change::missing;
    if (checked(before) && after == Outcome::skip)
        return Change::skipped_now;
    const bool kept_before = before == Outcome::pass;
    const bool new_deviation = kept_before && after == Outcome::known_deviation;
    if (new_deviation || (!is_bad(before) && is_bad(after)))
        return Change::regression;
    if (checked(before) && !kept_before && after == Outcome::pass)
        return Change::fixed;
    return std::nullopt;
}

class Comparer {
  public:
    Comparison run(const RunResult& baseline, const RunResult& now) {
        remark_on(baseline, now);
        std::map<std::string, const CaseResult*> rest;
        for (const auto& result : now.cases)
            rest[result.name] = &result;
        for (const auto& before : baseline.cases) {
            const auto found = rest.find(before.name);
            if (found == rest.end()) {
                add(Change::missing, before.name, before.outcome, "", "the case is gone");
                continue;
            }
            const auto size = result_.differences.size();
            compare_outcome(before, *found->second);
            compare_values(before, *found->second);
            result_.unchanged += size == result_.differences.size();
            rest.erase(found);
        }
        for (const auto& [name, result] : rest)
            result_.differences.push_back(
                {Change::added, name, "", word_for(result->outcome), summary_of(*result)});
        std::stable_sort(result_.differences.begin(), result_.differences.end(),
                         [](const auto& a, const auto& b) {
                             return std::tie(a.change, a.name) < std::tie(b.change, b.name);
                         });
        return std::move(result_);
    }

  private:
    void remark_on(const RunResult& baseline, const RunResult& now) {
        for (const auto* key : {"gpu.name", "driver.user_mode", "driver.kernel_mode", "toolkit.built_with"})
            remark(key, text_of(baseline.environment, key), text_of(now.environment, key));
        remark("backend", baseline.backend, now.backend);
        if (baseline.backend != now.backend)
            result_.remarks.push_back("a simulator and a GPU differ in much: compare results of one backend");
        remark("suite version", baseline.suite_version, now.suite_version);
        if (!baseline.complete)
            result_.remarks.push_back("the baseline is incomplete");
        if (!now.complete)
            result_.remarks.push_back("the new result is incomplete");
    }

    void remark(const std::string& what, const std::string& before, const std::string& after) {
        if (before != after)
            result_.remarks.push_back(what + ": " + (before.empty() ? "unknown" : before) + " -> " +
                                      (after.empty() ? "unknown" : after));
    }

    void add(Change change, const std::string& name, Outcome before, const std::string& after,
             const std::string& detail) {
        result_.differences.push_back({change, name, word_for(before), after, detail});
    }

    void compare_outcome(const CaseResult& before, const CaseResult& after) {
        if (const auto change = change_between(before.outcome, after.outcome))
            add(*change, before.name, before.outcome, word_for(after.outcome), summary_of(after));
    }

    void compare_values(const CaseResult& before, const CaseResult& after) {
        if (!checked(after.outcome) || !checked(before.outcome))
            return;
        for (const auto& [key, value] : before.observations) {
            const auto found = after.observations.find(key);
            if (found == after.observations.end())
                result_.differences.push_back({Change::drift, before.name, value, "not observed", key});
            else if (found->second != value)
                result_.differences.push_back({Change::drift, before.name, value, found->second, key});
        }
    }

    Comparison result_;
};

std::string totals(const Comparison& comparison) {
    std::map<Change, int> numbers;
    for (const auto& difference : comparison.differences)
        ++numbers[difference.change];
    std::string text;
    for (const auto& [change, number] : numbers)
        text += std::to_string(number) + " " + std::string(word_for(change)) + ", ";
    return text + std::to_string(comparison.unchanged) + " unchanged";
}

std::string cell(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '|')
            out += '\\';
        out += c == '\n' ? ' ' : c;
    }
    return out;
}

} // namespace

std::string_view word_for(Change change) {
    static constexpr std::array words{"REGRESSION", "DRIFT", "MISSING", "SKIPPED NOW", "FIXED", "NEW"};
    return words.at(static_cast<std::size_t>(change));
}

bool is_loud(Change change) {
    return change != Change::fixed && change != Change::added;
}

bool Comparison::loud() const {
    return std::any_of(differences.begin(), differences.end(),
                       [](const auto& d) { return is_loud(d.change); });
}

Comparison compare(const RunResult& baseline, const RunResult& now) {
    return Comparer().run(baseline, now);
}

std::string as_text(const Comparison& comparison) {
    std::string out;
    for (const auto& remark : comparison.remarks)
        out += "note: " + remark + "\n";
    for (const auto& d : comparison.differences) {
        std::string word(word_for(d.change));
        word.resize(12, ' ');
        out +=
            word + d.name + "\n            " + (d.change == Change::drift ? d.detail + ": " : "") +
            (d.before.empty() ? "" : d.before) + (d.before.empty() || d.after.empty() ? "" : " -> ") +
            d.after +
            (d.change == Change::drift || d.detail.empty() || d.detail == d.after ? ""
                                                                                  : " (" + d.detail + ")") +
            "\n";
    }
    return out + totals(comparison) + "\n";
}

std::string as_markdown(const Comparison& comparison) {
    std::string out = "**" + totals(comparison) + "**\n\n";
    for (const auto& remark : comparison.remarks)
        out += "* " + cell(remark) + "\n";
    if (comparison.differences.empty())
        return out;
    out += (comparison.remarks.empty() ? "" : "\n") +
           std::string("| change | case | before | now | detail |\n|---|---|---|---|---|\n");
    for (const auto& d : comparison.differences)
        out += "| " + std::string(word_for(d.change)) + " | " + cell(d.name) + " | " + cell(d.before) +
               " | " + cell(d.after) + " | " + cell(d.detail) + " |\n";
    return out;
}

} // namespace runner
