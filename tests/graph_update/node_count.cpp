#include "tests/graph_update/weave.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

// A count that differs is no node's fault: errorNode is null.
const Refusal other_count{cudaGraphExecUpdateErrorTopologyChanged, std::vector<cudaGraphNode_t>{}};

} // namespace

TEST_CASE_METHOD(UpdateRung, "UPD-11/added: a graph with one node more is refused", "[graph_update]") {
    const Woven old_work = weave(*this, {{}, {0}, {1}}, 10);
    const Woven new_work = weave(*this, {{}, {0}, {1}, {2}}, 20);
    const Exec exec = instantiate(old_work.graph);

    CHECK(refused(attempt(exec, old_work.graph, new_work.graph), other_count));
}

TEST_CASE_METHOD(UpdateRung, "UPD-11/apart: a graph with one more node that depends on none is refused",
                 "[graph_update]") {
    const Woven old_work = weave(*this, {{}, {0}, {1}}, 10);
    const Woven new_work = weave(*this, {{}, {0}, {1}, {}}, 20);
    const Exec exec = instantiate(old_work.graph);

    CHECK(refused(attempt(exec, old_work.graph, new_work.graph), other_count));
}

TEST_CASE_METHOD(UpdateRung, "UPD-11/removed: a graph with one node less is refused", "[graph_update]") {
    const Woven old_work = weave(*this, {{}, {0}, {1}}, 10);
    const Woven new_work = weave(*this, {{}, {0}}, 20);
    const Exec exec = instantiate(old_work.graph);

    CHECK(refused(attempt(exec, old_work.graph, new_work.graph), other_count));
}

TEST_CASE_METHOD(UpdateRung, "UPD-11/empty: a graph without nodes is refused", "[graph_update]") {
    const Woven old_work = weave(*this, {{}, {0}}, 10);
    const Woven new_work = weave(*this, {}, 20);
    const Exec exec = instantiate(old_work.graph);

    CHECK(refused(attempt(exec, old_work.graph, new_work.graph), other_count));
}

TEST_CASE_METHOD(UpdateRung, "UPD-11/copy: a graph with one copy more is refused, whatever the result says",
                 "[graph_update]") {
    const OneNode old_work = one_copy(first(0), first(1), cell_bytes);
    const OneNode new_work = one_copy(first(0), first(2), cell_bytes);
    add_copy(new_work.graph, pointer(first(3)), pointer(first(4)), cell_bytes);
    const Exec exec = instantiate(old_work.graph);

    const Verdict verdict =
        refused(attempt(exec, old_work.graph, new_work.graph), {std::nullopt, std::nullopt, std::nullopt});

    CHECK(verdict);
    observe("UPD-11/one copy more", verdict.result);
}

} // namespace cts
