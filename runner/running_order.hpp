// The order in which cases run: always the same for the same cases, and chosen so that nobody waits for a
// process to start.
#pragma once

#include "catalog.hpp"

#include <string>
#include <vector>

namespace runner {

/// Whether a case with these tags accounts for device memory or takes time: nothing else may use the GPU
/// meanwhile.
bool needs_quiet(const std::vector<std::string>& tags);

/// First the cases that must run undisturbed ([accounting], [timing]) and need no child process, while none
/// is about; then all that may be disturbed, those that use child processes ([sacrifices]) spread evenly
/// among the rest, so that children start while other cases run; last the ones that need both. Within each
/// part the order stays as it was.
std::vector<CaseInfo> in_running_order(std::vector<CaseInfo> cases);

} // namespace runner
