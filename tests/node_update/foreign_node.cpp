// Nodes that do not stand for one of the exec's: removed from its source graph, or of another graph.
#include "tests/graph_update/host_work.hpp"
#include "tests/graph_update/weave.hpp"
#include "tests/node_update/node_changes.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "SET-03/foreign: a node of another graph is refused, for every type",
                 "[node_update]") {
    HostWork nowhere{first(7), 0};
    const OneNode kernel = one_kernel(fill_cell(first(0), 1));
    const OneNode kernel_after = one_kernel(fill_cell(first(0), 2));
    const OneNode copy = one_copy(first(1), second(1), cell_bytes);
    const OneNode copy_after = one_copy(first(1), second(2), cell_bytes);
    const OneNode memset = one_memset(memset_words(first(2), cell_bytes, 1));
    const OneNode memset_after = one_memset(memset_words(first(2), cell_bytes, 2));
    const OneNode host = one_host_node(write_cell, nowhere);
    const Exec of_kernel = instantiate(kernel.graph);
    const Exec of_copy = instantiate(copy.graph);
    const Exec of_memset = instantiate(memset.graph);
    const Exec of_host = instantiate(host.graph);
    const cudaHostNodeParams host_parameters{write_cell_rising, &nowhere};

    CHECK(refused(attempt(of_kernel, kernel.graph, kernel_after.graph),
                  set_kernel(of_kernel, kernel_after.node, fill_cell(first(0), 2)), cudaErrorInvalidValue));
    CHECK(refused(attempt(of_copy, copy.graph, copy_after.graph),
                  set_copy(of_copy, copy_after.node, first(1), second(2)), cudaErrorInvalidValue));
    CHECK(refused(attempt(of_memset, memset.graph, memset_after.graph),
                  set_memset(of_memset, memset_after.node, memset_words(first(2), cell_bytes, 2)),
                  cudaErrorInvalidValue));
    CHECK(cudaGraphExecHostNodeSetParams(of_kernel, host.node, &host_parameters) == cudaErrorInvalidValue);
    CHECK(cudaGetLastError() == cudaErrorInvalidValue);
    CHECK(cudaGraphExecHostNodeSetParams(of_host, host.node, &host_parameters) == cudaSuccess);
}

TEST_CASE_METHOD(UpdateRung, "SET-03/clone: the twin of a node in a clone is refused", "[node_update]") {
    const OneNode work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_kernel(fill_cell(first(0), 2));
    const Exec exec = instantiate(work.graph);
    cudaGraph_t copy = nullptr;
    must(cudaGraphClone(&copy, work.graph), "cudaGraphClone");
    Graph clone(copy);
    cudaGraphNode_t twin = nullptr;
    must(cudaGraphNodeFindInClone(&twin, work.node, clone), "cudaGraphNodeFindInClone");

    CHECK(refused(attempt(exec, work.graph, new_work.graph), set_kernel(exec, twin, fill_cell(first(0), 2)),
                  cudaErrorInvalidValue));

    Exec of_clone = instantiate(clone); // which the twin belongs to, and which needs the clone no more
    REQUIRE(set_kernel(of_clone, twin, fill_cell(first(1), 3))() == cudaSuccess);
    REQUIRE(cudaGraphDestroy(clone.release()) == cudaSuccess);
    launch_on_image(of_clone);
    CHECK(cell_holds(first(1), 3));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

namespace {

// In a process of its own: a driver that trusts the handle of a removed node reads freed memory.
CHILD(set_removed_node) {
    const UpdateRung rung;
    const Woven work = weave(rung, {{}, {0}}, 10);
    const Exec exec = instantiate(work.graph);
    must(cudaGraphDestroyNode(work.nodes[1]), "cudaGraphDestroyNode");

    parent.report("removed", set_kernel(exec, work.nodes[1], UpdateRung::fill_cell(rung.first(1), 99))());
    parent.report("last", cudaGetLastError());
    parent.report("kept", set_kernel(exec, work.nodes[0], UpdateRung::fill_cell(rung.first(0), 98))());
    rung.launch_on_image(exec);
    parent.report("first", UpdateRung::cell_holds(rung.first(0), 98) ? 1 : 0);
    parent.report("second", UpdateRung::cell_holds(rung.first(1), 11) ? 1 : 0);
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "SET-03/removed: a node that was removed from the source graph is refused",
                 "[node_update][sacrifices]") {
    Child child(set_removed_node);
    const ChildReport& report = child.wait();

    REQUIRE(report.finished);
    CHECK(report.problems.empty());
    CHECK(report.result("removed") == cudaErrorInvalidValue);
    CHECK(report.result("last") == cudaErrorInvalidValue);
    CHECK(report.result("kept") == cudaSuccess);
    CHECK(report.number("first") == 1);
    CHECK(report.number("second") == 1); // removed from the graph, not from the exec
}

TEST_CASE_METHOD(UpdateRung, "SET-16: parameters of another node type are refused", "[node_update]") {
    const OneNode kernel = one_kernel(fill_cell(first(0), 1));
    const OneNode memset = one_memset(memset_words(first(0), cell_bytes, 2));
    const OneNode copy = one_copy(first(0), second(0), cell_bytes);
    const Exec of_kernel = instantiate(kernel.graph);
    const Exec of_memset = instantiate(memset.graph);
    const Exec of_copy = instantiate(copy.graph);

    CHECK(refused(attempt(of_kernel, kernel.graph, memset.graph),
                  set_memset(of_kernel, kernel.node, memset_words(first(0), cell_bytes, 2)),
                  cudaErrorInvalidValue));
    CHECK(refused(attempt(of_memset, memset.graph, copy.graph),
                  set_copy(of_memset, memset.node, first(0), second(0)), cudaErrorInvalidValue));
    CHECK(refused(attempt(of_copy, copy.graph, kernel.graph),
                  set_kernel(of_copy, copy.node, fill_cell(first(0), 1)), cudaErrorInvalidValue));
}

} // namespace cts
