// Driver API, cuStreamBeginCaptureToGraph.
#include "tests/capture/capturing.hpp"
#include "tests/prelude.hpp"

#include <algorithm>

namespace cts {

namespace {

/// A graph with one node that fills the rung's memory with 2, to capture behind.
class Begun : public Mapped {
  public:
    Begun() : graph_(create_graph()), first_(add_kernel(graph_, fill_call(address(), bytes(), 2))) {
        fill(address(), bytes(), 1);
    }
    CUgraph graph() const { return graph_; }
    CUgraphNode first() const { return first_; }

  private:
    Graph graph_;
    CUgraphNode first_;
};

} // namespace

TEST_CASE_METHOD(Begun, "SCP-17/append: a capture to a graph puts its nodes behind the given ones",
                 "[capture]") {
    const Stream stream = create_stream();
    const CUgraphNode behind = first();
    REQUIRE(cuStreamBeginCaptureToGraph(stream, graph(), &behind, nullptr, 1,
                                        CU_STREAM_CAPTURE_MODE_GLOBAL) == CUDA_SUCCESS);
    launch(multiply_add_call(address(), bytes(), 3, 5), stream);
    CUgraph ended = nullptr;
    REQUIRE(cuStreamEndCapture(stream, &ended) == CUDA_SUCCESS);

    CHECK(ended == graph());
    const auto nodes = nodes_of(graph());
    REQUIRE(nodes.size() == 2);
    const CUgraphNode captured = nodes[0] == first() ? nodes[1] : nodes[0];
    REQUIRE(dependencies_of(captured).size() == 1);
    CHECK(dependencies_of(captured)[0] == first());
    CHECK(holds(address(), bytes(), 1));
    const Exec exec = instantiate(graph());
    run(exec);
    CHECK(holds(address(), bytes(), 2 * 3 + 5));
}

TEST_CASE_METHOD(Begun, "SCP-17/independent: without given nodes a captured node depends on nothing",
                 "[capture]") {
    const Stream stream = create_stream();
    const Allocation memory = allocate();
    const Mapping mapped = map(at(2), memory);
    REQUIRE(cuStreamBeginCaptureToGraph(stream, graph(), nullptr, nullptr, 0,
                                        CU_STREAM_CAPTURE_MODE_GLOBAL) == CUDA_SUCCESS);
    launch(fill_call(at(2), granularity(), 9), stream);
    CUgraph ended = nullptr;
    REQUIRE(cuStreamEndCapture(stream, &ended) == CUDA_SUCCESS);

    CHECK(nodes_of(graph()).size() == 2);
    CHECK(edge_count(graph()) == 0);
    const Exec exec = instantiate(graph());
    run(exec);
    CHECK(holds(address(), bytes(), 2));
    CHECK(holds(at(2), granularity(), 9));
}

TEST_CASE_METHOD(Begun, "SCP-17/unfinished: a graph cannot be instantiated while it is captured to",
                 "[capture]") {
    const Stream stream = create_stream();
    REQUIRE(cuStreamBeginCaptureToGraph(stream, graph(), nullptr, nullptr, 0,
                                        CU_STREAM_CAPTURE_MODE_RELAXED) == CUDA_SUCCESS);
    CUgraphExec early = nullptr;
    const CUresult result = cuGraphInstantiateWithFlags(&early, graph(), 0);
    const Exec unwanted(result == CUDA_SUCCESS ? early : nullptr);
    const cudaStreamCaptureStatus status = capture_status(stream);
    CUgraph ended = nullptr;
    const CUresult end = cuStreamEndCapture(stream, &ended);

    CHECK(result != CUDA_SUCCESS); // "will not be instantiable until the user calls cuStreamEndCapture"
    observe("SCP-17/unfinished", result);
    observe("SCP-17/unfinished/status", status);
    REQUIRE(end == CUDA_SUCCESS);
    const Exec exec = instantiate(graph());
    run(exec);
    CHECK(holds(address(), bytes(), 2));
}

TEST_CASE_METHOD(Begun, "SCP-17/legacy: a capture to a graph cannot begin in the legacy stream",
                 "[capture]") {
    const CUresult result = cuStreamBeginCaptureToGraph(CU_STREAM_LEGACY, graph(), nullptr, nullptr, 0,
                                                        CU_STREAM_CAPTURE_MODE_RELAXED);
    CHECK(result != CUDA_SUCCESS);
    observe("SCP-17/legacy", result);
    CHECK(nodes_of(graph()).size() == 1);
    const Exec exec = instantiate(graph());
    run(exec);
    CHECK(holds(address(), bytes(), 2));
}

TEST_CASE_METHOD(Begun, "SCP-17/several: a capture to a graph begins behind all of the given nodes",
                 "[capture]") {
    const Stream stream = create_stream();
    const Allocation memory = allocate();
    const Mapping mapped = map(at(2), memory);
    const CUgraphNode behind[] = {first(), add_kernel(graph(), fill_call(at(2), granularity(), 4))};
    REQUIRE(cuStreamBeginCaptureToGraph(stream, graph(), behind, nullptr, 2, CU_STREAM_CAPTURE_MODE_GLOBAL) ==
            CUDA_SUCCESS);
    launch(copy_call(address(), at(2), granularity()), stream);
    CUgraph ended = nullptr;
    REQUIRE(cuStreamEndCapture(stream, &ended) == CUDA_SUCCESS);

    const auto nodes = nodes_of(graph());
    CHECK(nodes.size() == 3);
    CHECK(std::count_if(nodes.begin(), nodes.end(),
                        [](cudaGraphNode_t node) { return dependencies_of(node).size() == 2; }) == 1);
    CHECK(edge_count(graph()) == 2);
    const Exec exec = instantiate(graph());
    run(exec);
    CHECK(holds(address(), bytes(), 4));
}

TEST_CASE_METHOD(Begun, "SCP-17/runtime: the runtime's form begins behind the given nodes, too",
                 "[capture]") {
    const Stream stream = create_stream();
    const cudaGraphNode_t behind = first();
    REQUIRE(cudaStreamBeginCaptureToGraph(stream, graph(), &behind, nullptr, 1,
                                          cudaStreamCaptureModeGlobal) == cudaSuccess);
    launch(multiply_add_call(address(), bytes(), 3, 5), stream);
    cudaGraph_t ended = nullptr;
    REQUIRE(cudaStreamEndCapture(stream, &ended) == cudaSuccess);

    CHECK(ended == graph());
    CHECK(edge_count(graph()) == 1);
    const Exec exec = instantiate(graph());
    run(exec);
    CHECK(holds(address(), bytes(), 2 * 3 + 5));
}

} // namespace cts
