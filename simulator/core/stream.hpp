// Streams and events. Execution is synchronous: whatever is not captured has completed when the call returns.
#pragma once

#include <cuda.h>

#include <chrono>
#include <memory>

namespace sim {

struct Context;
struct Capture;       // graph side: a capture in progress
struct CapturedEvent; // graph side: the point of a capture that an event stands for

struct Stream {
    Context* context = nullptr;
    unsigned flags = 0; // CU_STREAM_DEFAULT or CU_STREAM_NON_BLOCKING
    int priority = 0;
    unsigned long long id = 0;        // unique in the process
    bool legacy = false;              // the context's legacy default stream
    std::shared_ptr<Capture> capture; // set and cleared by the graph side; null: not capturing

    CUstream handle() { return reinterpret_cast<CUstream>(this); }
};

struct Event {
    Context* context = nullptr;
    unsigned flags = 0;
    bool recorded = false;
    std::chrono::steady_clock::time_point time{};
    std::shared_ptr<CapturedEvent> captured; // set by a record into a capture; cleared by any other record

    CUevent handle() { return reinterpret_cast<CUevent>(this); }
};

/// Resolves null, CU_STREAM_LEGACY, CU_STREAM_PER_THREAD and created streams. Needs a current context for the
/// first three. Errors: those of require_context; INVALID_HANDLE for a stream that is not live.
CUresult find_stream(CUstream handle, Stream** out);

/// INVALID_HANDLE for an event that is not live. The shared pointer keeps the event alive in graphs.
CUresult find_event(CUevent handle, std::shared_ptr<Event>* out);

CUresult create_stream(Context& context, unsigned flags, int priority, Stream** out);
CUresult destroy_stream(Stream& stream);
CUresult create_event(Context& context, unsigned flags, CUevent* out);
CUresult destroy_event(CUevent handle);
void destroy_streams_and_events_of(Context& context);

/// Calls `function` for every live stream (the legacy ones included) of `context`, with the lock held.
void for_each_stream(Context& context, void (*function)(Stream&, void*), void* user_data);

} // namespace sim
