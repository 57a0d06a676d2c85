// Graphs given by their edges: node i is a kernel that fills cell i of the first range.
#pragma once

#include "tests/graph_update/update_rung.hpp"

namespace cts {

struct Woven {
    Graph graph;
    std::vector<cudaGraphNode_t> nodes;
};

/// One entry for each node, in the order of creation: the indices of the nodes that it depends on, in the
/// order of the dependency array.
using Edges = std::vector<std::vector<size_t>>;

/// Node i writes `seed` + i, so that graphs with other seeds do other work at every node.
inline Woven weave(const UpdateRung& rung, const Edges& edges, uint32_t seed,
                   Where where = Where::current()) {
    Woven made{create_graph(where), {}};
    for (size_t i = 0; i < edges.size(); ++i) {
        std::vector<cudaGraphNode_t> after;
        for (const size_t index : edges[i]) {
            after.push_back(made.nodes.at(index));
        }
        made.nodes.push_back(add_kernel(
            made.graph, UpdateRung::fill_cell(rung.first(i), seed + static_cast<uint32_t>(i)), after, where));
    }
    return made;
}

} // namespace cts
