// What a graph with memory nodes does not allow (Driver API, cuGraphAddMemAllocNode, restrictions).
#include "fixtures/conditional.hpp"
#include "tests/graph_memory/memory.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Keeping, "GMN-05/second: a second executable graph is refused while the first lives",
                 "[graph_memory]") {
    Exec first = instantiate(graph());
    CUgraphExec handle = nullptr;
    const CUresult result = cuGraphInstantiateWithFlags(&handle, graph(), 0);
    const Exec unwanted(result == CUDA_SUCCESS ? handle : nullptr);
    CHECK(result != CUDA_SUCCESS);
    observe("GMN-05/second", result);
    run_keeping(first); // the first is none the worse
    CHECK(holds(address(), size, value));
    REQUIRE(cuMemFree(address()) == CUDA_SUCCESS);
    freed();

    REQUIRE(cuGraphExecDestroy(first.release()) == CUDA_SUCCESS);
    REQUIRE(cuGraphInstantiateWithFlags(&handle, graph(), 0) == CUDA_SUCCESS);
    const Exec again(handle);
    run_keeping(again);
    CHECK(holds(address(), size, value));
}

TEST_CASE_METHOD(Keeping, "GMN-06/node: a node of a graph with memory nodes cannot be removed",
                 "[graph_memory]") {
    const CUresult of_kernel = cuGraphDestroyNode(last());
    CHECK(of_kernel != CUDA_SUCCESS);
    observe("GMN-06/node/kernel", of_kernel);
    const CUresult of_allocation = cuGraphDestroyNode(allocation());
    CHECK(of_allocation != CUDA_SUCCESS);
    observe("GMN-06/node/allocation", of_allocation);
    CHECK(nodes_of(graph()).size() == 2);
    const Exec exec = instantiate(graph());
    run_keeping(exec);
    CHECK(holds(address(), size, value));
}

TEST_CASE_METHOD(Keeping, "GMN-06/edge: an edge of a graph with memory nodes cannot be removed",
                 "[graph_memory]") {
    const cudaError_t result = remove_edge(graph(), allocation(), last());
    (void)cudaGetLastError();
    CHECK(result != cudaSuccess);
    observe("GMN-06/edge", result);
    CHECK(edge_count(graph()) == 1);
    const Exec exec = instantiate(graph());
    run_keeping(exec);
    CHECK(holds(address(), size, value));
}

TEST_CASE_METHOD(Keeping, "GMN-06/clone: a graph with memory nodes cannot be cloned", "[graph_memory]") {
    CUgraph clone = nullptr;
    const CUresult result = cuGraphClone(&clone, graph());
    const Graph unwanted(result == CUDA_SUCCESS ? clone : nullptr);
    CHECK(result != CUDA_SUCCESS);
    observe("GMN-06/clone", result);
}

TEST_CASE_METHOD(Pools,
                 "GMN-06/free-only: a graph with nothing but a free node cannot be cloned or be a child",
                 "[graph_memory]") {
    const Graph owner = create_graph();
    const AllocationNode memory = add_allocation(owner, device(), size);
    const Graph freeing = create_graph();
    CUgraphNode node = nullptr;
    REQUIRE(cuGraphAddMemFreeNode(&node, freeing, nullptr, 0, memory.address) == CUDA_SUCCESS);

    CUgraph clone = nullptr;
    const CUresult cloned = cuGraphClone(&clone, freeing);
    const Graph unwanted(cloned == CUDA_SUCCESS ? clone : nullptr);
    CHECK(cloned != CUDA_SUCCESS);
    const Graph parent = create_graph();
    CHECK(cuGraphAddChildGraphNode(&node, parent, nullptr, 0, freeing) != CUDA_SUCCESS);
    CHECK(nodes_of(parent).empty());
}

TEST_CASE_METHOD(Keeping, "GMN-06/child: a graph with memory nodes cannot be copied into a child node",
                 "[graph_memory]") {
    const Graph parent = create_graph();
    CUgraphNode node = nullptr;
    const CUresult result = cuGraphAddChildGraphNode(&node, parent, nullptr, 0, graph());
    CHECK(result != CUDA_SUCCESS);
    observe("GMN-06/child", result);
    CHECK(nodes_of(parent).empty());
    const Exec exec = instantiate(graph());
    run_keeping(exec);
    CHECK(holds(address(), size, value));
}

TEST_CASE_METHOD(Pools, "GMN-13/body: a conditional body with memory nodes is not accepted",
                 "[graph_memory]") {
    const Graph graph = create_graph();
    const ConditionalNode conditional =
        add_conditional(graph, context(), create_condition(graph, context(), 1), CU_GRAPH_COND_TYPE_IF);
    CUgraphNode node = nullptr;
    CUDA_MEM_ALLOC_NODE_PARAMS parameters = allocation_of(size, device());
    const CUresult added = cuGraphAddMemAllocNode(&node, conditional.bodies[0], nullptr, 0, &parameters);
    CUgraphExec handle = nullptr;
    const CUresult instantiated = cuGraphInstantiateWithFlags(&handle, graph, 0);
    const Exec exec(instantiated == CUDA_SUCCESS ? handle : nullptr);
    CHECK((added != CUDA_SUCCESS || instantiated != CUDA_SUCCESS));
    observe("GMN-13/body/add", added);
    observe("GMN-13/body/instantiate", instantiated);
}

TEST_CASE_METHOD(Keeping,
                 "GMN-13/device-launch: a graph with memory nodes cannot be launched from the device",
                 "[graph_memory]") {
    need(CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING, "UNIFIED_ADDRESSING");
    for (const unsigned long long flags :
         {static_cast<unsigned long long>(CUDA_GRAPH_INSTANTIATE_FLAG_DEVICE_LAUNCH),
          static_cast<unsigned long long>(CUDA_GRAPH_INSTANTIATE_FLAG_DEVICE_LAUNCH |
                                          CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH)}) {
        CUgraphExec handle = nullptr;
        const CUresult result = cuGraphInstantiateWithFlags(&handle, graph(), flags);
        const Exec unwanted(result == CUDA_SUCCESS ? handle : nullptr);
        CHECK(result != CUDA_SUCCESS);
    }
    const Exec exec = instantiate(graph(), cudaGraphInstantiateFlagAutoFreeOnLaunch);
    run_keeping(exec);
    CHECK(holds(address(), size, value));
}

} // namespace cts
