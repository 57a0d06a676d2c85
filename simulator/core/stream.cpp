#include "core/stream.hpp"

#include "core/capture.hpp"
#include "core/context.hpp"
#include "core/device_limits.hpp"
#include "core/physical.hpp"
#include "core/state.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace sim {
namespace {

using Table = std::map<Stream*, std::unique_ptr<Stream>>;

Table& streams() {
    static auto* table = new Table;
    return *table;
}

thread_local std::map<Context*, Stream*> per_thread_streams;

Stream& add_stream(Context& context, unsigned flags, int priority) {
    auto stream = std::make_unique<Stream>();
    stream->context = &context;
    stream->flags = flags;
    stream->priority = std::clamp(priority, limits::greatest_priority, limits::lowest_priority);
    stream->id = next_id() + 2; // 1 and 2 are the default streams
    Stream& added = *stream;
    streams()[&added] = std::move(stream);
    return added;
}

bool is_live(Stream* stream) {
    return streams().contains(stream);
}

Stream& per_thread_stream(Context& context) {
    Stream*& stream = per_thread_streams[&context];
    if (stream == nullptr || !is_live(stream)) {
        stream = &add_stream(context, CU_STREAM_DEFAULT, 0);
    }
    return *stream;
}

} // namespace

CUresult find_stream(CUstream handle, Stream** out) {
    const Lock lock;
    Context* context = nullptr;
    if (const CUresult ready = require_context(&context); ready != CUDA_SUCCESS) {
        return ready;
    }
    if (handle == nullptr || handle == CU_STREAM_LEGACY) {
        *out = context->legacy_stream.get();
        return CUDA_SUCCESS;
    }
    if (handle == CU_STREAM_PER_THREAD) {
        *out = &per_thread_stream(*context);
        return CUDA_SUCCESS;
    }
    auto* stream = reinterpret_cast<Stream*>(handle);
    if (!is_live(stream)) {
        return CUDA_ERROR_INVALID_HANDLE;
    }
    *out = stream;
    return CUDA_SUCCESS;
}

CUresult create_stream(Context& context, unsigned flags, int priority, Stream** out) {
    const Lock lock;
    *out = &add_stream(context, flags, priority);
    return CUDA_SUCCESS;
}

CUresult destroy_stream(Stream& stream) {
    const Lock lock;
    forget_stream(stream);
    streams().erase(&stream);
    return CUDA_SUCCESS;
}

void destroy_streams_of(Context& context) {
    std::vector<Stream*> owned;
    for (const auto& [stream, owner] : streams()) {
        if (stream->context == &context) {
            owned.push_back(stream);
        }
    }
    for (Stream* stream : owned) {
        destroy_stream(*stream);
    }
}

void for_each_stream(Context& context, void (*function)(Stream&, void*), void* user_data) {
    const Lock lock;
    function(*context.legacy_stream, user_data);
    for (const auto& [stream, owner] : streams()) {
        if (stream->context == &context) {
            function(*stream, user_data);
        }
    }
}

} // namespace sim
