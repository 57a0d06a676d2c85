// The sections of report.html that summarise: outcomes, groups, environment.
#pragma once

#include "model.hpp"

#include <string>
#include <utility>
#include <vector>

namespace runner {

using CaseGroups = std::vector<std::pair<std::string, std::vector<const CaseResult*>>>;

/// The bar of outcomes, and the legend below it.
std::string outcome_bar(const Counts& counts);
std::string outcome_legend(const Counts& counts);

/// The list of what keeps the gate from opening; empty if there is nothing.
std::string attention_section(const CaseGroups& groups);

/// Rows of the table of groups.
std::string group_rows(const CaseGroups& groups);

/// All groups with their cases.
std::string group_lists(const CaseGroups& groups);

std::string environment_entries(const RunResult& run);
std::string attribute_section(const RunResult& run);

/// The command line as one would type it.
std::string command_line(const std::vector<std::string>& words);

} // namespace runner
