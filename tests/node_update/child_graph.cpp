#include "tests/graph_update/child_graph.hpp"

#include "tests/graph_update/weave.hpp"
#include "tests/node_update/node_changes.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "SET-10/inner: the parameters inside a child graph may be set, at every depth",
                 "[node_update]") {
    const Woven old_inside = weave(*this, {{}, {0}, {0}}, 10);
    const Woven new_inside = weave(*this, {{}, {0}, {0}}, 20);
    const OneNode old_middle = wrap(old_inside.graph);
    const OneNode new_middle = wrap(new_inside.graph);
    const OneNode old_work = wrap(old_middle.graph);
    const OneNode new_work = wrap(new_middle.graph);
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph),
                   set_child(exec, old_work.node, new_middle.graph)));

    launch_on_image(exec);
    CHECK(cell_holds(first(2), 22));
    const Exec again = instantiate(old_work.graph); // of which nothing has changed
    launch_on_image(again);
    CHECK(cell_holds(first(2), 12));
}

TEST_CASE_METHOD(UpdateRung, "SET-10/topology: a child graph with other edges or nodes is refused whole",
                 "[node_update]") {
    const Woven old_inside = weave(*this, {{}, {0}, {1}}, 10);
    const std::pair<const char*, Edges> others[] = {
        {"SET-10/one node more", {{}, {0}, {1}, {2}}},
        {"SET-10/one edge more", {{}, {0}, {1, 0}}},
        {"SET-10/one exit more", {{}, {0}, {0}}},
    };
    const OneNode old_work = wrap(old_inside.graph);
    for (const auto& [key, edges] : others) {
        CAPTURE(key);
        const Woven new_inside = weave(*this, edges, 20);
        const OneNode new_work = wrap(new_inside.graph);
        const Exec exec = instantiate(old_work.graph);

        const Verdict verdict = refused(attempt(exec, old_work.graph, new_work.graph),
                                        set_child(exec, old_work.node, new_inside.graph), std::nullopt);

        CHECK(verdict);
        observe(key, verdict.error);
    }
}

TEST_CASE_METHOD(UpdateRung, "SET-10/type: a child graph with another node type is refused whole",
                 "[node_update]") {
    const auto row = [&](uint32_t seed, bool ends_in_memset) {
        Woven made = weave(*this, {{}, {0}, {1}}, seed);
        made.nodes.push_back(
            ends_in_memset
                ? add_memset(made.graph, memset_words(second(0), cell_bytes, seed), {made.nodes[2]})
                : add_kernel(made.graph, fill_cell(second(0), seed), {made.nodes[2]}));
        return made;
    };
    const Woven old_inside = row(10, false);
    const Woven new_inside = row(20, true);
    const OneNode old_work = wrap(old_inside.graph);
    const OneNode new_work = wrap(new_inside.graph);
    const Exec exec = instantiate(old_work.graph);

    const Verdict verdict = refused(attempt(exec, old_work.graph, new_work.graph),
                                    set_child(exec, old_work.node, new_inside.graph), std::nullopt);

    CHECK(verdict);
    observe("SET-10/another type", verdict.error);
}

TEST_CASE_METHOD(UpdateRung, "SET-10/node: a single node inside a child graph may be set", "[node_update]") {
    const Woven inside = weave(*this, {{}, {0}}, 10);
    const OneNode old_work = wrap(inside.graph);
    const Exec exec = instantiate(old_work.graph);
    const auto inner = nodes_inside(old_work.node);
    REQUIRE(inner.size() == 2);

    REQUIRE(set_kernel(exec, inner[1], fill_cell(second(1), 77))() == cudaSuccess);

    launch_on_image(exec);
    CHECK(cell_holds(second(1), 77));
    CHECK(cell_holds(first(0), 10));
    CHECK(cell_holds_image_of(first(1), first(1)));
}

TEST_CASE_METHOD(UpdateRung, "SET-10/third: a node three child graphs deep may be set", "[node_update]") {
    const OneNode one = wrap(one_kernel(fill_cell(first(0), 1)).graph);
    const OneNode two = wrap(one.graph);
    const OneNode work = wrap(two.graph);
    const Exec exec = instantiate(work.graph);
    launch_on_image(exec);
    CHECK(cell_holds(first(0), 1));
    const auto second_level = nodes_inside(work.node).at(0);
    const auto kernel = nodes_inside(nodes_inside(second_level).at(0)).at(0);

    REQUIRE(set_kernel(exec, kernel, fill_cell(second(1), 2))() == cudaSuccess);

    launch_on_image(exec);
    CHECK(cell_holds(second(1), 2));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

TEST_CASE_METHOD(UpdateRung, "SET-10/driver: the driver's form sets a child graph like the runtime's",
                 "[node_update]") {
    const OneNode work = wrap(one_kernel(fill_cell(first(0), 1)).graph);
    const OneNode inside = one_kernel(fill_cell(second(1), 2));
    const Exec exec = instantiate(work.graph);

    REQUIRE(cuGraphExecChildGraphNodeSetParams(exec, work.node, inside.graph) == CUDA_SUCCESS);

    launch_on_image(exec);
    CHECK(cell_holds(second(1), 2));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

TEST_CASE_METHOD(UpdateRung, "SET-10/twice: of a graph that is a child twice each place is set by itself",
                 "[node_update]") {
    const OneNode inside = one_kernel(fill_cell(first(0), 1));
    OneNode work = wrap(inside.graph);
    cudaGraphNode_t second_place = nullptr;
    must(cudaGraphAddChildGraphNode(&second_place, work.graph, &work.node, 1, inside.graph),
         "cudaGraphAddChildGraphNode");
    const Exec exec = instantiate(work.graph);

    REQUIRE(set_kernel(exec, nodes_inside(second_place).at(0), fill_cell(second(1), 7))() == cudaSuccess);

    launch_on_image(exec);
    CHECK(cell_holds(first(0), 1));
    CHECK(cell_holds(second(1), 7));
    REQUIRE(set_kernel(exec, nodes_inside(work.node).at(0), fill_cell(second(2), 8))() == cudaSuccess);
    launch_on_image(exec);
    CHECK(cell_holds_image_of(first(0), first(0)));
    CHECK(cell_holds(second(1), 7));
    CHECK(cell_holds(second(2), 8));
}

} // namespace cts
