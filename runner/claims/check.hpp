// Keeps the register and the tests in step, both ways.
#pragma once

#include "catalog.hpp"
#include "claims/register.hpp"

#include <set>
#include <string>
#include <vector>

namespace runner {

/// What the check needs to know about an entry of the deviation list.
struct DeviationTarget {
    std::string where; // "580.json, entry 2"
    std::string claim; // one of the two is set
    std::string cases; // a glob over case names
};

/// One sentence for each offender; empty when register, tests and deviations agree.
/// `groups` limits the check to these groups (a build may leave groups out); empty means all.
std::vector<std::string> check_register(const Register& claims, const std::vector<CaseInfo>& tests,
                                        const std::vector<DeviationTarget>& deviations,
                                        const std::set<std::string>& groups);

} // namespace runner
