// Runtime API: stream capture.
#include "graph/abi/runtime_call.hpp"

using namespace sim::graphs;

namespace {

CUresult give_status(CUresult result, CUstreamCaptureStatus found, cudaStreamCaptureStatus* status) {
    if (result == CUDA_SUCCESS) {
        *status = static_cast<cudaStreamCaptureStatus>(found);
    }
    return result;
}

} // namespace

extern "C" {

cudaError_t CUDARTAPI cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode) {
    return runtime_call([&] { return begin_capture(stream, static_cast<CUstreamCaptureMode>(mode)); });
}

cudaError_t CUDARTAPI cudaStreamBeginCaptureToGraph(cudaStream_t stream, cudaGraph_t graph,
                                                    const cudaGraphNode_t* dependencies,
                                                    const cudaGraphEdgeData* data, size_t count,
                                                    cudaStreamCaptureMode mode) {
    return runtime_call([&] {
        return begin_capture_to_graph(stream, {graph, dependencies, driver_data(data), count},
                                      static_cast<CUstreamCaptureMode>(mode));
    });
}

cudaError_t CUDARTAPI cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
    return runtime_call([&] { return end_capture(stream, graph); });
}

cudaError_t CUDARTAPI cudaStreamIsCapturing(cudaStream_t stream, cudaStreamCaptureStatus* status) {
    return runtime_call([&] {
        CUstreamCaptureStatus found{};
        const CUresult result = status == nullptr ? CUDA_ERROR_INVALID_VALUE : is_capturing(stream, &found);
        return give_status(result, found, status);
    });
}

cudaError_t CUDARTAPI SIM_WITH_EDGE_DATA(cudaStreamGetCaptureInfo,
                                         _v3)(cudaStream_t stream, cudaStreamCaptureStatus* status,
                                              unsigned long long* id, cudaGraph_t* graph,
                                              const cudaGraphNode_t** dependencies,
                                              const cudaGraphEdgeData** data, size_t* count) {
    return runtime_call([&] {
        if (status == nullptr) {
            return CUDA_ERROR_INVALID_VALUE;
        }
        CUstreamCaptureStatus found{};
        cuuint64_t number = 0;
        const CUgraphEdgeData* found_data = nullptr;
        const CUresult result = get_capture_info(
            stream, {&found, &number, graph, dependencies, data == nullptr ? nullptr : &found_data, count});
        if (result == CUDA_SUCCESS && found == CU_STREAM_CAPTURE_STATUS_ACTIVE) {
            if (id != nullptr) {
                *id = number;
            }
            if (data != nullptr) {
                *data = reinterpret_cast<const cudaGraphEdgeData*>(found_data);
            }
        }
        return give_status(result, found, status);
    });
}

cudaError_t CUDARTAPI SIM_WITH_EDGE_DATA(cudaStreamUpdateCaptureDependencies,
                                         _v2)(cudaStream_t stream, cudaGraphNode_t* dependencies,
                                              const cudaGraphEdgeData* data, size_t count, unsigned flags) {
    return runtime_call(
        [&] { return update_dependencies(stream, dependencies, driver_data(data), count, flags); });
}

cudaError_t CUDARTAPI cudaThreadExchangeStreamCaptureMode(cudaStreamCaptureMode* mode) {
    return runtime_call([&] {
        if (mode == nullptr) {
            return CUDA_ERROR_INVALID_VALUE;
        }
        auto exchanged = static_cast<CUstreamCaptureMode>(*mode);
        const CUresult result = exchange_mode(&exchanged);
        if (result == CUDA_SUCCESS) {
            *mode = static_cast<cudaStreamCaptureMode>(exchanged);
        }
        return result;
    });
}

} // extern "C"
