#include "tests/graph_update/update_rung.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

unsigned enabled(cudaGraphExec_t exec, cudaGraphNode_t node) {
    unsigned state = 2;
    must(cudaGraphNodeGetEnabled(exec, node, &state), "cudaGraphNodeGetEnabled");
    return state;
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "UPD-35/kept: an update leaves a disabled node disabled", "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    add_kernel(old_work.graph, fill_cell(first(1), 1), {old_work.node});
    const OneNode new_work = one_kernel(fill_cell(first(2), 2));
    add_kernel(new_work.graph, fill_cell(first(3), 2), {new_work.node});
    const Exec exec = instantiate(old_work.graph);
    must(cudaGraphNodeSetEnabled(exec, old_work.node, 0), "cudaGraphNodeSetEnabled");

    REQUIRE(update(exec, new_work.graph).error == cudaSuccess);

    CHECK(enabled(exec, old_work.node) == 0);
    launch_on_image(exec);
    CHECK(cell_holds_image_of(first(0), first(0)));
    CHECK(cell_holds_image_of(first(2), first(2)));
    CHECK(cell_holds(first(3), 2));
}

TEST_CASE_METHOD(UpdateRung, "UPD-35/later: a disabled node works with its updated parameters once enabled",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_kernel(fill_cell(second(0), 2));
    const Exec exec = instantiate(old_work.graph);
    must(cudaGraphNodeSetEnabled(exec, old_work.node, 0), "cudaGraphNodeSetEnabled");
    REQUIRE(update(exec, new_work.graph).error == cudaSuccess);

    must(cudaGraphNodeSetEnabled(exec, old_work.node, 1), "cudaGraphNodeSetEnabled");

    CHECK(enabled(exec, old_work.node) == 1);
    launch_on_image(exec);
    CHECK(cell_holds_image_of(first(0), first(0)));
    CHECK(cell_holds(second(0), 2));
}

TEST_CASE_METHOD(UpdateRung, "UPD-35/refused: a refused update leaves the enabled states alone",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const auto second_node = add_kernel(old_work.graph, fill_cell(first(1), 1), {old_work.node});
    const OneNode new_work = one_kernel(fill_cell(first(0), 2));
    add_memset(new_work.graph, memset_words(first(1), cell_bytes, 2), {new_work.node});
    const Exec exec = instantiate(old_work.graph);
    must(cudaGraphNodeSetEnabled(exec, old_work.node, 0), "cudaGraphNodeSetEnabled");

    CHECK(refused(attempt(exec, old_work.graph, new_work.graph),
                  {cudaGraphExecUpdateErrorNodeTypeChanged, std::nullopt}));

    CHECK(enabled(exec, old_work.node) == 0);
    CHECK(enabled(exec, second_node) == 1);
}

TEST_CASE_METHOD(UpdateRung,
                 "UPD-35/types: disabled copies and memsets work with their updated parameters, too",
                 "[graph_update]") {
    OneNode old_work = one_memset(memset_words(first(0), cell_bytes, 1));
    const auto old_copy =
        add_copy(old_work.graph, pointer(first(1)), pointer(first(6)), cell_bytes, {old_work.node});
    const OneNode new_work = one_memset(memset_words(first(2), cell_bytes, 2));
    add_copy(new_work.graph, pointer(first(3)), pointer(first(7)), cell_bytes, {new_work.node});
    const Exec exec = instantiate(old_work.graph);
    for (const auto node : {old_work.node, old_copy}) {
        must(cudaGraphNodeSetEnabled(exec, node, 0), "cudaGraphNodeSetEnabled");
    }
    const Exec fresh = instantiate(new_work.graph);
    const Snapshot wanted = effects(board, fresh);

    REQUIRE(update(exec, new_work.graph).error == cudaSuccess);

    launch_on_image(exec);
    CHECK(cell_holds_image_of(first(2), first(2)));
    CHECK(cell_holds_image_of(first(3), first(3)));
    for (const auto node : {old_work.node, old_copy}) {
        must(cudaGraphNodeSetEnabled(exec, node, 1), "cudaGraphNodeSetEnabled");
    }
    CHECK(difference(effects(board, exec), wanted).empty());
}

TEST_CASE_METHOD(UpdateRung, "UPD-35/again: a disabled node stays so over several updates",
                 "[graph_update]") {
    const OneNode works[] = {one_kernel(fill_cell(first(0), 1)), one_kernel(fill_cell(first(1), 2)),
                             one_kernel(fill_cell(first(2), 3))};
    const Exec exec = instantiate(works[0].graph);
    must(cudaGraphNodeSetEnabled(exec, works[0].node, 0), "cudaGraphNodeSetEnabled");
    for (const size_t next : {1, 2, 1, 0}) {
        REQUIRE(update(exec, works[next].graph).error == cudaSuccess);
        CHECK(enabled(exec, works[0].node) == 0);
        launch_on_image(exec);
        CHECK(cell_holds_image_of(first(next), first(next)));
    }
    must(cudaGraphNodeSetEnabled(exec, works[0].node, 1), "cudaGraphNodeSetEnabled");
    launch_on_image(exec);
    CHECK(cell_holds(first(0), 1));
}

} // namespace cts
