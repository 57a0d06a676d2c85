// Captures of more than kernels and copies: launches of executable graphs, cooperative kernels, and nodes
// that the caller adds by hand (Driver API, cuStreamGetCaptureInfo: all operations but destruction and the
// removal of nodes are permitted on the graph meanwhile).
#include "tests/capture/capturing.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

int is_cooperative(cudaGraphNode_t node) {
    cudaKernelNodeAttrValue value{};
    must(cudaGraphKernelNodeGetAttribute(node, cudaLaunchAttributeCooperative, &value),
         "cudaGraphKernelNodeGetAttribute");
    return value.cooperative;
}

} // namespace

// No document says that a graph can be launched into a capture; driver 580 refuses
// (microsoft/onnxruntime#32081).
TEST_CASE_METHOD(Mapped,
                 "SCP-01/graph: a graph that is launched into a capture is refused or recorded, never run",
                 "[capture]") {
    const Graph inner = create_graph();
    add_kernel(inner, multiply_add_call(address(), bytes(), 3, 5));
    const Exec launched = instantiate(inner);
    fill(address(), bytes(), 1);
    Capturing capture;
    launch(fill_call(address(), bytes(), 2), capture.stream());
    const CUresult result = cuGraphLaunch(launched, capture.stream());
    observe("SCP-01/graph", result);
    const EndedCapture ended = capture.end();
    synchronize();
    CHECK(holds(address(), bytes(), 1));
    if (result == CUDA_SUCCESS) {
        REQUIRE(ended.result == CUDA_SUCCESS);
        run(instantiate(ended.graph));
        CHECK(holds(address(), bytes(), 2 * 3 + 5)); // in its place: behind the fill
    } else {
        observe("SCP-01/graph, end", ended.result);
        CHECK((ended.result == CUDA_SUCCESS) == (ended.graph.get() != nullptr));
        fill(address(), bytes(), 2);
    }
    run(launched); // which goes on by itself
    CHECK(holds(address(), bytes(), (result == CUDA_SUCCESS ? 11 : 2) * 3 + 5));
}

TEST_CASE_METHOD(Mapped,
                 "SCP-01/cooperative: a cooperative kernel is captured as one, and no other kernel is",
                 "[capture]") {
    need(CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH, "COOPERATIVE_LAUNCH");
    cudaFunction_t function = nullptr;
    must(cudaGetFuncBySymbol(&function, reinterpret_cast<const void*>(kernels::fill)), "cudaGetFuncBySymbol");
    uint32_t* target = words(address());
    size_t count = 1024;
    uint32_t value = 6;
    void* arguments[] = {&target, &count, &value};
    fill(address(), 4096, 1);
    Capturing capture;
    launch(fill_call(address(), 4096, 2), capture.stream());
    REQUIRE(cuLaunchCooperativeKernel(function, 1, 1, 1, 64, 1, 1, 0, capture.stream(), arguments) ==
            CUDA_SUCCESS);
    const EndedCapture ended = capture.end();
    REQUIRE(ended.result == CUDA_SUCCESS);
    const auto nodes = nodes_of(ended.graph);
    REQUIRE(nodes.size() == 2);
    const bool reversed = dependencies_of(nodes[1]).empty();
    CHECK(is_cooperative(nodes[reversed ? 1 : 0]) == 0);
    CHECK(is_cooperative(nodes[reversed ? 0 : 1]) != 0);
    const Exec exec = instantiate(ended.graph);
    run(exec);
    CHECK(holds(address(), 4096, 6));
}

// How frameworks put conditional nodes into a capture (pytorch/pytorch#130386).
TEST_CASE_METHOD(Mapped,
                 "SCP-20/by-hand: a capture goes on behind a node that was added to its graph by hand",
                 "[capture]") {
    fill(address(), bytes(), 1);
    Capturing capture;
    launch(multiply_add_call(address(), bytes(), 3, 5), capture.stream());
    CUstreamCaptureStatus status{};
    CUgraph graph = nullptr;
    const CUgraphNode* last = nullptr;
    size_t count = 0;
    REQUIRE(cuStreamGetCaptureInfo(capture, &status, nullptr, &graph, &last, nullptr, &count) ==
            CUDA_SUCCESS);
    REQUIRE(count == 1);
    CUgraphNode added = add_kernel(graph, multiply_add_call(address(), bytes(), 7, 4), {last[0]});
    REQUIRE(cuStreamUpdateCaptureDependencies(capture, &added, 1, CU_STREAM_SET_CAPTURE_DEPENDENCIES) ==
            CUDA_SUCCESS);
    launch(multiply_add_call(address(), bytes(), 11, 6), capture.stream());
    const EndedCapture ended = capture.end();

    REQUIRE(ended.result == CUDA_SUCCESS);
    CHECK(ended.graph.get() == graph);
    CHECK(nodes_of(ended.graph).size() == 3);
    const Exec exec = instantiate(ended.graph);
    run(exec);
    CHECK(holds(address(), bytes(), ((1 * 3 + 5) * 7 + 4) * 11 + 6));
}

} // namespace cts
