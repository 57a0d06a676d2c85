// Driver API, cuGraphInstantiateWithParams: the reason and the node at fault.
#include "fixtures/conditional.hpp"
#include "tests/instantiate/outcome.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Mapped, "INS-03/success: a successful instantiation gives the reason success and no node",
                 "[instantiate]") {
    const Graph graph = create_graph();
    add_kernel(graph, fill_call(address(), bytes(), 2));
    fill(address(), bytes(), 1);

    const InstantiateAnswer answer = instantiate_and_tell(graph);

    REQUIRE(answer.result == CUDA_SUCCESS);
    CHECK(answer.reason == CUDA_GRAPH_INSTANTIATE_SUCCESS);
    CHECK(answer.node == nullptr);
    run(answer.exec);
    CHECK(holds(address(), bytes(), 2));
}

TEST_CASE_METHOD(Mapped, "INS-03/cycle: a graph with a cycle is refused with one of its nodes at fault",
                 "[instantiate]") {
    const Graph graph = create_graph();
    const cudaGraphNode_t before = add_kernel(graph, fill_call(address(), bytes(), 2));
    const cudaGraphNode_t one = add_kernel(graph, multiply_add_call(address(), bytes(), 3, 5), {before});
    const cudaGraphNode_t two = add_kernel(graph, multiply_add_call(address(), bytes(), 7, 1), {one});
    must(add_edge(graph, two, one), "cudaGraphAddDependencies");

    const InstantiateAnswer answer = instantiate_and_tell(graph);

    CHECK(answer.result != CUDA_SUCCESS);
    observe("INS-03/cycle", answer.result);
    CHECK(answer.reason == CUDA_GRAPH_INSTANTIATE_INVALID_STRUCTURE);
    CHECK((answer.node == one || answer.node == two));

    must(remove_edge(graph, two, one), "cudaGraphRemoveDependencies");
    const InstantiateAnswer straight = instantiate_and_tell(graph);
    REQUIRE(straight.result == CUDA_SUCCESS);
    run(straight.exec);
    CHECK(holds(address(), bytes(), 78));
}

TEST_CASE_METHOD(Mapped, "INS-03/flags: an invalid flag is an error without a node at fault",
                 "[instantiate]") {
    const Graph graph = create_graph();
    add_kernel(graph, fill_call(address(), bytes(), 2));

    const InstantiateAnswer answer = instantiate_and_tell(graph, 1ULL << 20);

    CHECK(answer.result == CUDA_ERROR_INVALID_VALUE);
    CHECK(answer.reason == CUDA_GRAPH_INSTANTIATE_ERROR);
    CHECK(answer.node == nullptr);
}

TEST_CASE_METHOD(Mapped, "INS-03/unused: a condition that no node uses", "[instantiate]") {
    const Graph graph = create_graph();
    add_kernel(graph, fill_call(address(), bytes(), 2));
    (void)create_condition(graph, context(), 1);

    const InstantiateAnswer answer = instantiate_and_tell(graph); // "may cause instantiation to fail"

    observe("INS-03/unused", answer.result);
    observe("INS-03/unused/reason", name_of(answer.reason));
    CHECK((answer.result == CUDA_SUCCESS) == (answer.reason == CUDA_GRAPH_INSTANTIATE_SUCCESS));
}

} // namespace cts
