#include "tests/graph_update/copies.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "UPD-44/destroyed: an updated exec does not need the graph that updated it",
                 "[graph_update]") {
    OneNode old_work = one_copy(first(0), first(1), cell_bytes);
    add_kernel(old_work.graph, fill_cell(first(3), 1));
    const Exec exec = instantiate(old_work.graph);
    REQUIRE(cudaGraphDestroy(old_work.graph.release()) == cudaSuccess); // nor its own
    {
        const OneNode new_work = one_copy(first(0), first(2), cell_bytes);
        add_kernel(new_work.graph, fill_cell(second(3), 2));
        REQUIRE(update(exec, new_work.graph).error == cudaSuccess);
    }

    launch_on_image(exec);
    CHECK(cell_holds_image_of(first(0), first(2)));
    CHECK(cell_holds(second(3), 2));
    CHECK(cell_holds_image_of(first(3), first(3)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-44/changed: changing the graph after the update does not change the exec",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_kernel(fill_cell(first(1), 2));
    const Exec exec = instantiate(old_work.graph);
    REQUIRE(update(exec, new_work.graph).error == cudaSuccess);
    auto later = fill_cell(first(2), 3);
    const cudaKernelNodeParams parameters = later.node();
    must(cudaGraphKernelNodeSetParams(new_work.node, &parameters), "cudaGraphKernelNodeSetParams");

    launch_on_image(exec);
    CHECK(cell_holds(first(1), 2));
    CHECK(cell_holds_image_of(first(2), first(2)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-44/source: an update leaves the exec's own source graph as it was",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_kernel(fill_cell(first(1), 2));
    const Exec exec = instantiate(old_work.graph);
    REQUIRE(update(exec, new_work.graph).error == cudaSuccess);

    const Exec another = instantiate(old_work.graph);
    launch_on_image(another);
    CHECK(cell_holds(first(0), 1));
    CHECK(cell_holds_image_of(first(1), first(1)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-44/siblings: an update of one exec leaves the others of its graph alone",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_kernel(fill_cell(first(1), 2));
    const Exec exec = instantiate(old_work.graph);
    const Exec sibling = instantiate(old_work.graph);
    const Snapshot before = effects(board, sibling);
    REQUIRE(update(exec, new_work.graph).error == cudaSuccess);

    CHECK(difference(effects(board, sibling), before).empty());
    CHECK_FALSE(difference(effects(board, exec), before).empty());
}

TEST_CASE_METHOD(UpdateRung, "UPD-44/updating: an update leaves the execs of the updating graph alone",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_kernel(fill_cell(first(1), 2));
    const Exec exec = instantiate(old_work.graph);
    const Exec of_new_graph = instantiate(new_work.graph);
    const Snapshot before = effects(board, of_new_graph);
    REQUIRE(update(exec, new_work.graph).error == cudaSuccess);

    CHECK(difference(effects(board, of_new_graph), before).empty());
    CHECK(difference(effects(board, exec), before).empty());
}

} // namespace cts
