#include "history.hpp"

#include <algorithm>

namespace runner {
namespace {

struct Tally {
    int good = 0;
    int bad = 0;

    int total() const { return good + bad; }
    bool mixed() const { return good > 0 && bad > 0; }
};

std::string share(const Tally& tally, const char* where) {
    return "failed " + std::to_string(tally.bad) + " of " + std::to_string(tally.total()) + " times " + where;
}

} // namespace

bool History::record(int execution, Condition condition, const CaseResult& attempt) {
    const bool is_new = attempts_.empty() || attempts_.back().execution != execution;
    if (is_new)
        attempts_.push_back({execution, condition, attempt.outcome});
    attempts_.back().outcome = attempt.outcome;
    const bool tells_more = !is_bad(telling_.outcome) || telling_execution_ == execution;
    if (telling_execution_ == 0 || tells_more) {
        telling_ = attempt;
        telling_execution_ = execution;
    }
    return is_new;
}

CaseResult History::conclusion() const {
    Tally company;
    Tally alone;
    for (const auto& attempt : attempts_) {
        auto& tally = attempt.condition == Condition::alone ? alone : company;
        ++(is_bad(attempt.outcome) ? tally.bad : tally.good);
    }
    auto result = telling_;
    result.attempts = static_cast<int>(attempts_.size());
    std::string note;
    if (company.mixed() || alone.mixed()) {
        result.outcome = Outcome::flaky;
        note = company.total() > 0 ? share(company, "in company") : "";
        if (alone.total() > 0)
            note += (note.empty() ? "" : " and ") + share(alone, "alone");
    } else if (company.bad > 0 && alone.good > 0) {
        note = "passes alone, fails in company";
    } else if (company.bad > 0 && alone.bad > 0) {
        note = "fails alone, too";
    }
    if (!note.empty())
        result.note = note + (result.note.empty() ? "" : "; " + result.note);
    return result;
}

} // namespace runner
