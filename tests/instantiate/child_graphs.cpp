// Driver API, cuGraphAddChildGraphNode and cuGraphClone: graphs with memory nodes are not copied. Conditional
// nodes are in conditional_limits.cpp.
#include "fixtures/memory_nodes.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

class WithMemoryNodes : public Mapped {
  public:
    WithMemoryNodes() {
        need(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, "MEMORY_POOLS_SUPPORTED");
        const AllocationNode memory = add_allocation(graph_, device(), bytes());
        const auto set = add_kernel(graph_, fill_call(memory.address, bytes(), 6), {memory.node});
        const auto keep = add_kernel(graph_, copy_call(address(), memory.address, bytes()), {set});
        add_free(graph_, memory.address, {keep});
        fill(address(), bytes(), 1);
    }
    CUgraph graph() const { return graph_; }

  private:
    Graph graph_ = create_graph();
};

} // namespace

TEST_CASE_METHOD(WithMemoryNodes,
                 "INS-10/child: a graph with memory nodes cannot be copied into a child node",
                 "[instantiate]") {
    const Graph parent = create_graph();
    CUgraphNode node = nullptr;
    const CUresult result = cuGraphAddChildGraphNode(&node, parent, nullptr, 0, graph());
    CHECK(result != CUDA_SUCCESS);
    observe("INS-10/child", result);
    CHECK(nodes_of(parent).empty());

    CHECK(nodes_of(graph()).size() == 4); // and the refused graph is as it was
    const Exec exec = instantiate(graph());
    run(exec);
    CHECK(holds(address(), bytes(), 6));
}

TEST_CASE_METHOD(WithMemoryNodes, "INS-10/clone: a graph with memory nodes cannot be cloned",
                 "[instantiate]") {
    CUgraph clone = nullptr;
    const CUresult result = cuGraphClone(&clone, graph());
    const Graph unwanted(result == CUDA_SUCCESS ? clone : nullptr);
    CHECK(result != CUDA_SUCCESS);
    observe("INS-10/clone", result);

    const Exec exec = instantiate(graph());
    run(exec);
    CHECK(holds(address(), bytes(), 6));
}

TEST_CASE_METHOD(Mapped,
                 "INS-10/plain: a graph without memory nodes is copied, into a child node and by cloning",
                 "[instantiate]") {
    Graph child = create_graph();
    const cudaGraphNode_t node = add_kernel(child, multiply_add_call(address(), bytes(), 3, 5));
    CUgraph cloned = nullptr;
    REQUIRE(cuGraphClone(&cloned, child) == CUDA_SUCCESS);
    const Graph clone(cloned);
    const Graph parent = create_graph();
    CUgraphNode one = nullptr, two = nullptr;
    REQUIRE(cuGraphAddChildGraphNode(&one, parent, nullptr, 0, child) == CUDA_SUCCESS);
    REQUIRE(cuGraphAddChildGraphNode(&two, parent, &one, 1, clone) == CUDA_SUCCESS);

    // The copies do not follow their origin, neither its changes nor its end.
    auto call = fill_call(address(), bytes(), 99);
    const cudaKernelNodeParams changed = call.node();
    REQUIRE(cudaGraphKernelNodeSetParams(node, &changed) == cudaSuccess);
    REQUIRE(cuGraphDestroy(child.release()) == CUDA_SUCCESS);
    fill(address(), bytes(), 1);
    const Exec exec = instantiate(parent);
    run(exec);
    CHECK(holds(address(), bytes(), (1 * 3 + 5) * 3 + 5));
    const Exec alone = instantiate(clone);
    run(alone);
    CHECK(holds(address(), bytes(), ((1 * 3 + 5) * 3 + 5) * 3 + 5));
}

TEST_CASE_METHOD(Mapped, "INS-10/whole: a copy of a graph has all of its nodes in their order",
                 "[instantiate]") {
    const Graph graph = create_graph();
    const auto first = add_kernel(graph, fill_call(address(), bytes(), 2));
    add_kernel(graph, multiply_add_call(address(), bytes(), 3, 5), {first});
    CUgraph cloned = nullptr;
    REQUIRE(cuGraphClone(&cloned, graph) == CUDA_SUCCESS);
    const Graph clone(cloned);
    CHECK(nodes_of(clone).size() == 2);
    CHECK(edge_count(clone) == 1);

    const Graph parent = create_graph();
    const auto before = add_kernel(parent, fill_call(address(), bytes(), 9));
    CUgraphNode node = nullptr;
    REQUIRE(cuGraphAddChildGraphNode(&node, parent, &before, 1, graph) == CUDA_SUCCESS);
    CHECK(dependencies_of(node) == std::vector<cudaGraphNode_t>{before});
    cudaGraph_t inside = nullptr;
    REQUIRE(cudaGraphChildGraphNodeGetGraph(node, &inside) == cudaSuccess);
    CHECK(nodes_of(inside).size() == 2);
    CHECK(edge_count(inside) == 1);
    const Exec exec = instantiate(parent);
    run(exec);
    CHECK(holds(address(), bytes(), 2 * 3 + 5));
}

TEST_CASE_METHOD(Mapped, "INS-10/twice: a graph that is added as a child several times works in every place",
                 "[instantiate]") {
    const Graph child = create_graph();
    add_kernel(child, multiply_add_call(address(), bytes(), 3, 5));
    const Graph parent = create_graph();
    CUgraphNode last = nullptr;
    for (int i = 0; i < 3; ++i) {
        CUgraphNode node = nullptr;
        REQUIRE(cuGraphAddChildGraphNode(&node, parent, &last, last == nullptr ? 0 : 1, child) ==
                CUDA_SUCCESS);
        last = node;
    }
    fill(address(), bytes(), 1);
    const Exec exec = instantiate(parent);
    run(exec);
    CHECK(holds(address(), bytes(), ((1 * 3 + 5) * 3 + 5) * 3 + 5));
}

TEST_CASE_METHOD(Mapped, "INS-10/nested: a clone has child graphs of its own, whole", "[instantiate]") {
    const Graph child = create_graph();
    const auto first = add_kernel(child, fill_call(address(), bytes(), 2));
    add_kernel(child, multiply_add_call(address(), bytes(), 3, 5), {first});
    Graph parent = create_graph();
    CUgraphNode node = nullptr;
    REQUIRE(cuGraphAddChildGraphNode(&node, parent, nullptr, 0, child) == CUDA_SUCCESS);
    CUgraph cloned = nullptr;
    REQUIRE(cuGraphClone(&cloned, parent) == CUDA_SUCCESS);
    const Graph clone(cloned);
    cudaGraph_t inside = nullptr, inside_clone = nullptr;
    REQUIRE(cudaGraphChildGraphNodeGetGraph(node, &inside) == cudaSuccess);
    REQUIRE(cudaGraphChildGraphNodeGetGraph(nodes_of(clone).at(0), &inside_clone) == cudaSuccess);
    CHECK(inside_clone != inside);
    CHECK(nodes_of(inside_clone).size() == 2);
    CHECK(edge_count(inside_clone) == 1);
    REQUIRE(cuGraphDestroy(parent.release()) == CUDA_SUCCESS);
    fill(address(), bytes(), 1);
    const Exec exec = instantiate(clone);
    run(exec);
    CHECK(holds(address(), bytes(), 2 * 3 + 5));
}

} // namespace cts
