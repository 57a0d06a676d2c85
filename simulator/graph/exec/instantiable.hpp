// What a graph must fulfil to become executable (Driver API, cuGraphInstantiateWithParams).
#pragma once

#include "graph/exec/exec.hpp"

namespace sim {

CUresult instantiable(const Graph& graph, unsigned long long flags, Outcome& outcome);

/// Ranges of a copy or fill that are mapped and accessible, or belong to a graph allocation, which has memory
/// only from launch on. Other operations are always valid.
bool operands_valid(const Operation& operation);

} // namespace sim
