// From a stream call to a node.
#include "core/capture.hpp"
#include "core/context.hpp"
#include "core/state.hpp"
#include "graph/capture/sequence.hpp"
#include "graph/memory/allocation.hpp"
#include "graph/memory/nodes.hpp"

namespace sim {

namespace {

CUresult record_event(Stream& stream, Event& event) {
    auto point = std::make_shared<CapturedEvent>();
    point->capture = stream.capture;
    point->point = stream.capture->streams.at(&stream);
    event.captured = std::move(point);
    return CUDA_SUCCESS;
}

CUresult wait_event(Stream& stream, const Event& event) {
    if (event.captured == nullptr) {
        // A dependency on work outside of the capture.
        stream.capture->invalidated = true;
        return CUDA_ERROR_STREAM_CAPTURE_ISOLATION;
    }
    const auto other = event.captured->capture.lock();
    if (other == nullptr) {
        if (stream.capture != nullptr) {
            stream.capture->invalidated = true;
        }
        return CUDA_ERROR_CAPTURED_EVENT;
    }
    if (stream.legacy) {
        other->invalidated = true;
        return CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
    }
    if (stream.capture != nullptr && stream.capture != other) {
        stream.capture->invalidated = true;
        other->invalidated = true;
        return CUDA_ERROR_STREAM_CAPTURE_MERGE;
    }
    if (other->invalidated) {
        return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    }
    stream.capture = other;
    merge(other->streams[&stream], event.captured->point);
    return CUDA_SUCCESS;
}

CUresult append(Stream& stream, NodeContent content) {
    Capture& capture = *stream.capture;
    Frontier& frontier = capture.streams.at(&stream);
    content.context = stream.context->handle();
    Node* added = nullptr;
    const CUresult result = capture.graph->add(std::move(content), frontier, added);
    if (result == CUDA_SUCCESS) {
        frontier = {Edge{added, {}}};
    }
    return result;
}

} // namespace

bool capturing(const Stream& stream) {
    const Lock lock;
    return stream.capture != nullptr;
}

CUresult capture(Stream& stream, Operation operation) {
    const Lock lock;
    if (stream.capture != nullptr && stream.capture->invalidated) {
        return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    }
    if (const auto* record = std::get_if<RecordEvent>(&operation); record != nullptr && !record->external) {
        return record_event(stream, *record->event);
    }
    if (const auto* wait = std::get_if<WaitEvent>(&operation); wait != nullptr && !wait->external) {
        return wait_event(stream, *wait->event);
    }
    if (stream.capture == nullptr) {
        return CUDA_ERROR_ILLEGAL_STATE;
    }
    if (const auto* free = std::get_if<FreeMemory>(&operation)) {
        NodeContent content;
        const CUresult result = make_free(*stream.capture->graph, free->address, content);
        return result == CUDA_SUCCESS ? append(stream, std::move(content)) : result;
    }
    if (auto* launch = std::get_if<KernelLaunch>(&operation); launch != nullptr && launch->priority == 0) {
        launch->priority = stream.priority;
    }
    NodeContent content;
    content.operation = std::move(operation);
    return append(stream, std::move(content));
}

CUresult capture_allocation(Stream& stream, size_t bytes, const CUmemPoolProps& properties, Address* out) {
    const Lock lock;
    if (stream.capture == nullptr) {
        return CUDA_ERROR_ILLEGAL_STATE;
    }
    if (stream.capture->invalidated) {
        return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    }
    NodeContent content;
    if (const CUresult result = make_allocation(bytes, properties, content); result != CUDA_SUCCESS) {
        return result;
    }
    const Address address = content.allocation->address;
    const CUresult result = append(stream, std::move(content));
    if (result == CUDA_SUCCESS) {
        *out = address;
    }
    return result;
}

CUresult free_graph_allocation(Address address) {
    const Lock lock;
    const auto allocation = find_graph_allocation(address);
    if (allocation == nullptr || !allocation->live || allocation->freed_by_owner) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    allocation->release();
    return CUDA_SUCCESS;
}

} // namespace sim
