// What stands before a run: the cases that the test program offers, joined with what the register says of
// them.
#pragma once

#include "catalog.hpp"
#include "device_run.hpp"
#include "selection.hpp"

#include <string>
#include <vector>

namespace runner {

/// This moment in UTC, ISO 8601.
std::string now_iso();

/// The test program's own description. On a machine without the toolkit's libraries the program may only load
/// with the simulator's.
/// @throws std::runtime_error with one sentence if the program cannot be asked.
Catalog describe(const EngineOptions& options);

/// The cases with their limits: their own are for a quick run; 3 times that for a full, 30 times for a soak.
std::vector<PlannedCase> make_plan(const std::vector<CaseInfo>& selected, Size size);

} // namespace runner
