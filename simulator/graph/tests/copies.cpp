// Clones and child graphs.
#include "graphs.hpp"

TEST_CASE("a clone knows the nodes that it was made of, and is independent") {
    const TestGraph graph;
    const cudaGraphNode_t original = graph.add();
    TestGraph clone;
    REQUIRE(cudaGraphDestroy(clone.handle) == cudaSuccess);
    REQUIRE(cudaGraphClone(&clone.handle, graph.handle) == cudaSuccess);

    cudaGraphNode_t found = nullptr;
    REQUIRE(cudaGraphNodeFindInClone(&found, original, clone.handle) == cudaSuccess);
    CHECK(found != original);
    CHECK(cudaGraphNodeFindInClone(&found, found, graph.handle) == cudaErrorInvalidValue);
    graph.add();
    CHECK(node_count(clone.handle) == 1);
}

TEST_CASE("a child graph is a copy that belongs to its node") {
    const TestGraph parent;
    const TestGraph child;
    child.add();
    cudaGraphNode_t node = nullptr;
    REQUIRE(cudaGraphAddChildGraphNode(&node, parent.handle, nullptr, 0, child.handle) == cudaSuccess);
    child.add();
    cudaGraph_t inside = nullptr;
    REQUIRE(cudaGraphChildGraphNodeGetGraph(node, &inside) == cudaSuccess);
    CHECK(inside != child.handle);
    CHECK(node_count(inside) == 1);
    CHECK(cudaGraphDestroy(inside) == cudaErrorInvalidValue);
}

#if CUDART_VERSION >= 12090 // the first that can move a child graph
TEST_CASE("a child graph that is moved belongs to the parent from then on") {
    const TestGraph parent;
    TestGraph child;
    child.add();
    const cudaGraph_t moved = child.handle;
    cudaGraphNodeParams params{};
    params.type = cudaGraphNodeTypeGraph;
    params.graph.graph = moved;
    params.graph.ownership = cudaGraphChildGraphOwnershipMove;
    cudaGraphNode_t node = nullptr;
    REQUIRE(cudaGraphAddNode(&node, parent.handle, nullptr, nullptr, 0, &params) == cudaSuccess);
    child.handle = nullptr;

    CHECK(params.graph.graph == moved);
    CHECK(cudaGraphDestroy(moved) == cudaErrorInvalidValue);
    cudaGraphExec_t exec = nullptr;
    CHECK(cudaGraphInstantiate(&exec, moved, 0) == cudaErrorInvalidValue);
    REQUIRE(cudaGraphInstantiate(&exec, parent.handle, 0) == cudaSuccess);
    CHECK(cudaGraphLaunch(exec, nullptr) == cudaSuccess);
    CHECK(cudaGraphExecDestroy(exec) == cudaSuccess);
}
#endif
