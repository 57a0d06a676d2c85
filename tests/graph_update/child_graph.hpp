// Graphs that hold one child graph.
#pragma once

#include "tests/graph_update/update_rung.hpp"

namespace cts {

/// `inside` becomes the only node of a new graph. The node holds a clone of it.
inline OneNode wrap(cudaGraph_t inside, Where where = Where::current()) {
    OneNode made{create_graph(where)};
    must(cudaGraphAddChildGraphNode(&made.node, made.graph, nullptr, 0, inside), "cudaGraphAddChildGraphNode",
         where);
    return made;
}

/// The nodes of the clone that a child graph node holds.
inline std::vector<cudaGraphNode_t> nodes_inside(cudaGraphNode_t child_node, Where where = Where::current()) {
    cudaGraph_t inside = nullptr;
    must(cudaGraphChildGraphNodeGetGraph(child_node, &inside), "cudaGraphChildGraphNodeGetGraph", where);
    return nodes_of(inside, where);
}

} // namespace cts
