#include "tests/graph_update/child_graph.hpp"

#include "tests/graph_update/copies.hpp"
#include "tests/graph_update/host_work.hpp"
#include "tests/graph_update/weave.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "UPD-29/inner: parameters inside a child graph may change", "[graph_update]") {
    const Woven old_inside = weave(*this, {{}, {0}, {0}}, 10);
    const Woven new_inside = weave(*this, {{}, {0}, {0}}, 20);
    const OneNode old_work = wrap(old_inside.graph);
    const OneNode new_work = wrap(new_inside.graph);
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));

    CHECK(cell_holds(first(2), 22));
}

TEST_CASE_METHOD(UpdateRung, "UPD-29/deep: parameters inside a child graph of a child graph may change",
                 "[graph_update]") {
    const OneNode old_inside = wrap(one_kernel(fill_cell(first(0), 1)).graph);
    const OneNode new_inside = wrap(one_kernel(fill_cell(second(1), 2)).graph);
    const OneNode old_work = wrap(old_inside.graph);
    const OneNode new_work = wrap(new_inside.graph);
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));

    CHECK(cell_holds(second(1), 2));
}

TEST_CASE_METHOD(UpdateRung, "UPD-29/type: another node type inside a child graph is refused",
                 "[graph_update]") {
    const OneNode old_work = wrap(one_kernel(fill_cell(first(0), 1)).graph);
    const OneNode new_work = wrap(one_memset(memset_words(first(0), cell_bytes, 2)).graph);
    const Exec exec = instantiate(old_work.graph);

    const Verdict verdict = refused(attempt(exec, old_work.graph, new_work.graph),
                                    {cudaGraphExecUpdateErrorNodeTypeChanged, std::nullopt});

    CHECK(verdict);
    const bool inner = verdict.node == nodes_inside(new_work.node).at(0);
    observe("UPD-29/errorNode", inner                           ? "the inner node"
                                : verdict.node == new_work.node ? "the child graph node"
                                : verdict.node == nullptr       ? "null"
                                                                : "another node");
}

TEST_CASE_METHOD(UpdateRung, "UPD-29/topology: another node count inside a child graph is refused",
                 "[graph_update]") {
    const Woven old_inside = weave(*this, {{}, {0}}, 10);
    const Woven new_inside = weave(*this, {{}, {0}, {1}}, 20);
    const OneNode old_work = wrap(old_inside.graph);
    const OneNode new_work = wrap(new_inside.graph);
    const Exec exec = instantiate(old_work.graph);

    CHECK(refused(attempt(exec, old_work.graph, new_work.graph),
                  {cudaGraphExecUpdateErrorTopologyChanged, std::nullopt, std::nullopt}));
}

TEST_CASE_METHOD(UpdateRung, "UPD-29/whole: a refusal inside a child graph keeps its earlier nodes as well",
                 "[graph_update]") {
    const auto row = [&](uint32_t seed, bool with_memset) {
        const Woven inside = weave(*this, {{}, {0}, {1}}, seed);
        if (with_memset) {
            add_memset(inside.graph, memset_words(second(0), cell_bytes, seed), {inside.nodes[2]});
        } else {
            add_kernel(inside.graph, fill_cell(second(0), seed), {inside.nodes[2]});
        }
        OneNode made{create_graph()};
        const auto head = add_kernel(made.graph, fill_cell(second(1), seed));
        must(cudaGraphAddChildGraphNode(&made.node, made.graph, &head, 1, inside.graph),
             "cudaGraphAddChildGraphNode");
        return made;
    };
    const OneNode old_work = row(10, false);
    const OneNode new_work = row(20, true);
    const Exec exec = instantiate(old_work.graph);

    CHECK(refused(attempt(exec, old_work.graph, new_work.graph),
                  {cudaGraphExecUpdateErrorNodeTypeChanged, std::nullopt}));
}

TEST_CASE_METHOD(UpdateRung, "UPD-29/third: parameters three child graphs deep may change",
                 "[graph_update]") {
    const auto deep = [](const OneNode& inside) {
        const OneNode one = wrap(inside.graph);
        const OneNode two = wrap(one.graph);
        return wrap(two.graph);
    };
    const OneNode old_work = deep(one_kernel(fill_cell(first(0), 1)));
    const OneNode new_work = deep(one_kernel(fill_cell(second(1), 2)));
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));

    CHECK(cell_holds(second(1), 2));
}

TEST_CASE_METHOD(UpdateRung, "UPD-29/edges: other edges inside a child graph are refused", "[graph_update]") {
    const Woven old_inside = weave(*this, {{}, {0}, {0}, {1}, {1, 2, 3}}, 10);
    const Woven new_inside = weave(*this, {{}, {0}, {0}, {2}, {1, 2, 3}}, 20);
    const Woven more_inside = weave(*this, {{}, {0}, {0}, {0, 1}, {1, 2, 3}}, 30);
    const OneNode old_work = wrap(old_inside.graph);
    for (const Woven* inside : {&new_inside, &more_inside}) {
        const OneNode new_work = wrap(inside->graph);
        const Exec exec = instantiate(old_work.graph);
        CHECK(refused(attempt(exec, old_work.graph, new_work.graph),
                      {cudaGraphExecUpdateErrorTopologyChanged, std::nullopt, std::nullopt}));
    }
}

TEST_CASE_METHOD(UpdateRung, "UPD-29/types: memsets, copies and host nodes in a child graph may change",
                 "[graph_update]") {
    const HostCells host(*this);
    HostWork old_data{host.at(0), 1}, new_data{host.at(1), 2};
    const auto row = [&](size_t cell, uint32_t value, HostWork& data) {
        const OneNode function = one_host_node(write_cell, data);
        const auto set =
            add_memset(function.graph, memset_words(first(cell), cell_bytes, value), {function.node});
        add_copy(function.graph, pointer(second(cell)), pointer(second(cell + 2)), cell_bytes, {set});
        return wrap(function.graph);
    };
    const OneNode old_work = row(0, 1, old_data);
    const OneNode new_work = row(1, 2, new_data);
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));

    CHECK(cell_holds(first(1), 2));
    CHECK(cell_holds(host.at(1), 2));
    CHECK(cell_holds_image_of(second(1), second(3)));
}

} // namespace cts
