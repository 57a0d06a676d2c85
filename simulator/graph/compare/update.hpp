// cuGraphExecUpdate: all of a graph's changes, or none.
#pragma once

#include "graph/compare/rules.hpp"

#include <optional>

namespace sim {

struct Refusal {
    UpdateResult result = CU_GRAPH_EXEC_UPDATE_ERROR;
    CUgraphNode node = nullptr; // of the new graph
    CUgraphNode from = nullptr; // of the new graph, where an edge does not match
};

/// Changes the executable graph to `wanted`; after a refusal nothing has changed.
std::optional<Refusal> update(Exec& exec, const Graph& wanted);

/// The same for the child graph inside one node of the executable graph.
std::optional<Refusal> update_child(Exec& exec, Node& child_node, const Graph& wanted);

} // namespace sim
