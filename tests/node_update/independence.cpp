#include "tests/graph_update/weave.hpp"
#include "tests/node_update/node_changes.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "SET-14/execs: setting a node of one exec leaves its siblings alone",
                 "[node_update]") {
    const OneNode work = one_kernel(fill_cell(first(0), 1));
    const Exec exec = instantiate(work.graph);
    const Exec sibling = instantiate(work.graph);

    REQUIRE(set_kernel(exec, work.node, fill_cell(first(1), 2))() == cudaSuccess);
    REQUIRE(set_kernel(sibling, work.node, fill_cell(first(2), 3))() == cudaSuccess);

    launch_on_image(exec);
    CHECK(cell_holds(first(1), 2));
    CHECK(cell_holds_image_of(first(2), first(2)));
    launch_on_image(sibling);
    CHECK(cell_holds(first(2), 3));
    CHECK(cell_holds_image_of(first(1), first(1)));
}

TEST_CASE_METHOD(UpdateRung, "SET-14/nodes: setting a node leaves the other nodes of the exec alone",
                 "[node_update]") {
    const Woven work = weave(*this, {{}, {0}, {0}, {1, 2}}, 10);
    const Exec exec = instantiate(work.graph);

    REQUIRE(set_kernel(exec, work.nodes[2], fill_cell(second(0), 99))() == cudaSuccess);

    launch_on_image(exec);
    CHECK(cell_holds(second(0), 99));
    CHECK(cell_holds(first(0), 10));
    CHECK(cell_holds(first(1), 11));
    CHECK(cell_holds_image_of(first(2), first(2)));
    CHECK(cell_holds(first(3), 13));
}

// "Changed edges to and from hNode are ignored."
TEST_CASE_METHOD(UpdateRung, "SET-17: edges that change in the source graph do not matter", "[node_update]") {
    const Graph graph = create_graph();
    const auto head = add_kernel(graph, step(first(0), 3, 1));
    const auto tail = add_memset(graph, memset_words(first(1), cell_bytes, 1), {head});
    add_kernel(graph, step(first(1), 5, 2), {tail});
    const Exec exec = instantiate(graph);
    must(remove_edge(graph, head, tail), "cudaGraphRemoveDependencies");

    REQUIRE(set_memset(exec, tail, memset_words(first(1), cell_bytes, 7))() == cudaSuccess);

    launch_on_image(exec);
    CHECK(cell_holds(first(1), 7 * 5 + 2));
    CHECK(word_at(first(0)) == board.image_at(first(0)) * 3 + 1);
}

TEST_CASE_METHOD(UpdateRung, "SET-21: a node set many times does its last work after every setting",
                 "[node_update]") {
    const OneNode work = one_memset(memset_words(first(0), cell_bytes, 0));
    const Exec exec = instantiate(work.graph);
    size_t wrong = 0;
    for (uint32_t i = 1; i <= 50; ++i) {
        must(set_memset(exec, work.node, memset_words(first(i % cells), cell_bytes, i))(),
             "cudaGraphExecMemsetNodeSetParams");
        run(exec);
        wrong += cell_holds(first(i % cells), i) ? 0 : 1;
    }
    CHECK(wrong == 0);
}

} // namespace cts
