// What several executions of one case say together.
//
// A case runs "in company" (after others, in a worker that it shares) or "alone" (in a fresh worker). A case
// that fails, crashes, times out or errs in company runs alone afterwards, twice; after a timeout a second
// timeout is proof enough.
//
//   in company  alone          verdict
//   bad         bad, bad       its outcome stays; note "fails alone, too"
//   bad         pass, pass     order dependence: its outcome stays; note "passes alone, fails in company"
//   bad         pass and bad   flaky: two outcomes in one condition
//   pass and bad (--repeat)    flaky
//
// The only case of a run is alone from the start, so a single passing retry makes it flaky. Neither flaky nor
// order dependence is a pass.
#pragma once

#include "model.hpp"

#include <vector>

namespace runner {

enum class Condition { in_company, alone };

class History {
  public:
    /// A new attempt has ended, in an execution numbered from 1. The same number again corrects that attempt.
    /// Returns whether the attempt is new.
    bool record(int execution, Condition condition, const CaseResult& attempt);

    /// The first bad attempt, or else the last one, with the outcome, attempts and note of them all.
    CaseResult conclusion() const;

  private:
    struct Attempt {
        int execution = 0;
        Condition condition = Condition::in_company;
        Outcome outcome = Outcome::not_run;
    };
    std::vector<Attempt> attempts_;
    CaseResult telling_;
    int telling_execution_ = 0;
};

} // namespace runner
