// What may change in an executable graph, one file per node type. Sources: Driver API, cuGraphExecUpdate and
// cuGraphExec*NodeSetParams.
#pragma once

#include "graph/exec/exec.hpp"

namespace sim {

/// One node of an executable graph and what it shall do from now on.
struct Change {
    const Exec& exec;
    const Node& current;
    const NodeContent& wanted;
};

using UpdateResult = CUgraphExecUpdateResult;

/// The whole-graph update: which result forbids the change; SUCCESS allows it. The types are equal.
UpdateResult update_allows(const Change& change);

/// cuGraphExec*NodeSetParams: INVALID_VALUE or NOT_SUPPORTED forbids the change. The types are equal.
CUresult set_allows(const Change& change);

// The rules by node type that the two functions above choose from.
UpdateResult update_kernel(const Change& change);
UpdateResult update_copy(const Change& change);
UpdateResult update_fill(const Change& change);
UpdateResult update_allocation(const Change& change);
UpdateResult update_free(const Change& change);
UpdateResult update_conditional(const Change& change);
UpdateResult update_memory_operations(const Change& change);
CUresult set_kernel(const Change& change);
CUresult set_copy(const Change& change);
CUresult set_fill(const Change& change);
CUresult set_memory_operations(const Change& change);

} // namespace sim
