#include "tests/graph_update/weave.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "UPD-12/more: a node with one dependency more is refused and named",
                 "[graph_update]") {
    const Woven old_work = weave(*this, {{}, {0}, {1}}, 10);
    const Woven new_work = weave(*this, {{}, {0}, {1, 0}}, 20);
    const Exec exec = instantiate(old_work.graph);

    CHECK(refused(attempt(exec, old_work.graph, new_work.graph),
                  {cudaGraphExecUpdateErrorTopologyChanged, {{new_work.nodes[2]}}, std::nullopt}));
}

TEST_CASE_METHOD(UpdateRung, "UPD-12/fewer: a node with one dependency less is refused and named",
                 "[graph_update]") {
    const Woven old_work = weave(*this, {{}, {0}, {1, 0}}, 10);
    const Woven new_work = weave(*this, {{}, {0}, {1}}, 20);
    const Exec exec = instantiate(old_work.graph);

    CHECK(refused(attempt(exec, old_work.graph, new_work.graph),
                  {cudaGraphExecUpdateErrorTopologyChanged, {{new_work.nodes[2]}}, std::nullopt}));
}

// The exit node's dependencies pair the inner nodes one to one; only node 3 then hangs on another of them.
TEST_CASE_METHOD(UpdateRung, "UPD-13: an edge from another node is refused; both of its ends are named",
                 "[graph_update]") {
    const Woven old_work = weave(*this, {{}, {0}, {0}, {1}, {1, 2, 3}}, 10);
    const Woven new_work = weave(*this, {{}, {0}, {0}, {2}, {1, 2, 3}}, 20);
    const Exec exec = instantiate(old_work.graph);

    CHECK(refused(attempt(exec, old_work.graph, new_work.graph),
                  {cudaGraphExecUpdateErrorTopologyChanged, {{new_work.nodes[3]}}, new_work.nodes[2]}));
}

TEST_CASE_METHOD(UpdateRung, "UPD-14: a graph with one exit more is refused; an exit is named",
                 "[graph_update]") {
    const Woven old_work = weave(*this, {{}, {0}, {1}}, 10);
    const Woven new_work = weave(*this, {{}, {0}, {0}}, 20);
    const Exec exec = instantiate(old_work.graph);

    CHECK(refused(
        attempt(exec, old_work.graph, new_work.graph),
        {cudaGraphExecUpdateErrorTopologyChanged, {{new_work.nodes[1], new_work.nodes[2]}}, std::nullopt}));
}

} // namespace cts
