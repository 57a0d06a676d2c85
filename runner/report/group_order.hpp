// The order in which every table and report shows the claim groups.
#pragma once

#include "model.hpp"

#include <string>
#include <utility>
#include <vector>

namespace runner {

/// From what stands alone to what is built on it; unknown groups come last, by name.
bool group_before(const std::string& left, const std::string& right);

/// Groups in that order, each with its cases by name.
std::vector<std::pair<std::string, std::vector<const CaseResult*>>>
by_group(const std::vector<CaseResult>& cases);

} // namespace runner
