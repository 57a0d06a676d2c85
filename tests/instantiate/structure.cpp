// What a graph tells of itself: its nodes and edges in both directions, the twins in a clone, and what each
// node was given.
#include "tests/graph_update/batch_memory_operations.hpp"
#include "tests/graph_update/child_graph.hpp"
#include "tests/graph_update/event_nodes.hpp"
#include "tests/graph_update/host_work.hpp"
#include "tests/graph_update/weave.hpp"
#include "tests/prelude.hpp"

#include <algorithm>
#include <set>

namespace cts {

namespace {

using Nodes = std::set<cudaGraphNode_t>;

Nodes set_of(const std::vector<cudaGraphNode_t>& nodes) {
    return {nodes.begin(), nodes.end()};
}
cudaGraphNodeType type_of(cudaGraphNode_t node) {
    auto type = cudaGraphNodeTypeCount;
    must(cudaGraphNodeGetType(node, &type), "cudaGraphNodeGetType");
    return type;
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "INS-19/edges: a graph tells each of its edges from its origin to its end",
                 "[instantiate]") {
    const Woven work = weave(*this, {{}, {}, {0}, {0, 1}}, 1);
    const auto& node = work.nodes;
    const auto edges = edges_of(work.graph);
    CHECK(std::set(edges.begin(), edges.end()) ==
          std::set<std::pair<cudaGraphNode_t, cudaGraphNode_t>>{
              {node[0], node[2]}, {node[0], node[3]}, {node[1], node[3]}});
    CHECK(edges.size() == 3);
}

TEST_CASE_METHOD(UpdateRung, "INS-19/entries: a graph tells all nodes that depend on none, and no other",
                 "[instantiate]") {
    const Woven work = weave(*this, {{}, {}, {0}, {0, 1}, {}}, 1);
    size_t count = 0;
    REQUIRE(cudaGraphGetRootNodes(work.graph, nullptr, &count) == cudaSuccess);
    CHECK(count == 3);
    const auto somewhere = work.nodes[2]; // "the remaining entries will be set to NULL"
    std::vector<cudaGraphNode_t> entries(8, somewhere);
    count = entries.size();
    REQUIRE(cudaGraphGetRootNodes(work.graph, entries.data(), &count) == cudaSuccess);
    CHECK(count == 3);
    CHECK(std::count(entries.begin() + 3, entries.end(), nullptr) == 5);
    entries.resize(3);
    CHECK(set_of(entries) == Nodes{work.nodes[0], work.nodes[1], work.nodes[4]});
}

TEST_CASE_METHOD(UpdateRung, "INS-19/room: of an array that is too large the rest is cleared",
                 "[instantiate]") {
    const Woven work = weave(*this, {{}, {0}}, 1);
    std::vector<cudaGraphNode_t> nodes(6, work.nodes[0]);
    size_t count = nodes.size();
    REQUIRE(cudaGraphGetNodes(work.graph, nodes.data(), &count) == cudaSuccess);
    CHECK(count == 2);
    CHECK(std::count(nodes.begin() + 2, nodes.end(), nullptr) == 4);
    nodes.resize(2);
    CHECK(set_of(nodes) == set_of(work.nodes));
}

TEST_CASE_METHOD(UpdateRung, "INS-19/removed: what is removed from a graph takes its own edges along only",
                 "[instantiate]") {
    const Woven work = weave(*this, {{}, {0}, {0, 1}, {1, 2}}, 1);
    const auto& node = work.nodes;
    REQUIRE(remove_edge(work.graph, node[0], node[2]) == cudaSuccess);
    CHECK(dependencies_of(node[2]) == std::vector{node[1]});
    CHECK(edge_count(work.graph) == 4);
    REQUIRE(cudaGraphDestroyNode(node[1]) == cudaSuccess); // "severs any dependencies"
    CHECK(set_of(nodes_of(work.graph)) == Nodes{node[0], node[2], node[3]});
    const auto edges = edges_of(work.graph);
    CHECK(edges == std::vector<std::pair<cudaGraphNode_t, cudaGraphNode_t>>{{node[2], node[3]}});
    const Exec exec = instantiate(work.graph);
    launch_on_image(exec);
    CHECK(cell_holds(first(3), 4));
    CHECK(cell_holds_image_of(first(1), first(1)));
}

TEST_CASE_METHOD(UpdateRung, "INS-19/neighbours: a node tells what it depends on and what depends on it",
                 "[instantiate]") {
    const Woven work = weave(*this, {{}, {}, {0}, {0, 1}}, 1);
    const auto& node = work.nodes;
    CHECK(set_of(dependents_of(node[0])) == Nodes{node[2], node[3]});
    CHECK(set_of(dependents_of(node[1])) == Nodes{node[3]});
    CHECK(dependents_of(node[3]).empty());
    CHECK(set_of(dependencies_of(node[3])) == Nodes{node[0], node[1]});
    CHECK(dependencies_of(node[0]).empty());
}

TEST_CASE_METHOD(UpdateRung, "INS-19/twins: the twin of each node is found in a clone", "[instantiate]") {
    const Woven work = weave(*this, {{}, {0}, {1}}, 1);
    cudaGraph_t cloned = nullptr;
    REQUIRE(cudaGraphClone(&cloned, work.graph) == cudaSuccess);
    const Graph clone(cloned);
    std::vector<cudaGraphNode_t> twins;
    for (const cudaGraphNode_t node : work.nodes) {
        cudaGraphNode_t twin = nullptr;
        REQUIRE(cudaGraphNodeFindInClone(&twin, node, clone) == cudaSuccess);
        twins.push_back(twin);
    }
    CHECK(set_of(twins) == set_of(nodes_of(clone)));
    for (size_t i = 0; i < twins.size(); ++i) { // by what each does
        cudaKernelNodeParams told{};
        REQUIRE(cudaGraphKernelNodeGetParams(twins[i], &told) == cudaSuccess);
        CHECK(*static_cast<uint32_t**>(told.kernelParams[0]) == words(first(i)));
    }
    CHECK(dependencies_of(twins[2]) == std::vector{twins[1]});

    cudaGraph_t again = nullptr; // a clone is a graph like any other
    REQUIRE(cudaGraphClone(&again, clone) == cudaSuccess);
    const Graph clone_of_clone(again);
    CHECK(nodes_of(clone_of_clone).size() == 3);
    for (const cudaGraphNode_t node : twins) {
        cudaGraphNode_t twin = nullptr;
        CHECK(cudaGraphNodeFindInClone(&twin, node, clone_of_clone) == cudaSuccess);
        CHECK(set_of(nodes_of(clone_of_clone)).contains(twin));
    }
    REQUIRE(cudaGraphClone(&again, work.graph) == cudaSuccess);
    const Graph second_clone(again);
    CHECK(nodes_of(second_clone).size() == 3);
    CHECK(edge_count(second_clone) == 2);

    const auto later = add_kernel(work.graph, fill_cell(first(3), 1));
    cudaGraphNode_t twin = nullptr; // "must have been in the original at the time of the call"
    CHECK(cudaGraphNodeFindInClone(&twin, later, clone) == cudaErrorInvalidValue);
    CHECK(cudaGetLastError() == cudaErrorInvalidValue);

    auto call = fill_cell(second(0), 9); // a change of the clone stays there
    const cudaKernelNodeParams changed = call.node();
    REQUIRE(cudaGraphKernelNodeSetParams(twins[0], &changed) == cudaSuccess);
    cudaKernelNodeParams kept{};
    REQUIRE(cudaGraphKernelNodeGetParams(work.nodes[0], &kept) == cudaSuccess);
    CHECK(*static_cast<uint32_t**>(kept.kernelParams[0]) == words(first(0)));
    const Exec exec = instantiate(work.graph);
    launch_on_image(exec);
    CHECK(cell_holds(first(0), 1));
    CHECK(cell_holds_image_of(second(0), second(0)));
}

TEST_CASE_METHOD(UpdateRung, "INS-19/attributes: the kernels of a clone have the attributes of the original",
                 "[instantiate]") {
    int least = 0, greatest = 0;
    must(cudaDeviceGetStreamPriorityRange(&least, &greatest), "cudaDeviceGetStreamPriorityRange");
    const OneNode work = one_kernel(fill_cell(first(0), 1));
    cudaKernelNodeAttrValue wanted{}, told{};
    wanted.priority = greatest;
    must(cudaGraphKernelNodeSetAttribute(work.node, cudaLaunchAttributePriority, &wanted),
         "cudaGraphKernelNodeSetAttribute");
    cudaGraph_t cloned = nullptr;
    REQUIRE(cudaGraphClone(&cloned, work.graph) == cudaSuccess);
    const Graph clone(cloned);
    REQUIRE(cudaGraphKernelNodeGetAttribute(nodes_of(clone).at(0), cudaLaunchAttributePriority, &told) ==
            cudaSuccess);
    CHECK(told.priority == greatest);
    CHECK(greatest != 0); // a default value would prove nothing
}

TEST_CASE_METHOD(UpdateRung, "INS-19/types: each node tells its type", "[instantiate]") {
    HostWork unused{};
    const OneNode host = one_host_node(write_cell, unused);
    CHECK(type_of(host.node) == cudaGraphNodeTypeHost);
    CHECK(type_of(one_kernel(fill_cell(first(0), 1)).node) == cudaGraphNodeTypeKernel);
    CHECK(type_of(one_memset(memset_words(first(0), cell_bytes, 1)).node) == cudaGraphNodeTypeMemset);
    CHECK(type_of(one_copy(first(0), first(1), cell_bytes).node) == cudaGraphNodeTypeMemcpy);
    const Graph graph = create_graph();
    cudaGraphNode_t empty = nullptr;
    must(cudaGraphAddEmptyNode(&empty, graph, nullptr, 0), "cudaGraphAddEmptyNode");
    CHECK(type_of(empty) == cudaGraphNodeTypeEmpty);
    const Event event = create_event();
    CHECK(type_of(one_record(event).node) == cudaGraphNodeTypeEventRecord);
    CHECK(type_of(one_wait(event, first(0), 1).node) == cudaGraphNodeTypeWaitEvent);
    CHECK(type_of(wrap(graph).node) == cudaGraphNodeTypeGraph);
    auto type = CU_GRAPH_NODE_TYPE_EMPTY; // the runtime has no name for this one
    REQUIRE(cuGraphNodeGetType(one_batch(context(), {write_word(first(0), 1)}).node, &type) == CUDA_SUCCESS);
    CHECK(type == CU_GRAPH_NODE_TYPE_BATCH_MEM_OP);
}

TEST_CASE_METHOD(UpdateRung, "INS-19/parameters: memset and host nodes tell what they were given",
                 "[instantiate]") {
    cudaMemsetParams rows = memset_words(first(1), 64, 0xABCD);
    rows.pitch = 512;
    rows.height = 3;
    rows.elementSize = 2;
    const OneNode filled = one_memset(rows);
    CUDA_MEMSET_NODE_PARAMS told{};
    REQUIRE(cuGraphMemsetNodeGetParams(filled.node, &told) == CUDA_SUCCESS);
    CHECK(told.dst == first(1));
    CHECK(told.pitch == 512);
    CHECK(told.height == 3);
    CHECK(told.width == rows.width);
    CHECK(told.elementSize == 2);
    CHECK(told.value == 0xABCD);

    HostWork data{};
    const OneNode host = one_host_node(write_cell, data);
    CUDA_HOST_NODE_PARAMS host_told{};
    REQUIRE(cuGraphHostNodeGetParams(host.node, &host_told) == CUDA_SUCCESS);
    CHECK(host_told.fn == write_cell);
    CHECK(host_told.userData == &data);
}

TEST_CASE_METHOD(UpdateRung, "INS-19/copied: a kernel node takes over the attributes of another one",
                 "[instantiate]") {
    int least = 0, greatest = 0;
    must(cudaDeviceGetStreamPriorityRange(&least, &greatest), "cudaDeviceGetStreamPriorityRange");
    const OneNode origin = one_kernel(fill_cell(first(0), 1));
    const OneNode other = one_kernel(fill_cell(first(1), 1));
    cudaKernelNodeAttrValue wanted{}, told{};
    wanted.priority = greatest;
    must(cudaGraphKernelNodeSetAttribute(origin.node, cudaLaunchAttributePriority, &wanted),
         "cudaGraphKernelNodeSetAttribute");
    must(cudaGraphKernelNodeGetAttribute(other.node, cudaLaunchAttributePriority, &told),
         "cudaGraphKernelNodeGetAttribute");
    CHECK(told.priority != greatest);

    REQUIRE(cuGraphKernelNodeCopyAttributes(other.node, origin.node) == CUDA_SUCCESS);
    must(cudaGraphKernelNodeGetAttribute(other.node, cudaLaunchAttributePriority, &told),
         "cudaGraphKernelNodeGetAttribute");
    CHECK(told.priority == greatest);
}

} // namespace cts
