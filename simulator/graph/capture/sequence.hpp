// A capture sequence: one graph that grows while one or more streams record into it.
#pragma once

#include "core/stream.hpp"
#include "graph/model/graph.hpp"

#include <thread>

namespace sim {

/// The nodes that the next node of a stream will depend on.
using Frontier = std::vector<Edge>;

struct Capture {
    unsigned long long id = 0; // unique in the process
    CUstreamCaptureMode mode = CU_STREAM_CAPTURE_MODE_GLOBAL;
    std::thread::id thread; // that began it
    Stream* origin = nullptr;
    bool invalidated = false;
    bool into_existing_graph = false; // cuStreamBeginCaptureToGraph
    std::shared_ptr<Graph> graph;
    std::map<Stream*, Frontier> streams; // the origin and all that joined

    // The arrays that cuStreamGetCaptureInfo hands out, valid until the next call on the stream.
    std::vector<CUgraphNode> reported_nodes;
    std::vector<CUgraphEdgeData> reported_data;
};

/// What an event stands for after a record into a capturing stream.
struct CapturedEvent {
    std::weak_ptr<Capture> capture; // expired: the capture has ended
    Frontier point;
};

/// All captures in progress, invalidated ones included.
std::vector<std::shared_ptr<Capture>>& captures();

/// The mode of the calling thread (cuThreadExchangeStreamCaptureMode).
CUstreamCaptureMode& thread_capture_mode();

/// Adds what is not there yet.
void merge(Frontier& into, const Frontier& more);

CUresult begin_capture(Stream& stream, CUstreamCaptureMode mode, std::shared_ptr<Graph> into,
                       Frontier behind);

/// Ends the capture. On failure (other than 401, 903, 908) it has ended too, `ended` is null.
CUresult end_capture(Stream& stream, std::shared_ptr<Graph>& ended);

/// Takes all streams out of the capture and forgets it.
void dissolve(Capture& capture);

} // namespace sim
