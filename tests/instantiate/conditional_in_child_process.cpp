// Conditional nodes where drivers have hung or crashed: each in a process of its own.
#include "fixtures/conditional.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

CUcontext primary_context(CUdevice& device) {
    CUcontext context = nullptr;
    must(cudaFree(nullptr), "cudaFree");
    must(cuCtxGetDevice(&device), "cuCtxGetDevice");
    must(cuCtxGetCurrent(&context), "cuCtxGetCurrent");
    return context;
}

// openxla/xla#25769: hung before driver 570.
CHILD(run_empty_body) {
    CUdevice device = 0;
    const CUcontext context = primary_context(device);
    const DeviceMemory memory = allocate_device(4096);
    fill(device_address(memory), 4096, 1);
    const Graph graph = create_graph();
    const ConditionalNode node =
        add_conditional(graph, context, create_condition(graph, context, 1), CU_GRAPH_COND_TYPE_IF);
    add_kernel(graph, fill_call(device_address(memory), 4096, 2), {node.node});
    const Exec exec = instantiate(graph);
    parent.report("launch", cuGraphLaunch(exec, nullptr));
    parent.report("synchronise", cuStreamSynchronize(nullptr));
    parent.report("right", static_cast<bool>(holds(device_address(memory), 4096, 2)));
}

// NVIDIA/cuda-python#2918 (NVBUG 6805256): the parent's end crashes in libcuda. Driver API,
// cuStreamEndCapture: "If capture was invalidated, due to a violation of the rules of stream capture, then a
// NULL graph will be returned."
CHILD(end_invalidated_body) {
    CUdevice device = 0;
    const CUcontext context = primary_context(device);
    const DeviceMemory memory = allocate_device(4096);
    const Stream outer = create_stream();
    const Stream inner = create_stream();
    must(cuStreamBeginCapture(outer, CU_STREAM_CAPTURE_MODE_RELAXED), "cuStreamBeginCapture");
    CUstreamCaptureStatus status = CU_STREAM_CAPTURE_STATUS_NONE;
    CUgraph graph = nullptr;
    must(cuStreamGetCaptureInfo(outer, &status, nullptr, &graph, nullptr, nullptr, nullptr),
         "cuStreamGetCaptureInfo");
    const ConditionalNode node =
        add_conditional(graph, context, create_condition(graph, context, 1), CU_GRAPH_COND_TYPE_IF);
    must(cuStreamBeginCaptureToGraph(inner, node.bodies[0], nullptr, nullptr, 0,
                                     CU_STREAM_CAPTURE_MODE_RELAXED),
         "cuStreamBeginCaptureToGraph");
    must(cuMemsetD32Async(device_address(memory), 2, 1024, inner), "cuMemsetD32Async");
    parent.report("violation", cuCtxSynchronize());
    CUgraph ended = nullptr;
    parent.report("inner end", cuStreamEndCapture(inner, &ended));
    parent.report("inner graph", ended != nullptr);
    parent.report("outer end", cuStreamEndCapture(outer, &ended));
    parent.report("outer graph", ended != nullptr);
}

/// Skips here, where a skip counts, on drivers without conditional nodes.
class Conditionals : public Context {
  public:
    void need_conditional_nodes() const {
        const Graph graph = create_graph();
        (void)create_condition(graph, context(), 1);
    }
};

} // namespace

TEST_CASE_METHOD(Conditionals, "INS-12/empty-body: a conditional node with an empty body does not hang",
                 "[instantiate][sacrifices]") {
    need_conditional_nodes();
    Peer child(run_empty_body);
    const ChildReport& report = child.wait(std::chrono::seconds(15));
    CHECK_FALSE(report.timed_out);
    CHECK(report.driver_result("launch") == CUDA_SUCCESS);
    CHECK(report.driver_result("synchronise") == CUDA_SUCCESS);
    CHECK(report.number("right") == 1);
    CHECK(report.finished);
}

TEST_CASE_METHOD(Conditionals,
                 "INS-13: ending an invalidated capture of a body, and then its parent's, does not crash",
                 "[instantiate][sacrifices]") {
    need_conditional_nodes();
    Child child(end_invalidated_body);
    const ChildReport& report = child.wait();
    CHECK(report.driver_result("violation") != CUDA_SUCCESS);
    CHECK(report.driver_result("inner end") == CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
    CHECK(report.number("inner graph") == 0);
    CHECK(report.signal == 0);
    const bool crashed = report.signal != 0; // said above
    CHECK((crashed || report.finished));
    CHECK((crashed || report.driver_result("outer end") != CUDA_SUCCESS));
    CHECK((crashed || report.number("outer graph") == 0));
}

} // namespace cts
