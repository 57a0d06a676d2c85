// The driver's questions about nodes and edges, and what they do to arrays that are too large or too small.
#include "tests/graph_update/weave.hpp"
#include "tests/prelude.hpp"

#include <algorithm>
#include <functional>
#include <set>

namespace cts {

namespace {

using Query = std::function<CUresult(CUgraphNode*, size_t*)>;
using Nodes = std::set<CUgraphNode>;

/// Asks for the number, for one node less than there are, and for more. `other` is none of them.
void check_query(const Query& query, const Nodes& expected, CUgraphNode other) {
    size_t count = 99;
    REQUIRE(query(nullptr, &count) == CUDA_SUCCESS);
    REQUIRE(count == expected.size());

    std::vector<CUgraphNode> nodes(expected.size() + 4, other);
    count = nodes.size(); // "the remaining entries will be set to NULL"
    REQUIRE(query(nodes.data(), &count) == CUDA_SUCCESS);
    CHECK(count == expected.size());
    CHECK(Nodes(nodes.begin(), nodes.end() - 4) == expected);
    CHECK(std::count(nodes.end() - 4, nodes.end(), nullptr) == 4);

    nodes.assign(expected.size(), other);
    count = expected.size() - 1; // "up to numNodes"
    REQUIRE(query(nodes.data(), &count) == CUDA_SUCCESS);
    CHECK(count == expected.size() - 1);
    CHECK(nodes.back() == other);
    nodes.pop_back();
    CHECK(std::all_of(nodes.begin(), nodes.end(), [&](CUgraphNode node) { return expected.contains(node); }));
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "INS-19/driver: the driver's questions keep to the room for their answers",
                 "[instantiate]") {
    const Woven work = weave(*this, {{}, {}, {0, 1}, {0, 1}}, 1);
    const auto& node = work.nodes;
    const OneNode elsewhere = one_kernel(fill_cell(second(0), 1));
    const auto check = [&](const Query& query, const Nodes& expected) {
        check_query(query, expected, elsewhere.node);
    };
    check([&](auto... room) { return cuGraphGetNodes(work.graph, room...); }, {node.begin(), node.end()});
    check([&](auto... room) { return cuGraphGetRootNodes(work.graph, room...); }, {node[0], node[1]});
    check([&](auto... room) { return cuGraphNodeGetDependencies(node[2], room...); }, {node[0], node[1]});
    check([&](auto... room) { return cuGraphNodeGetDependentNodes(node[1], room...); }, {node[2], node[3]});

    std::vector<CUgraphNode> from(6, elsewhere.node), to = from;
    size_t count = from.size();
    REQUIRE(cuGraphGetEdges(work.graph, from.data(), to.data(), &count) == CUDA_SUCCESS);
    CHECK(count == 4);
    std::set<std::pair<CUgraphNode, CUgraphNode>> edges;
    for (size_t i = 0; i < 4; ++i) {
        edges.emplace(from[i], to[i]);
    }
    CHECK(edges == std::set<std::pair<CUgraphNode, CUgraphNode>>{
                       {node[0], node[2]}, {node[0], node[3]}, {node[1], node[2]}, {node[1], node[3]}});
    CHECK(from[4] == nullptr);
    CHECK(to[5] == nullptr);
}

} // namespace cts
