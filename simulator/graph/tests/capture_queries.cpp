// cudaStreamGetCaptureInfo and cudaStreamUpdateCaptureDependencies.
#include "graphs.hpp"

namespace {

struct Recording {
    Recording() {
        REQUIRE(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking) == cudaSuccess);
        REQUIRE(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal) == cudaSuccess);
    }
    ~Recording() { CHECK(cudaStreamDestroy(stream) == cudaSuccess); }
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;

    cudaStream_t stream = nullptr;
};

void nothing(void*) {}

struct Info {
    cudaStreamCaptureStatus status{};
    unsigned long long id = 0;
    cudaGraph_t graph = nullptr;
    const cudaGraphNode_t* nodes = nullptr;
    const cudaGraphEdgeData* data = nullptr;
    size_t count = 0;
};

Info ask(cudaStream_t stream) {
    Info info;
    REQUIRE(cudaStreamGetCaptureInfo(stream, &info.status, &info.id, &info.graph, &info.nodes, &info.data,
                                     &info.count) == cudaSuccess);
    return info;
}

} // namespace

TEST_CASE("the capture's graph and the stream's dependencies can be asked for") {
    const Recording recording;
    CHECK(ask(recording.stream).count == 0);
    REQUIRE(cudaLaunchHostFunc(recording.stream, nothing, nullptr) == cudaSuccess);
    const Info info = ask(recording.stream);
    CHECK(info.status == cudaStreamCaptureStatusActive);
    CHECK(info.id != 0);
    REQUIRE(info.count == 1);
    cudaGraphNodeType type{};
    REQUIRE(cudaGraphNodeGetType(info.nodes[0], &type) == cudaSuccess);
    CHECK(type == cudaGraphNodeTypeHost);
    cudaGraph_t graph = nullptr;
    REQUIRE(cudaStreamEndCapture(recording.stream, &graph) == cudaSuccess);
    CHECK(graph == info.graph);
    CHECK(ask(recording.stream).status == cudaStreamCaptureStatusNone);
    CHECK(cudaGraphDestroy(graph) == cudaSuccess);
}

TEST_CASE("a node that is added by hand can become what the stream goes on from") {
    const Recording recording;
    REQUIRE(cudaLaunchHostFunc(recording.stream, nothing, nullptr) == cudaSuccess);
    const Info info = ask(recording.stream);
    cudaGraphNode_t by_hand = nullptr;
    REQUIRE(cudaGraphAddEmptyNode(&by_hand, info.graph, info.nodes, info.count) == cudaSuccess);
    REQUIRE(cudaStreamUpdateCaptureDependencies(recording.stream, &by_hand, nullptr, 1,
                                                cudaStreamSetCaptureDependencies) == cudaSuccess);
    REQUIRE(cudaLaunchHostFunc(recording.stream, nothing, nullptr) == cudaSuccess);
    const Info last = ask(recording.stream);
    cudaGraphNode_t before = nullptr;
    size_t count = 1;
    REQUIRE(cudaGraphNodeGetDependencies(last.nodes[0], &before, nullptr, &count) == cudaSuccess);
    CHECK(before == by_hand);
    cudaGraph_t graph = nullptr;
    REQUIRE(cudaStreamEndCapture(recording.stream, &graph) == cudaSuccess);
    CHECK(node_count(graph) == 3);
    CHECK(cudaGraphDestroy(graph) == cudaSuccess);
}

TEST_CASE("dependencies of a stream that does not capture cannot be changed") {
    const TestGraph graph;
    cudaGraphNode_t node = graph.add();
    cudaStream_t stream = nullptr;
    REQUIRE(cudaStreamCreate(&stream) == cudaSuccess);
    CHECK(cudaStreamUpdateCaptureDependencies(stream, &node, nullptr, 1, 0) == cudaErrorIllegalState);
    CHECK(cudaStreamDestroy(stream) == cudaSuccess);
}

TEST_CASE("a capture whose stream is destroyed is gone") {
    cudaStream_t stream = nullptr;
    REQUIRE(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking) == cudaSuccess);
    REQUIRE(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal) == cudaSuccess);
    (void)cudaStreamDestroy(stream);
    (void)cudaGetLastError();
    void* memory = nullptr;
    REQUIRE(cudaMalloc(&memory, 4096) == cudaSuccess); // no capture prohibits it any more
    CHECK(cudaFree(memory) == cudaSuccess);
}
