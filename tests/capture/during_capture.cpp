#include "tests/capture/during_capture.hpp"

#include "fixtures/contents.hpp"

namespace cts {

namespace {

constexpr size_t witness_bytes = 4096;

bool replays(cudaGraph_t graph, CUdeviceptr witness) {
    fill(witness, witness_bytes, 1);
    const Exec exec = instantiate(graph);
    run(exec);
    return static_cast<bool>(holds(witness, witness_bytes, (1 * 3 + 5) * 7 + 11));
}

} // namespace

std::string DuringCapture::text() const {
    return name_of(result) + (survived ? ", capture active" : ", capture invalidated");
}

DuringCapture call_during_capture(CUcontext context, CUstreamCaptureMode mode, Caller caller,
                                  const std::function<CUresult()>& call) {
    const DeviceMemory memory = allocate_device(witness_bytes);
    const CUdeviceptr witness = device_address(memory);
    Capturing capture(mode);
    launch(multiply_add_call(witness, witness_bytes, 3, 5), capture);

    DuringCapture answer;
    answer.result = caller == Caller::same_thread ? call() : on_another_thread(context, call);
    answer.survived = capture.status() == CU_STREAM_CAPTURE_STATUS_ACTIVE;
    const cudaError_t second = multiply_add_call(witness, witness_bytes, 7, 11).launch(capture);
    (void)cudaGetLastError(); // a refusal is judged below
    const EndedCapture ended = capture.end();

    CHECK((answer.survived || answer.result != CUDA_SUCCESS));
    CHECK((second == cudaSuccess) == answer.survived);
    CHECK((ended.result == CUDA_SUCCESS) == answer.survived);
    CHECK(ended.gave_graph == answer.survived);
    CHECK((answer.survived ? nodes_of(ended.graph).size() : 0) == (answer.survived ? 2 : 0));
    CHECK((answer.survived ? edge_count(ended.graph) : 0) == (answer.survived ? 1 : 0));
    CHECK((answer.survived && replays(ended.graph, witness)) == answer.survived);
    return answer;
}

} // namespace cts
