// Graphs that may be launched from the device (Driver API, cuGraphInstantiate, the list of restrictions).
#include "tests/graph_update/other_context.hpp"
#include "tests/instantiate/outcome.hpp"
#include "tests/prelude.hpp"

#include <vector>

namespace cts {

namespace {

constexpr unsigned long long device_launch = CUDA_GRAPH_INSTANTIATE_FLAG_DEVICE_LAUNCH;

void host_function(void*) {}

class Launchable : public Mapped {
  public:
    Launchable() { need(CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING, "UNIFIED_ADDRESSING"); }
    CUgraph graph() const { return graph_; }

    /// The graph is fine for the host, and refused for the device because of `culprit`.
    void check_refused_because_of(CUgraphNode culprit) {
        const InstantiateAnswer answer = instantiate_and_tell(graph_, device_launch);
        CHECK(answer.result != CUDA_SUCCESS);
        observe("INS-11/result", answer.result);
        CHECK(answer.reason == CUDA_GRAPH_INSTANTIATE_NODE_OPERATION_NOT_SUPPORTED);
        CHECK(answer.node == culprit);
        CHECK(instantiate_and_tell(graph_).result == CUDA_SUCCESS);
    }

  private:
    Graph graph_ = create_graph();
};

} // namespace

TEST_CASE_METHOD(Launchable,
                 "INS-11/vmm: kernels, copies, memsets and child graphs on virtual memory qualify",
                 "[instantiate]") {
    const Allocation memory = allocate();
    const Mapping mapped = map(at(2), memory);
    fill(address(), bytes(), 0);
    const Graph child = create_graph();
    add_kernel(child, multiply_add_call(address(), bytes(), 2, 1));
    const auto set = add_memset(graph(), memset_words(at(2), granularity(), 3));
    const auto copied = add_copy(graph(), pointer(address()), pointer(at(2)), bytes(), {set});
    const auto changed = add_kernel(graph(), multiply_add_call(address(), bytes(), 3, 5), {copied});
    CUgraphNode last = nullptr;
    REQUIRE(cuGraphAddChildGraphNode(&last, graph(), &changed, 1, child) == CUDA_SUCCESS);

    const InstantiateAnswer answer = instantiate_and_tell(graph(), device_launch);

    REQUIRE(answer.result == CUDA_SUCCESS);
    CHECK(answer.reason == CUDA_GRAPH_INSTANTIATE_SUCCESS);
    run(answer.exec); // the host may launch it, too
    CHECK(holds(address(), bytes(), 29));
}

TEST_CASE_METHOD(Launchable, "INS-11/pinned: a copy from pinned host memory qualifies", "[instantiate]") {
    const PinnedMemory host = allocate_pinned(bytes());
    std::fill_n(static_cast<uint32_t*>(host.get()), word_count(bytes()), 7U);
    add_copy(graph(), pointer(address()), host.get(), bytes());

    const InstantiateAnswer answer = instantiate_and_tell(graph(), device_launch);

    REQUIRE(answer.result == CUDA_SUCCESS);
    run(answer.exec);
    CHECK(holds(address(), bytes(), 7));
}

TEST_CASE_METHOD(Launchable, "INS-11/pageable: a copy from pageable host memory is refused",
                 "[instantiate]") {
    const std::vector<uint32_t> host(word_count(bytes()), 7);
    check_refused_because_of(add_copy(graph(), pointer(address()), host.data(), bytes()));
}

TEST_CASE_METHOD(Launchable, "INS-11/host: a host node is refused", "[instantiate]") {
    const auto before = add_kernel(graph(), fill_call(address(), bytes(), 2));
    const CUDA_HOST_NODE_PARAMS parameters{host_function, nullptr};
    CUgraphNode node = nullptr;
    REQUIRE(cuGraphAddHostNode(&node, graph(), &before, 1, &parameters) == CUDA_SUCCESS);
    check_refused_because_of(node);
}

TEST_CASE_METHOD(Launchable, "INS-11/empty-node: an empty node is refused", "[instantiate]") {
    const auto before = add_kernel(graph(), fill_call(address(), bytes(), 2));
    CUgraphNode node = nullptr;
    REQUIRE(cuGraphAddEmptyNode(&node, graph(), &before, 1) == CUDA_SUCCESS);
    check_refused_because_of(node);
}

TEST_CASE_METHOD(Launchable, "INS-11/empty-graph: a graph without work is refused", "[instantiate]") {
    const InstantiateAnswer answer = instantiate_and_tell(graph(), device_launch);
    CHECK(answer.result != CUDA_SUCCESS);
    observe("INS-11/empty-graph", answer.result);
    observe("INS-11/empty-graph/reason", name_of(answer.reason));
    CHECK(instantiate_and_tell(graph()).result == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Launchable, "INS-03/contexts: nodes of two contexts are refused for launch from the device",
                 "[instantiate]") {
    const OtherContext second(device());
    const Graph mixed = create_graph(); // goes before its second context does
    CUDA_MEMSET_NODE_PARAMS parameters{};
    parameters.dst = address();
    parameters.elementSize = 4;
    parameters.width = word_count(bytes());
    parameters.height = 1;
    CUgraphNode one = nullptr, two = nullptr;
    must(cuGraphAddMemsetNode(&one, mixed, nullptr, 0, &parameters, context()), "cuGraphAddMemsetNode");
    must(cuGraphAddMemsetNode(&two, mixed, &one, 1, &parameters, second.get()), "cuGraphAddMemsetNode");

    const InstantiateAnswer answer = instantiate_and_tell(mixed, device_launch);

    CHECK(answer.result != CUDA_SUCCESS);
    observe("INS-03/contexts", answer.result);
    CHECK(answer.reason == CUDA_GRAPH_INSTANTIATE_MULTIPLE_CTXS_NOT_SUPPORTED);
    CHECK((answer.node == one || answer.node == two));
    CHECK(instantiate_and_tell(mixed).result == CUDA_SUCCESS); // fine for the host
}

} // namespace cts
