#include "tests/capture/capturing.hpp"

namespace cts {

Capturing::Capturing(CUstreamCaptureMode mode, Where where) : Capturing(create_stream(where), mode, where) {}

Capturing::Capturing(Stream stream, CUstreamCaptureMode mode, Where where) : stream_(std::move(stream)) {
    must(cuStreamBeginCapture(stream_, mode), "cuStreamBeginCapture", where);
}

Capturing::~Capturing() {
    if (!ended_) {
        CUgraph graph = nullptr;
        (void)cuStreamEndCapture(stream_, &graph); // the case has judged the capture, this only leaves it
        if (graph != nullptr) {
            (void)cuGraphDestroy(graph);
        }
    }
}

CUstreamCaptureStatus Capturing::status(Where where) const {
    CUstreamCaptureStatus status = CU_STREAM_CAPTURE_STATUS_NONE;
    must(cuStreamIsCapturing(stream_, &status), "cuStreamIsCapturing", where);
    return status;
}

EndedCapture Capturing::end(Where where) {
    // Not null, so that "a NULL graph is returned" is something that the driver has to do.
    int storage = 0;
    const auto untouched = reinterpret_cast<CUgraph>(&storage);
    CUgraph graph = untouched;
    EndedCapture ended;
    ended.result = cuStreamEndCapture(stream_, &graph);
    ended_ = ended.result != CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD;
    ended.gave_graph = graph != nullptr && graph != untouched;
    if (graph == untouched && ended_) {
        ended.gave_graph = true; // neither a graph nor NULL: never what a case expects of a failure
    } else if (ended.gave_graph) {
        ended.graph = Graph(graph, where);
    }
    return ended;
}

std::string name_of(CUstreamCaptureMode mode) {
    switch (mode) {
    case CU_STREAM_CAPTURE_MODE_GLOBAL:
        return "global";
    case CU_STREAM_CAPTURE_MODE_THREAD_LOCAL:
        return "thread-local";
    case CU_STREAM_CAPTURE_MODE_RELAXED:
        return "relaxed";
    }
    return "unknown mode " + std::to_string(static_cast<int>(mode));
}

} // namespace cts
