// In which order the cases meet a defect, and how long each may take.
#pragma once

#include "prove/defect.hpp"
#include "session.hpp"

#include <vector>

namespace runner::prove {

/// A case that takes longer is not run under every defect of a matrix, but only where it matters.
inline constexpr double slow_seconds = 0.05;

struct Order {
    std::vector<PlannedCase> named; // cases of the claims that the defect names, in the order of the names
    std::vector<PlannedCase> rest;  // all others, fastest first
};

/// The baseline's cases as they run under the defect. Cases that did not run there are left out.
Order order_for(const Defect& defect, const std::vector<CaseResult>& baseline);

/// Takes the slow ones out of `cases` and returns them.
std::vector<PlannedCase> take_slow(std::vector<PlannedCase>& cases, const std::vector<CaseResult>& baseline);

/// The limits of a worker under a defect. They multiply what a PlannedCase of order_for says, so that a case
/// has five times its time in the baseline and three seconds more.
Limits short_limits();

} // namespace runner::prove
