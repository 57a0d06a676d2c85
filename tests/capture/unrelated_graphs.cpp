#include "tests/capture/during_capture.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

constexpr size_t size = 4096;

/// Builds a graph of one kernel on `address`.
Graph one_fill(CUdeviceptr address, uint32_t value) {
    Graph graph = create_graph();
    add_kernel(graph, fill_call(address, size, value));
    return graph;
}

} // namespace

TEST_CASE_METHOD(Context, "SCP-18/destroy: destroying other graphs leaves a relaxed capture alone",
                 "[capture]") {
    const DeviceMemory memory = allocate_device(size);
    const CUdeviceptr address = device_address(memory);
    Graph other = one_fill(address, 1);
    Exec launched = instantiate(other);
    Exec never_launched = instantiate(other);
    run(launched);
    Capturing capture(CU_STREAM_CAPTURE_MODE_RELAXED);
    launch(fill_call(address, size, 2), capture.stream());

    CHECK(cuGraphExecDestroy(launched.release()) == CUDA_SUCCESS);
    CHECK(cuGraphExecDestroy(never_launched.release()) == CUDA_SUCCESS);
    CHECK(cuGraphDestroy(other.release()) == CUDA_SUCCESS);

    CHECK(capture.status() == CU_STREAM_CAPTURE_STATUS_ACTIVE);
    launch(multiply_add_call(address, size, 3, 1), capture.stream());
    const EndedCapture ended = capture.end();
    REQUIRE(ended.result == CUDA_SUCCESS);
    CHECK(nodes_of(ended.graph).size() == 2);
    CHECK(holds(address, size, 1));
    const Exec exec = instantiate(ended.graph);
    run(exec);
    CHECK(holds(address, size, 7));
}

namespace {

/// An executable graph that was launched, to be destroyed while a capture is in progress.
class ExecDestruction {
  public:
    explicit ExecDestruction(const Context&)
        : memory_(allocate_device(size)), graph_(one_fill(device_address(memory_), 1)),
          exec_(instantiate(graph_)) {
        run(exec_);
    }
    CUresult call() {
        const CUresult result = cuGraphExecDestroy(exec_);
        destroyed_ = result == CUDA_SUCCESS;
        if (destroyed_) {
            (void)exec_.release();
        }
        return result;
    }
    /// One that was refused leaves the executable graph at work.
    bool took_effect() const {
        if (!destroyed_) {
            fill(device_address(memory_), size, 9);
            run(exec_);
            CHECK(holds(device_address(memory_), size, 1));
        }
        return destroyed_;
    }

  private:
    DeviceMemory memory_;
    Graph graph_;
    Exec exec_;
    bool destroyed_ = false;
};

} // namespace

// Whether destroying counts as potentially unsafe, which the other modes forbid, no document says.
TEST_CASE_METHOD(Context, "SCP-18/modes: an executable graph is destroyed during a capture, or stays whole",
                 "[capture]") {
    observe_during_captures<ExecDestruction>(*this, "SCP-18/destroy");
}

TEST_CASE_METHOD(Context, "SCP-18/build: building and launching other graphs leaves a capture alone",
                 "[capture]") {
    const DeviceMemory memory = allocate_device(size);
    const DeviceMemory elsewhere = allocate_device(size);
    const CUdeviceptr address = device_address(memory);
    fill(device_address(elsewhere), size, 1);
    const Stream stream = create_stream();
    Capturing capture;
    launch(fill_call(address, size, 2), capture.stream());

    const Graph other = one_fill(device_address(elsewhere), 5);
    CUgraphExec handle = nullptr;
    const CUresult instantiated = cuGraphInstantiateWithFlags(&handle, other, 0);
    const Exec exec(handle);
    observe("SCP-18/build/instantiate", instantiated);
    observe("SCP-18/build/launch", cuGraphLaunch(exec, stream));
    observe("SCP-18/build/status", capture.status());
    const EndedCapture ended = capture.end();
    CHECK((ended.result == CUDA_SUCCESS) == ended.gave_graph);
    CHECK((ended.gave_graph ? nodes_of(ended.graph).size() : 1) == 1);
    CHECK(cuStreamSynchronize(stream) == CUDA_SUCCESS);
}

} // namespace cts
