#include "tests/graph_update/copies.hpp"
#include "tests/graph_update/event_nodes.hpp"
#include "tests/graph_update/host_work.hpp"
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
    add_kernel(graph, fill_cell(first(2), 9), {tail});

    REQUIRE(set_memset(exec, tail, memset_words(first(1), cell_bytes, 7))() == cudaSuccess);

    launch_on_image(exec);
    CHECK(cell_holds(first(1), 7 * 5 + 2));
    CHECK(word_at(first(0)) == board.image_at(first(0)) * 3 + 1);
    CHECK(cell_holds_image_of(first(2), first(2)));
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

TEST_CASE_METHOD(UpdateRung, "SET-14/memsets: setting a memset leaves the other memsets of the exec alone",
                 "[node_update]") {
    const Graph graph = create_graph();
    const auto one = add_memset(graph, memset_words(first(0), cell_bytes, 1));
    add_memset(graph, memset_words(first(1), cell_bytes, 2), {one});
    const Exec exec = instantiate(graph);

    REQUIRE(set_memset(exec, one, memset_words(first(2), cell_bytes, 3))() == cudaSuccess);

    launch_on_image(exec);
    CHECK(cell_holds(first(2), 3));
    CHECK(cell_holds(first(1), 2));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

TEST_CASE_METHOD(UpdateRung,
                 "SET-14/hosts: setting a host node leaves the other host nodes of the exec alone",
                 "[node_update]") {
    const HostCells host(*this);
    HostWork one{host.at(0), 5}, two{host.at(1), 6}, changed{host.at(0), 7};
    const OneNode work = one_host_node(write_cell, one);
    cudaGraphNode_t other = nullptr;
    const cudaHostNodeParams second_work{write_cell, &two}, wanted{write_cell, &changed};
    must(cudaGraphAddHostNode(&other, work.graph, &work.node, 1, &second_work), "cudaGraphAddHostNode");
    const Exec exec = instantiate(work.graph);

    REQUIRE(cudaGraphExecHostNodeSetParams(exec, work.node, &wanted) == cudaSuccess);

    launch_on_image(exec);
    CHECK(cell_holds(host.at(0), 7));
    CHECK(cell_holds(host.at(1), 6));
}

TEST_CASE_METHOD(UpdateRung,
                 "SET-14/records: setting a record node leaves the other records of the exec alone",
                 "[node_update]") {
    const Event one = create_event(true), two = create_event(true), wanted = create_event(true);
    const OneNode work = one_record(one);
    cudaGraphNode_t other = nullptr;
    must(cudaGraphAddEventRecordNode(&other, work.graph, &work.node, 1, two), "cudaGraphAddEventRecordNode");
    const Exec exec = instantiate(work.graph);

    REQUIRE(cudaGraphExecEventRecordNodeSetEvent(exec, work.node, wanted) == cudaSuccess);

    run(exec);
    CHECK(recorded(wanted));
    CHECK(recorded(two));
    CHECK_FALSE(recorded(one));
}

TEST_CASE_METHOD(UpdateRung,
                 "SET-14/disabled: disabling and setting nodes leaves other disabled nodes disabled",
                 "[node_update]") {
    const Woven work = weave(*this, {{}, {0}, {1}, {2}}, 10);
    const Exec exec = instantiate(work.graph);
    REQUIRE(cudaGraphNodeSetEnabled(exec, work.nodes[0], 0) == cudaSuccess);
    REQUIRE(cudaGraphNodeSetEnabled(exec, work.nodes[2], 0) == cudaSuccess);
    REQUIRE(set_kernel(exec, work.nodes[3], fill_cell(second(0), 99))() == cudaSuccess);

    launch_on_image(exec);
    CHECK(cell_holds_image_of(first(0), first(0)));
    CHECK(cell_holds(first(1), 11));
    CHECK(cell_holds_image_of(first(2), first(2)));
    CHECK(cell_holds(second(0), 99));
}

// More often than any period that a driver's table of a few dozen entries would have.
TEST_CASE_METHOD(UpdateRung, "SET-21/kinds: a kernel and a copy set many times do their last work each time",
                 "[node_update]") {
    const OneNode kernel = one_kernel(fill_cell(first(0), 0));
    const OneNode copy = one_copy(first(0), second(0), cell_bytes);
    const Exec kernel_exec = instantiate(kernel.graph);
    const Exec copy_exec = instantiate(copy.graph);
    size_t wrong = 0;
    for (uint32_t i = 1; i <= 110; ++i) {
        const size_t to = i % cells, from = (i + 3) % cells;
        must(set_kernel(kernel_exec, kernel.node, fill_call(second(from), 256, i))(),
             "cudaGraphExecKernelNodeSetParams");
        run(kernel_exec);
        must(set_copy(copy_exec, copy.node, first(to), second(from))(), "cudaGraphExecMemcpyNodeSetParams1D");
        run(copy_exec);
        wrong += holds(first(to), 256, i) ? 0 : 1;
    }
    CHECK(wrong == 0);
}

TEST_CASE_METHOD(UpdateRung, "SET-21/last: of settings that no launch parts the last one counts",
                 "[node_update]") {
    const OneNode kernel = one_kernel(fill_cell(first(0), 0));
    const Exec exec = instantiate(kernel.graph);
    run(exec);
    for (uint32_t i = 1; i <= 3; ++i) {
        REQUIRE(set_kernel(exec, kernel.node, fill_cell(first(i), i))() == cudaSuccess);
    }
    launch_on_image(exec);
    CHECK(cell_holds(first(3), 3));
    CHECK(cell_holds_image_of(first(1), first(1)));
}

} // namespace cts
