#include "graph/capture/sequence.hpp"

#include "core/capture.hpp"
#include "core/state.hpp"

#include <algorithm>
#include <set>

namespace sim {

namespace {

/// Nodes that the frontier waits for, directly or not.
std::set<const Node*> reachable(const Frontier& frontier) {
    std::set<const Node*> seen;
    std::vector<const Node*> open;
    for (const Edge& edge : frontier) {
        open.push_back(edge.from);
    }
    while (!open.empty()) {
        const Node* node = open.back();
        open.pop_back();
        if (seen.insert(node).second) {
            for (const Edge& edge : node->dependencies) {
                open.push_back(edge.from);
            }
        }
    }
    return seen;
}

bool all_joined(const Capture& capture) {
    const auto joined = reachable(capture.streams.at(capture.origin));
    return std::all_of(capture.streams.begin(), capture.streams.end(), [&](const auto& member) {
        return std::all_of(member.second.begin(), member.second.end(),
                           [&](const Edge& edge) { return joined.contains(edge.from); });
    });
}

} // namespace

std::vector<std::shared_ptr<Capture>>& captures() {
    static auto* const all = new std::vector<std::shared_ptr<Capture>>;
    return *all;
}

CUstreamCaptureMode& thread_capture_mode() {
    thread_local CUstreamCaptureMode mode = CU_STREAM_CAPTURE_MODE_GLOBAL;
    return mode;
}

void merge(Frontier& into, const Frontier& more) {
    for (const Edge& edge : more) {
        if (std::find(into.begin(), into.end(), edge) == into.end()) {
            into.push_back(edge);
        }
    }
}

void dissolve(Capture& capture) {
    --capture.graph->captures;
    for (const auto& [stream, frontier] : capture.streams) {
        stream->capture.reset();
    }
    capture.streams.clear();
    std::erase_if(captures(), [&](const auto& one) { return one.get() == &capture; }); // may destroy it
}

CUresult begin_capture(Stream& stream, CUstreamCaptureMode mode, std::shared_ptr<Graph> into,
                       Frontier behind) {
    if (mode != CU_STREAM_CAPTURE_MODE_GLOBAL && mode != CU_STREAM_CAPTURE_MODE_THREAD_LOCAL &&
        mode != CU_STREAM_CAPTURE_MODE_RELAXED) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (stream.legacy) {
        return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    }
    if (stream.capture != nullptr) {
        return CUDA_ERROR_ILLEGAL_STATE;
    }
    static unsigned long long last_id = 0;
    auto capture = std::make_shared<Capture>();
    capture->id = ++last_id;
    capture->mode = mode;
    capture->thread = std::this_thread::get_id();
    capture->origin = &stream;
    capture->into_existing_graph = into != nullptr;
    capture->graph = into != nullptr ? std::move(into) : Graph::create();
    ++capture->graph->captures;
    capture->streams[&stream] = std::move(behind);
    stream.capture = capture;
    captures().push_back(std::move(capture));
    return CUDA_SUCCESS;
}

CUresult end_capture(Stream& stream, std::shared_ptr<Graph>& ended) {
    const auto capture = stream.capture;
    if (capture == nullptr) {
        return CUDA_ERROR_ILLEGAL_STATE;
    }
    if (capture->origin != &stream) {
        capture->invalidated = true;
        return CUDA_ERROR_STREAM_CAPTURE_UNMATCHED;
    }
    if (capture->mode != CU_STREAM_CAPTURE_MODE_RELAXED && capture->thread != std::this_thread::get_id()) {
        return CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD;
    }
    const bool invalidated = capture->invalidated;
    const bool joined = invalidated || all_joined(*capture);
    dissolve(*capture);
    if (invalidated) {
        return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    }
    if (!joined) {
        return CUDA_ERROR_STREAM_CAPTURE_UNJOINED;
    }
    ended = capture->graph;
    return CUDA_SUCCESS;
}

} // namespace sim
