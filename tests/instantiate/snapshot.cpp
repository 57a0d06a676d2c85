// Instantiating takes a copy: what happens to the graph afterwards is no concern of the executable graph
// (Programming Guide, CUDA graphs, graph structure and instantiation).
#include "tests/prelude.hpp"

namespace cts {

namespace {

/// memory = 2 and then memory = memory * 3 + 5, instantiated.
class Instantiated : public Mapped {
  public:
    Instantiated()
        : graph_(create_graph()), first_(add_kernel(graph_, fill_call(address(), bytes(), 2))),
          second_(add_kernel(graph_, multiply_add_call(address(), bytes(), 3, 5), {first_})),
          exec_(instantiate(graph_)) {
        fill(address(), bytes(), 1);
    }
    Graph& graph() { return graph_; }
    cudaGraphNode_t first() const { return first_; }
    cudaGraphNode_t second() const { return second_; }
    cudaGraphExec_t exec() const { return exec_; }

    Comparison holds_old() const { return holds(address(), bytes(), 11); }
    /// Instantiates what the graph is now, and runs it.
    void run_again() {
        const Exec again = instantiate(graph_);
        run(again);
    }

  private:
    Graph graph_;
    cudaGraphNode_t first_, second_;
    Exec exec_;
};

} // namespace

TEST_CASE_METHOD(Instantiated,
                 "INS-01/parameters: changing a node of the graph does not change the executable graph",
                 "[instantiate]") {
    auto call = fill_call(address(), bytes(), 20);
    const cudaKernelNodeParams changed = call.node();
    REQUIRE(cudaGraphKernelNodeSetParams(first(), &changed) == cudaSuccess);

    run(exec());
    CHECK(holds_old());
    run_again();
    CHECK(holds(address(), bytes(), 65));
}

TEST_CASE_METHOD(Instantiated, "INS-01/arguments: the arguments of a kernel are taken when the node is added",
                 "[instantiate]") {
    uint32_t* target = words(address());
    size_t count = word_count(bytes());
    uint32_t value = 30;
    void* arguments[] = {&target, &count, &value};
    auto call = fill_call(address(), bytes(), 0);
    cudaKernelNodeParams parameters = call.node();
    parameters.kernelParams = arguments;
    const Graph other = create_graph();
    cudaGraphNode_t node = nullptr;
    REQUIRE(cudaGraphAddKernelNode(&node, other, nullptr, 0, &parameters) == cudaSuccess);

    value = 31; // the storage that the node was given
    const Exec copied = instantiate(other);
    value = 32;
    run(copied);
    CHECK(holds(address(), bytes(), 30));
    value = 33;
    run(copied);
    CHECK(holds(address(), bytes(), 30));
}

TEST_CASE_METHOD(Instantiated,
                 "INS-01/remove: removing a node from the graph leaves it in the executable graph",
                 "[instantiate]") {
    REQUIRE(cuGraphDestroyNode(second()) == CUDA_SUCCESS);
    run(exec());
    CHECK(holds_old());
    run_again();
    CHECK(holds(address(), bytes(), 2));
}

TEST_CASE_METHOD(Instantiated, "INS-01/add: a node added to the graph is not in the executable graph",
                 "[instantiate]") {
    add_kernel(graph(), multiply_add_call(address(), bytes(), 7, 1), {second()});
    run(exec());
    CHECK(holds_old());
    run_again();
    CHECK(holds(address(), bytes(), 78));
}

TEST_CASE_METHOD(Instantiated,
                 "INS-01/edge: removing an edge of the graph leaves the order of the executable graph",
                 "[instantiate]") {
    REQUIRE(remove_edge(graph(), first(), second()) == cudaSuccess);
    CHECK(edge_count(graph()) == 0);
    for (int i = 0; i < 8; ++i) {
        run(exec());
        CHECK(holds_old());
    }
}

TEST_CASE_METHOD(Instantiated, "INS-01/destroy: the executable graph outlives its graph", "[instantiate]") {
    REQUIRE(cuGraphDestroy(graph().release()) == CUDA_SUCCESS);
    run(exec());
    CHECK(holds_old());
    CHECK(kernel_sees(address(), bytes(), 11));
}

TEST_CASE_METHOD(Instantiated, "INS-01/two: two executable graphs of one graph are independent",
                 "[instantiate]") {
    Exec other = instantiate(graph());
    run(other);
    CHECK(holds_old());
    fill(address(), bytes(), 1);
    REQUIRE(cuGraphExecDestroy(other.release()) == CUDA_SUCCESS);
    run(exec());
    CHECK(holds_old());
}

TEST_CASE_METHOD(Instantiated,
                 "INS-01/many: each of many executable graphs of one graph does what it was then",
                 "[instantiate]") {
    size_t wrong = 0;
    for (uint32_t i = 1; i <= 60; ++i) {
        auto call = fill_call(address(), 4096, i);
        const cudaKernelNodeParams changed = call.node();
        must(cudaGraphKernelNodeSetParams(first(), &changed), "cudaGraphKernelNodeSetParams");
        const Exec made = instantiate(graph());
        run(made);
        wrong += holds(address(), 4096, i * 3 + 5) ? 0 : 1;
    }
    CHECK(wrong == 0);
}

TEST_CASE_METHOD(Instantiated,
                 "INS-01/refused: an instantiation that is refused leaves the executable graph alone",
                 "[instantiate]") {
    CUgraphExec none = nullptr;
    REQUIRE(cuGraphInstantiateWithFlags(&none, graph(), 1ULL << 20) == CUDA_ERROR_INVALID_VALUE);
    run(exec());
    CHECK(holds_old());
}

} // namespace cts
