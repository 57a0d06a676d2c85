// Known deviations: ways in which a listed driver is known to differ from the documentation.
#pragma once

#include "model.hpp"

namespace runner {

struct DeviationList;

/// Turns fail into known_deviation and pass into deviation_gone wherever an entry of the list matches case
/// and environment.
void apply_deviations(RunResult& run, const DeviationList& list);

} // namespace runner
