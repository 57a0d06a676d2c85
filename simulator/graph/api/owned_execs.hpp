// Executable graphs that the application has to destroy.
#pragma once

#include "graph/exec/exec.hpp"

namespace sim::graphs {

std::map<CUgraphExec, std::shared_ptr<Exec>>& owned_execs();

} // namespace sim::graphs
