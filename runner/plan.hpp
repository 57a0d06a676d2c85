// What stands before a run: the cases that the test program offers, joined with what the register says of
// them.
#pragma once

#include "catalog.hpp"
#include "device_run.hpp"

#include <string>
#include <vector>

namespace runner {

/// This moment in UTC, ISO 8601.
std::string now_iso();

/// The test program's own description. On a machine without the toolkit's libraries the program may only load
/// with the simulator's.
/// @throws std::runtime_error with one sentence if the program cannot be asked.
Catalog describe(const EngineOptions& options);

std::vector<PlannedCase> make_plan(const std::vector<CaseInfo>& selected);

} // namespace runner
