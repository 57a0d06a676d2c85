// Driver API: stream capture.
#include "graph/abi/driver_call.hpp"

using namespace sim::graphs;

extern "C" {

CUresult CUDAAPI cuStreamBeginCapture_v2(CUstream stream, CUstreamCaptureMode mode) {
    return driver_call([&] { return begin_capture(stream, mode); });
}

CUresult CUDAAPI cuStreamBeginCaptureToGraph(CUstream stream, CUgraph graph, const CUgraphNode* dependencies,
                                             const CUgraphEdgeData* data, size_t count,
                                             CUstreamCaptureMode mode) {
    return driver_call([&] {
        return begin_capture_to_graph(stream, {graph, dependencies, data, count}, mode);
    });
}

CUresult CUDAAPI cuStreamEndCapture(CUstream stream, CUgraph* graph) {
    return driver_call([&] { return end_capture(stream, graph); });
}

CUresult CUDAAPI cuStreamIsCapturing(CUstream stream, CUstreamCaptureStatus* status) {
    return driver_call([&] { return is_capturing(stream, status); });
}

CUresult CUDAAPI cuStreamGetCaptureInfo_v3(CUstream stream, CUstreamCaptureStatus* status, cuuint64_t* id,
                                           CUgraph* graph, const CUgraphNode** dependencies,
                                           const CUgraphEdgeData** data, size_t* count) {
    return driver_call([&] {
        return get_capture_info(stream, {status, id, graph, dependencies, data, count});
    });
}

CUresult CUDAAPI cuStreamUpdateCaptureDependencies_v2(CUstream stream, CUgraphNode* dependencies,
                                                      const CUgraphEdgeData* data, size_t count,
                                                      unsigned flags) {
    return driver_call([&] { return update_dependencies(stream, dependencies, data, count, flags); });
}

CUresult CUDAAPI cuThreadExchangeStreamCaptureMode(CUstreamCaptureMode* mode) {
    return driver_call([&] { return exchange_mode(mode); });
}

} // extern "C"
