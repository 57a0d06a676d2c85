// Where streams meet graphs. Everything here is implemented by simulator/graph/ and called by the stream and
// memory calls. All functions are called without the lock unless they say otherwise.
#pragma once

#include "core/operation.hpp"
#include "core/stream.hpp"

namespace sim {

/// Calls that the documentation calls potentially unsafe during capture
/// (cuThreadExchangeStreamCaptureMode).
enum class UnsafeCall { allocate, free, synchronous_copy, pool_attribute, stream_query, other };

/// CUDA_SUCCESS, or STREAM_CAPTURE_UNSUPPORTED, having invalidated the captures concerned, when the capture
/// mode of this thread and the captures in progress prohibit the call.
CUresult refuse_if_capturing(UnsafeCall call);

/// Synchronising or querying a capturing stream: STREAM_CAPTURE_UNSUPPORTED and the capture is invalidated.
CUresult refuse_synchronise(Stream& stream);

/// The same for a whole context (cuCtxSynchronize) when any of its streams captures.
CUresult refuse_synchronise(Context& context);

/// Query, synchronise or elapsed time of an event whose last record was captured: CAPTURED_EVENT (907), and
/// the capture is invalidated.
CUresult refuse_event(Event& event);

/// Work in the legacy stream while a blocking stream of its context captures: STREAM_CAPTURE_IMPLICIT (906),
/// and those captures are invalidated.
CUresult refuse_implicit(Stream& legacy);

/// True while the stream is part of a capture, invalidated ones included.
bool capturing(const Stream& stream);

/// Appends to the capture of `stream`. RecordEvent without `external` marks the event with the point of
/// capture; WaitEvent on a captured event also makes a stream join that does not capture yet. FreeMemory
/// must name a graph allocation. Errors: the STREAM_CAPTURE_* ones, INVALID_VALUE.
CUresult capture(Stream& stream, Operation operation);

/// cuMemAllocAsync into a capturing stream: appends an AllocateMemory node and gives its address.
CUresult capture_allocation(Stream& stream, size_t bytes, const CUmemPoolProps& properties, Address* out);

/// cuMemFree, cuMemFreeAsync (in a stream that does not capture) of an address of a graph allocation.
CUresult free_graph_allocation(Address address);

/// Called when a stream is destroyed: its capture is invalidated.
void forget_stream(Stream& stream);

} // namespace sim
