#include "tests/graph_update/child_graph.hpp"
#include "tests/graph_update/event_nodes.hpp"
#include "tests/graph_update/host_work.hpp"
#include "tests/node_update/node_changes.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

unsigned enabled(cudaGraphExec_t exec, cudaGraphNode_t node) {
    unsigned state = 2;
    must(cudaGraphNodeGetEnabled(exec, node, &state), "cudaGraphNodeGetEnabled");
    return state;
}

/// Three nodes in a row, one of each type that can be disabled.
struct ThreeTypes {
    Graph graph = create_graph();
    cudaGraphNode_t kernel, memset, copy;
};
ThreeTypes three_types(const UpdateRung& rung) {
    ThreeTypes made;
    made.kernel = add_kernel(made.graph, UpdateRung::fill_cell(rung.first(0), 1));
    made.memset =
        add_memset(made.graph, memset_words(rung.first(1), UpdateRung::cell_bytes, 2), {made.kernel});
    made.copy = add_copy(made.graph, pointer(rung.first(2)), pointer(rung.second(2)), UpdateRung::cell_bytes,
                         {made.memset});
    return made;
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "SET-11/effect: a disabled node does nothing; enabled again it works as before",
                 "[node_update]") {
    const ThreeTypes work = three_types(*this);
    const Exec exec = instantiate(work.graph);
    const Snapshot whole = effects(board, exec);
    const std::pair<cudaGraphNode_t, CUdeviceptr> nodes[] = {
        {work.kernel, first(0)}, {work.memset, first(1)}, {work.copy, first(2)}};
    for (const auto& [node, cell] : nodes) {
        CAPTURE(cell - first(0));
        REQUIRE(cudaGraphNodeSetEnabled(exec, node, 0) == cudaSuccess);
        REQUIRE(cudaGraphNodeSetEnabled(exec, node, 0) == cudaSuccess); // a state, not a count
        launch_on_image(exec);
        CHECK(cell_holds_image_of(cell, cell));
        for (const auto& [other, other_cell] : nodes) {
            CHECK((other == node) == static_cast<bool>(cell_holds_image_of(other_cell, other_cell)));
        }

        REQUIRE(cudaGraphNodeSetEnabled(exec, node, 1) == cudaSuccess);
        CHECK(difference(effects(board, exec), whole).empty());
    }
}

TEST_CASE_METHOD(UpdateRung, "SET-11/upload: an upload leaves a disabled node disabled", "[node_update]") {
    const ThreeTypes work = three_types(*this);
    const Exec exec = instantiate(work.graph);
    REQUIRE(cudaGraphNodeSetEnabled(exec, work.memset, 0) == cudaSuccess);
    must(cudaGraphUpload(exec, nullptr), "cudaGraphUpload");
    CHECK(enabled(exec, work.memset) == 0);
    launch_on_image(exec);
    CHECK(cell_holds(first(0), 1));
    CHECK(cell_holds_image_of(first(1), first(1)));
}

TEST_CASE_METHOD(UpdateRung, "SET-11/order: the edges of a disabled node keep their order", "[node_update]") {
    const Graph graph = create_graph();
    const auto before = add_kernel(graph, step(first(0), 3, 1));
    const auto middle = add_kernel(graph, fill_cell(first(1), 1), {before});
    add_kernel(graph, step(first(0), 5, 3), {middle});
    const Exec exec = instantiate(graph);
    REQUIRE(cudaGraphNodeSetEnabled(exec, middle, 0) == cudaSuccess);

    const uint32_t image = board.image_at(first(0));
    for (int i = 0; i < 20; ++i) {
        launch_on_image(exec);
        REQUIRE(word_at(first(0)) == (image * 3 + 1) * 5 + 3);
        REQUIRE(word_at(first(0) + cell_bytes - 4) == ((image + cell_words - 1) * 3 + 1) * 5 + 3);
    }
    CHECK(cell_holds_image_of(first(1), first(1)));
}

TEST_CASE_METHOD(UpdateRung, "SET-11/set: parameters set while a node is disabled hold once it is enabled",
                 "[node_update]") {
    const OneNode work = one_kernel(fill_cell(first(0), 1));
    const Exec exec = instantiate(work.graph);
    must(cudaGraphNodeSetEnabled(exec, work.node, 0), "cudaGraphNodeSetEnabled");

    REQUIRE(set_kernel(exec, work.node, fill_cell(second(0), 2))() == cudaSuccess);
    launch_on_image(exec);
    CHECK(enabled(exec, work.node) == 0); // setting parameters does not enable
    CHECK(cell_holds_image_of(second(0), second(0)));

    must(cudaGraphNodeSetEnabled(exec, work.node, 1), "cudaGraphNodeSetEnabled");
    launch_on_image(exec);
    CHECK(cell_holds(second(0), 2));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

TEST_CASE_METHOD(UpdateRung, "SET-11/types: nodes of other types cannot be disabled", "[node_update]") {
    const Event event = create_event();
    HostWork nowhere{first(7), 0};
    const OneNode inside = one_kernel(fill_cell(first(0), 1));
    const OneNode host = one_host_node(write_cell, nowhere);
    const OneNode record = one_record(event);
    const OneNode child = wrap(inside.graph);
    const OneNode kernel = one_kernel(fill_cell(first(0), 1));
    for (const OneNode* work : {&host, &record, &child}) {
        const Exec exec = instantiate(work->graph);
        CHECK(cudaGraphNodeSetEnabled(exec, work->node, 0) == cudaErrorInvalidValue);
        CHECK(cudaGetLastError() == cudaErrorInvalidValue);
        unsigned state = 2;
        CHECK(cudaGraphNodeGetEnabled(exec, work->node, &state) == cudaErrorInvalidValue);
        CHECK(cudaGetLastError() == cudaErrorInvalidValue);
    }
    const Exec exec = instantiate(kernel.graph);
    CHECK(cudaGraphNodeSetEnabled(exec, kernel.node, 0) == cudaSuccess);
}

TEST_CASE_METHOD(UpdateRung, "SET-12: each exec of a graph has enabled states of its own", "[node_update]") {
    const ThreeTypes work = three_types(*this);
    const Exec exec = instantiate(work.graph);
    const Exec sibling = instantiate(work.graph);
    CHECK(enabled(exec, work.kernel) == 1);

    REQUIRE(cudaGraphNodeSetEnabled(exec, work.kernel, 0) == cudaSuccess);

    CHECK(enabled(exec, work.kernel) == 0);
    CHECK(enabled(exec, work.memset) == 1);
    CHECK(enabled(sibling, work.kernel) == 1);
    launch_on_image(sibling);
    CHECK(cell_holds(first(0), 1));
    launch_on_image(exec);
    CHECK(cell_holds_image_of(first(0), first(0)));
    const Exec later = instantiate(work.graph);
    CHECK(enabled(later, work.kernel) == 1); // the graph itself knows nothing of it
    REQUIRE(cudaGraphNodeSetEnabled(exec, work.kernel, 7) == cudaSuccess);
    CHECK(enabled(exec, work.kernel) == 1); // any value but 0 enables
}

TEST_CASE_METHOD(UpdateRung, "SET-12/foreign: the enabled state of a foreign node is refused",
                 "[node_update]") {
    const OneNode work = one_kernel(fill_cell(first(0), 1));
    const OneNode foreign = one_kernel(fill_cell(first(0), 1));
    const Exec exec = instantiate(work.graph);
    unsigned state = 2;

    CHECK(cudaGraphNodeGetEnabled(exec, foreign.node, &state) == cudaErrorInvalidValue);
    CHECK(cudaGetLastError() == cudaErrorInvalidValue);
    CHECK(cudaGraphNodeSetEnabled(exec, foreign.node, 0) == cudaErrorInvalidValue);
    CHECK(cudaGetLastError() == cudaErrorInvalidValue);
    CHECK(enabled(exec, work.node) == 1);
}

TEST_CASE_METHOD(UpdateRung, "SET-11/driver: the driver's form disables and enables like the runtime's",
                 "[node_update]") {
    const OneNode work = one_kernel(fill_cell(first(0), 1));
    const Exec exec = instantiate(work.graph);
    REQUIRE(cuGraphNodeSetEnabled(exec, work.node, 0) == CUDA_SUCCESS);
    unsigned state = 2;
    CHECK(cuGraphNodeGetEnabled(exec, work.node, &state) == CUDA_SUCCESS);
    CHECK(state == 0);
    launch_on_image(exec);
    CHECK(cell_holds_image_of(first(0), first(0)));
    REQUIRE(cuGraphNodeSetEnabled(exec, work.node, 1) == CUDA_SUCCESS);
    launch_on_image(exec);
    CHECK(cell_holds(first(0), 1));
}

} // namespace cts
