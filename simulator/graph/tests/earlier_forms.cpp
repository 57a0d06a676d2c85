// Entry points of which an earlier form exists beside the present one.
#define __CUDA_API_VERSION_INTERNAL // declares every form under its own symbol
#include "graphs.hpp"

#include <cuda.h>

TEST_CASE("the first form of cuGraphInstantiate reports the node of a cycle") {
    const TestGraph graph;
    const cudaGraphNode_t first = graph.add();
    const cudaGraphNode_t second = graph.add({first});
    REQUIRE(cuGraphAddDependencies(graph.handle, &second, &first, 1) == CUDA_SUCCESS);
    CUgraphExec exec = nullptr;
    CUgraphNode culprit = nullptr;
    char log[16] = "untouched";
    CHECK(cuGraphInstantiate(&exec, graph.handle, &culprit, log, sizeof log) == CUDA_ERROR_INVALID_VALUE);
    CHECK((culprit == first || culprit == second));
    CHECK(log[0] == '\0');
}

TEST_CASE("the forms without edge data see the same edges") {
    const TestGraph graph;
    const cudaGraphNode_t first = graph.add();
    const cudaGraphNode_t second = graph.add({first});
    CUgraphNode from = nullptr;
    CUgraphNode to = nullptr;
    size_t count = 1;
    REQUIRE(cuGraphGetEdges(graph.handle, &from, &to, &count) == CUDA_SUCCESS);
    CHECK(from == first);
    CHECK(to == second);
    REQUIRE(cuGraphRemoveDependencies(graph.handle, &first, &second, 1) == CUDA_SUCCESS);
    REQUIRE(cuGraphNodeGetDependentNodes(first, nullptr, &count) == CUDA_SUCCESS);
    CHECK(count == 0);
}

TEST_CASE("the first form of cuStreamGetCaptureInfo gives status and number alone") {
    cudaStream_t stream = nullptr;
    REQUIRE(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking) == cudaSuccess);
    REQUIRE(cuStreamBeginCapture(stream) == CUDA_SUCCESS);
    CUstreamCaptureStatus status{};
    cuuint64_t id = 0;
    CHECK(cuStreamGetCaptureInfo(stream, &status, &id) == CUDA_SUCCESS);
    CHECK(status == CU_STREAM_CAPTURE_STATUS_ACTIVE);
    CHECK(id != 0);
    CUgraph graph = nullptr;
    REQUIRE(cuStreamEndCapture(stream, &graph) == CUDA_SUCCESS);
    CHECK(cuGraphDestroy(graph) == CUDA_SUCCESS);
    CHECK(cudaStreamDestroy(stream) == cudaSuccess);
}
