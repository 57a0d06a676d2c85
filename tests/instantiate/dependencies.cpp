// Driver API, cuGraphAdd...Node: "dependencies may not have any duplicate entries".
#include "fixtures/memory_nodes.hpp"
#include "tests/prelude.hpp"

#include <algorithm>
#include <functional>
#include <vector>

namespace cts {

namespace {

void host_function(void*) {}

class Twice : public Mapped {
  public:
    Twice() : graph_(create_graph()), first_(add_kernel(graph_, fill_call(address(), bytes(), 2))) {}

    CUgraph graph() const { return graph_; }
    const CUgraphNode* twice() const { return pair_; }
    CUgraphNode* out() { return &added_; }

    /// `add` is called with a number of dependencies: 2 must be refused without an effect, 1 be accepted.
    void check(const std::function<CUresult(size_t)>& add) {
        pair_[0] = pair_[1] = first_;
        CHECK(add(2) == CUDA_ERROR_INVALID_VALUE);
        CHECK(nodes_of(graph_).size() == 1);
        REQUIRE(add(1) == CUDA_SUCCESS);
        CHECK(nodes_of(graph_).size() == 2);
        CHECK(edge_count(graph_) == 1);
    }

  private:
    Graph graph_;
    CUgraphNode first_;
    CUgraphNode pair_[2] = {};
    CUgraphNode added_ = nullptr;
};

} // namespace

TEST_CASE_METHOD(Twice, "INS-08/empty: an empty node cannot depend twice on one node", "[instantiate]") {
    check([&](size_t count) { return cuGraphAddEmptyNode(out(), graph(), twice(), count); });
}

TEST_CASE_METHOD(Twice, "INS-08/memset: a memset node cannot depend twice on one node", "[instantiate]") {
    CUDA_MEMSET_NODE_PARAMS parameters{};
    parameters.dst = address();
    parameters.elementSize = 4;
    parameters.width = 16;
    parameters.height = 1;
    check([&](size_t count) {
        return cuGraphAddMemsetNode(out(), graph(), twice(), count, &parameters, context());
    });
}

TEST_CASE_METHOD(Twice, "INS-08/kernel: a kernel node cannot depend twice on one node", "[instantiate]") {
    auto call = fill_call(address(), bytes(), 3);
    const cudaKernelNodeParams parameters = call.node();
    check([&](size_t count) {
        const cudaError_t error = cudaGraphAddKernelNode(out(), graph(), twice(), count, &parameters);
        (void)cudaGetLastError();
        return error == cudaErrorInvalidValue ? CUDA_ERROR_INVALID_VALUE : static_cast<CUresult>(error);
    });
}

TEST_CASE_METHOD(Twice, "INS-08/host: a host node cannot depend twice on one node", "[instantiate]") {
    const CUDA_HOST_NODE_PARAMS parameters{host_function, nullptr};
    check([&](size_t count) { return cuGraphAddHostNode(out(), graph(), twice(), count, &parameters); });
}

TEST_CASE_METHOD(Twice, "INS-08/child: a child graph node cannot depend twice on one node", "[instantiate]") {
    const Graph child = create_graph();
    add_kernel(child, fill_call(address(), bytes(), 3));
    check([&](size_t count) { return cuGraphAddChildGraphNode(out(), graph(), twice(), count, child); });
}

TEST_CASE_METHOD(Twice, "INS-08/allocation: an allocation node cannot depend twice on one node",
                 "[instantiate]") {
    need(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, "MEMORY_POOLS_SUPPORTED");
    check([&](size_t count) {
        CUDA_MEM_ALLOC_NODE_PARAMS parameters = allocation_of(bytes(), device());
        return cuGraphAddMemAllocNode(out(), graph(), twice(), count, &parameters);
    });
}

TEST_CASE_METHOD(Mapped, "INS-08/many: a node may depend on many different nodes, and depends on all of them",
                 "[instantiate]") {
    constexpr size_t count = 40, part = 4096;
    const Graph graph = create_graph();
    std::vector<cudaGraphNode_t> before;
    for (size_t i = 0; i < count; ++i) {
        before.push_back(add_kernel(graph, fill_call(address() + i * part, part, static_cast<uint32_t>(i))));
    }
    std::sort(before.begin(), before.end());
    const auto all_before = [&](cudaGraphNode_t node) {
        auto found = dependencies_of(node);
        std::sort(found.begin(), found.end());
        return found == before;
    };
    CHECK(all_before(add_kernel(graph, multiply_add_call(address(), count * part, 3, 5), before)));
    CHECK(all_before(add_memset(graph, memset_words(address() + count * part, part, 9), before)));
    CUgraphNode empty = nullptr;
    REQUIRE(cuGraphAddEmptyNode(&empty, graph, before.data(), before.size()) == CUDA_SUCCESS);
    CHECK(all_before(empty));
    const CUdeviceptr end = address() + (count + 1) * part;
    CHECK(all_before(add_copy(graph, pointer(end), pointer(end + part), part, before)));
    const Event event = create_event(), never = create_event();
    const cudaHostNodeParams call{host_function, nullptr};
    cudaGraphNode_t host = nullptr, record = nullptr, wait = nullptr;
    REQUIRE(cudaGraphAddHostNode(&host, graph, before.data(), count, &call) == cudaSuccess);
    REQUIRE(cudaGraphAddEventRecordNode(&record, graph, before.data(), count, event) == cudaSuccess);
    REQUIRE(cudaGraphAddEventWaitNode(&wait, graph, before.data(), count, never) == cudaSuccess);
    for (const cudaGraphNode_t node : {host, record, wait}) {
        CHECK(all_before(node));
    }
    CHECK(edge_count(graph) == 7 * count);
    const Exec exec = instantiate(graph);
    run(exec);
    for (uint32_t i = 0; i < count; ++i) {
        CHECK(holds(address() + i * part, part, i * 3 + 5));
    }
}

namespace {

/// A refusal as INVALID_VALUE, read from the last error.
bool refused_as_invalid(cudaError_t error) {
    return error == cudaErrorInvalidValue && cudaGetLastError() == cudaErrorInvalidValue;
}

} // namespace

// Driver API, cuGraphAddDependencies ("specifying an existing dependency will return an error") and
// cuGraphRemoveDependencies ("an edge that does not exist in the graph").
TEST_CASE_METHOD(Mapped, "INS-08/edges: an edge is not added twice, nor removed where it is not",
                 "[instantiate]") {
    const Graph graph = create_graph();
    const auto one = add_kernel(graph, fill_call(address(), bytes(), 2));
    const auto two = add_kernel(graph, multiply_add_call(address(), bytes(), 3, 5));
    CHECK(refused_as_invalid(remove_edge(graph, one, two)));
    REQUIRE(add_edge(graph, one, two) == cudaSuccess);
    CHECK(refused_as_invalid(add_edge(graph, one, two)));
    CHECK(refused_as_invalid(remove_edge(graph, two, one)));
    CHECK(edge_count(graph) == 1);
    REQUIRE(remove_edge(graph, one, two) == cudaSuccess);
    CHECK(edge_count(graph) == 0);
    CHECK(refused_as_invalid(remove_edge(graph, one, two)));
    REQUIRE(add_edge(graph, one, two) == cudaSuccess);
    const Exec exec = instantiate(graph);
    run(exec);
    CHECK(holds(address(), bytes(), 2 * 3 + 5));

    const auto three = add_kernel(graph, fill_call(address(), bytes(), 4));
    const CUgraphNode from[] = {one, two}, to[] = {three, three}; // several in one call
    REQUIRE(cuGraphAddDependencies(graph, from, to, 2) == CUDA_SUCCESS);
    CHECK(edge_count(graph) == 3);
    CHECK(dependencies_of(three).size() == 2);
    REQUIRE(cuGraphRemoveDependencies(graph, from, to, 2) == CUDA_SUCCESS);
    CHECK(dependencies_of(three).empty());
    CHECK(edge_count(graph) == 1);
}

TEST_CASE_METHOD(Mapped, "INS-08/foreign: a node cannot depend on a node of another graph", "[instantiate]") {
    const Graph graph = create_graph(), other = create_graph();
    const auto own = add_kernel(graph, fill_call(address(), bytes(), 2));
    const auto foreign = add_kernel(other, fill_call(address(), bytes(), 3));
    auto call = multiply_add_call(address(), bytes(), 3, 5);
    const cudaKernelNodeParams parameters = call.node();
    cudaGraphNode_t added = nullptr;
    const cudaError_t result = cudaGraphAddKernelNode(&added, graph, &foreign, 1, &parameters);
    CHECK(result != cudaSuccess); // only cuGraphAddDependencies says that nodes must belong to the graph
    CHECK(cudaGetLastError() == result);
    observe("INS-08/foreign", result);
    CHECK(refused_as_invalid(add_edge(graph, foreign, own)));
    CHECK(nodes_of(graph).size() == 1);
    CHECK(cudaGraphAddKernelNode(&added, graph, &own, 1, &parameters) == cudaSuccess);
    CHECK(edge_count(graph) == 1);
    const Exec exec = instantiate(graph);
    run(exec);
    CHECK(holds(address(), bytes(), 2 * 3 + 5));
}

} // namespace cts
