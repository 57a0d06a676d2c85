#include "core/state.hpp"
#include "graph/api/api.hpp"
#include "graph/capture/sequence.hpp"

#include <algorithm>

namespace sim::graphs {

namespace {

/// STREAM_CAPTURE_IMPLICIT for the legacy stream while a blocking stream of its context captures; queries do
/// not invalidate that capture.
CUresult find_queried(CUstream handle, Stream** stream) {
    if (const CUresult result = find_stream(handle, stream); result != CUDA_SUCCESS) {
        return result;
    }
    const Stream& asked = **stream;
    const auto implicit = [&](const auto& member) {
        return member.first->context == asked.context && (member.first->flags & CU_STREAM_NON_BLOCKING) == 0;
    };
    const bool any =
        asked.legacy && std::any_of(captures().begin(), captures().end(), [&](const auto& capture) {
            return std::any_of(capture->streams.begin(), capture->streams.end(), implicit);
        });
    return any ? CUDA_ERROR_STREAM_CAPTURE_IMPLICIT : CUDA_SUCCESS;
}

CUstreamCaptureStatus status_of(const Stream& stream) {
    if (stream.capture == nullptr) {
        return CU_STREAM_CAPTURE_STATUS_NONE;
    }
    return stream.capture->invalidated ? CU_STREAM_CAPTURE_STATUS_INVALIDATED
                                       : CU_STREAM_CAPTURE_STATUS_ACTIVE;
}

template<typename T>
void give(T* out, const T& value) {
    if (out != nullptr) {
        *out = value;
    }
}

CUresult report_dependencies(Capture& capture, const Frontier& frontier, const CaptureInfo& info) {
    if (info.nodes != nullptr && info.data == nullptr &&
        !std::all_of(frontier.begin(), frontier.end(), [](const Edge& edge) { return plain(edge.data); })) {
        return CUDA_ERROR_LOSSY_QUERY;
    }
    capture.reported_nodes.clear();
    capture.reported_data.clear();
    for (const Edge& edge : frontier) {
        capture.reported_nodes.push_back(edge.from->handle);
        capture.reported_data.push_back(edge.data);
    }
    give(info.nodes, static_cast<const CUgraphNode*>(capture.reported_nodes.data()));
    give(info.data, static_cast<const CUgraphEdgeData*>(capture.reported_data.data()));
    give(info.count, frontier.size());
    return CUDA_SUCCESS;
}

} // namespace

CUresult begin_capture(CUstream stream, CUstreamCaptureMode mode) {
    const Lock lock;
    Stream* found = nullptr;
    const CUresult result = find_stream(stream, &found);
    return result != CUDA_SUCCESS ? result : sim::begin_capture(*found, mode, nullptr, {});
}

CUresult begin_capture_to_graph(CUstream stream, const Place& place, CUstreamCaptureMode mode) {
    const Lock lock;
    Graph* graph = find_graph(place.graph);
    Frontier behind;
    if (graph == nullptr || edges_of(place.dependencies, place.data, place.count, behind) != CUDA_SUCCESS ||
        graph->check_edges(behind) != CUDA_SUCCESS) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    Stream* found = nullptr;
    const CUresult result = find_stream(stream, &found);
    return result != CUDA_SUCCESS
               ? result
               : sim::begin_capture(*found, mode, graph->shared_from_this(), std::move(behind));
}

CUresult end_capture(CUstream stream, CUgraph* graph) {
    const Lock lock;
    if (graph == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *graph = nullptr;
    Stream* found = nullptr;
    if (const CUresult result = find_stream(stream, &found); result != CUDA_SUCCESS) {
        return result;
    }
    const bool existing = found->capture != nullptr && found->capture->into_existing_graph;
    std::shared_ptr<Graph> ended;
    const CUresult result = sim::end_capture(*found, ended);
    if (result == CUDA_SUCCESS) {
        *graph = ended->handle;
        if (!existing) {
            own(std::move(ended));
        }
    }
    return result;
}

CUresult is_capturing(CUstream stream, CUstreamCaptureStatus* status) {
    const Lock lock;
    if (status == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    Stream* found = nullptr;
    const CUresult result = find_queried(stream, &found);
    if (result == CUDA_SUCCESS) {
        *status = status_of(*found);
    }
    return result;
}

CUresult get_capture_info(CUstream stream, const CaptureInfo& info) {
    const Lock lock;
    if (info.status == nullptr || (info.data != nullptr && info.nodes == nullptr)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    Stream* found = nullptr;
    if (const CUresult result = find_queried(stream, &found); result != CUDA_SUCCESS) {
        return result;
    }
    *info.status = status_of(*found);
    if (*info.status != CU_STREAM_CAPTURE_STATUS_ACTIVE) {
        return CUDA_SUCCESS;
    }
    Capture& capture = *found->capture;
    give(info.id, static_cast<cuuint64_t>(capture.id));
    give(info.graph, static_cast<CUgraph>(capture.graph->handle));
    return report_dependencies(capture, capture.streams.at(found), info);
}

CUresult update_dependencies(CUstream stream, CUgraphNode* nodes, const CUgraphEdgeData* data, size_t count,
                             unsigned flags) {
    const Lock lock;
    Stream* found = nullptr;
    if (const CUresult result = find_stream(stream, &found); result != CUDA_SUCCESS) {
        return result;
    }
    if (found->capture == nullptr) {
        return CUDA_ERROR_ILLEGAL_STATE;
    }
    if (found->capture->invalidated) {
        return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    }
    Frontier wanted;
    if (flags > CU_STREAM_SET_CAPTURE_DEPENDENCIES || edges_of(nodes, data, count, wanted) != CUDA_SUCCESS ||
        found->capture->graph->check_edges(wanted) != CUDA_SUCCESS) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    Frontier& frontier = found->capture->streams.at(found);
    if (flags == CU_STREAM_SET_CAPTURE_DEPENDENCIES) {
        frontier.clear();
    }
    merge(frontier, wanted);
    return CUDA_SUCCESS;
}

CUresult exchange_mode(CUstreamCaptureMode* mode) {
    if (mode == nullptr || *mode < CU_STREAM_CAPTURE_MODE_GLOBAL || *mode > CU_STREAM_CAPTURE_MODE_RELAXED) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    std::swap(*mode, thread_capture_mode());
    return CUDA_SUCCESS;
}

} // namespace sim::graphs
