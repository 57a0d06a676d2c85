// Which node of the new graph takes the place of which. Nodes that are alike may be paired in several ways; a
// disabled node tells, because being disabled belongs to the place and not to the parameters.
#include "tests/graph_update/update_rung.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "UPD-16/exits: exit nodes are paired in the order of their creation",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    add_kernel(old_work.graph, fill_cell(first(1), 2));
    const OneNode new_work = one_kernel(fill_cell(first(1), 2)); // the same two kernels, the other way round
    add_kernel(new_work.graph, fill_cell(first(0), 1));
    const Exec exec = instantiate(old_work.graph);
    must(cudaGraphNodeSetEnabled(exec, old_work.node, 0), "cudaGraphNodeSetEnabled");
    launch_on_image(exec);
    CHECK(cell_holds_image_of(first(0), first(0)));
    CHECK(cell_holds(first(1), 2));

    REQUIRE(update(exec, new_work.graph).error == cudaSuccess);

    launch_on_image(exec);
    CHECK(cell_holds(first(0), 1));
    CHECK(cell_holds_image_of(first(1), first(1)));
}

namespace {

/// Two like kernels and one behind both. `creation` and `dependencies` say which of the two comes first.
struct Pair {
    Graph graph = create_graph();
    cudaGraphNode_t nodes[2] = {};
};
Pair joined(const UpdateRung& rung, size_t created_first, size_t joined_first) {
    Pair made;
    for (const size_t index : {created_first, 1 - created_first}) {
        made.nodes[index] = add_kernel(
            made.graph, UpdateRung::fill_cell(rung.first(index), static_cast<uint32_t>(index + 1)));
    }
    add_kernel(made.graph, UpdateRung::fill_cell(rung.second(0), 3),
               {made.nodes[joined_first], made.nodes[1 - joined_first]});
    return made;
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "UPD-16/array: inner nodes are paired by the order of the dependency array",
                 "[graph_update]") {
    const Pair old_work = joined(*this, 0, 0);
    const Pair new_work = joined(*this, 1, 1);
    const Exec exec = instantiate(old_work.graph);
    must(cudaGraphNodeSetEnabled(exec, old_work.nodes[0], 0), "cudaGraphNodeSetEnabled");

    REQUIRE(update(exec, new_work.graph).error == cudaSuccess);

    launch_on_image(exec);
    CHECK(cell_holds(first(0), 1));
    CHECK(cell_holds_image_of(first(1), first(1)));
    CHECK(cell_holds(second(0), 3));
}

TEST_CASE_METHOD(UpdateRung, "UPD-16/creation: the order in which inner nodes are created does not matter",
                 "[graph_update]") {
    const Pair old_work = joined(*this, 0, 0);
    const Pair new_work = joined(*this, 1, 0);
    const Exec exec = instantiate(old_work.graph);
    must(cudaGraphNodeSetEnabled(exec, old_work.nodes[0], 0), "cudaGraphNodeSetEnabled");

    REQUIRE(update(exec, new_work.graph).error == cudaSuccess);

    launch_on_image(exec);
    CHECK(cell_holds_image_of(first(0), first(0)));
    CHECK(cell_holds(first(1), 2));
    CHECK(cell_holds(second(0), 3));
}

} // namespace cts
