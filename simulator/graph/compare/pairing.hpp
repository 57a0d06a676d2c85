// Which node of an executable graph stands for which node of the graph that shall update it (Programming
// Guide, whole graph update): exit nodes are paired in order of insertion, all others through the order of
// the dependencies that lead to them.
#pragma once

#include "graph/compare/update.hpp"

namespace sim {

struct Pair {
    Node* current;
    const Node* wanted;
};

/// The pairs in the order of the wanted graph's nodes, or the difference of topology that forbids an update.
/// Graphs inside of nodes are not looked at.
std::optional<Refusal> pair_nodes(const Graph& current, const Graph& wanted, std::vector<Pair>& pairs);

} // namespace sim
