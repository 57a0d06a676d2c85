#include "abi/driver/driver.hpp"
#include "core/capture.hpp"
#include "core/device_limits.hpp"
#include "core/pool.hpp"
#include "core/submit.hpp"

using namespace sim;

namespace {

bool is_default(const CUstream handle) {
    return handle == nullptr || handle == CU_STREAM_LEGACY || handle == CU_STREAM_PER_THREAD;
}

/// Calls give(stream) for queries that only read a field.
template<class Give>
CUresult query(CUstream handle, const void* out, Give&& give) {
    Stream* stream = nullptr;
    SIM_TRY(find_stream(handle, &stream));
    if (out == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    give(*stream);
    return CUDA_SUCCESS;
}

} // namespace

extern "C" {

CUresult CUDAAPI cuStreamCreateWithPriority(CUstream* out, unsigned int flags, int priority) {
    Context* context = nullptr;
    SIM_TRY(require_context(&context));
    if (out == nullptr || (flags & ~static_cast<unsigned>(CU_STREAM_NON_BLOCKING)) != 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    Stream* stream = nullptr;
    SIM_TRY(create_stream(*context, flags, priority, &stream));
    *out = stream->handle();
    return CUDA_SUCCESS;
}

CUresult CUDAAPI cuStreamCreate(CUstream* out, unsigned int flags) {
    return cuStreamCreateWithPriority(out, flags, limits::lowest_priority);
}

CUresult CUDAAPI cuStreamDestroy_v2(CUstream handle) {
    Stream* stream = nullptr;
    SIM_TRY(find_stream(handle, &stream));
    return is_default(handle) ? CUDA_ERROR_INVALID_HANDLE : destroy_stream(*stream);
}

CUresult CUDAAPI cuStreamSynchronize(CUstream handle) {
    Stream* stream = nullptr;
    SIM_TRY(find_stream(handle, &stream));
    SIM_TRY(stream->legacy ? refuse_implicit(*stream) : refuse_synchronise(*stream));
    trim_pools();
    return sticky_error();
}

CUresult CUDAAPI cuStreamQuery(CUstream handle) {
    Stream* stream = nullptr;
    SIM_TRY(find_stream(handle, &stream));
    SIM_TRY(stream->legacy ? refuse_implicit(*stream) : refuse_synchronise(*stream));
    return refuse_if_capturing(UnsafeCall::stream_query);
}

CUresult CUDAAPI cuStreamWaitEvent(CUstream handle, CUevent event_handle, unsigned int flags) {
    Stream* stream = nullptr;
    std::shared_ptr<Event> event;
    SIM_TRY(find_stream(handle, &stream));
    SIM_TRY(find_event(event_handle, &event));
    if (flags != CU_EVENT_WAIT_DEFAULT && flags != CU_EVENT_WAIT_EXTERNAL) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    return submit(*stream, WaitEvent{event, flags == CU_EVENT_WAIT_EXTERNAL});
}

CUresult CUDAAPI cuStreamGetPriority(CUstream handle, int* out) {
    return query(handle, out, [&](const Stream& stream) { *out = stream.priority; });
}

CUresult CUDAAPI cuStreamGetFlags(CUstream handle, unsigned int* out) {
    return query(handle, out, [&](const Stream& stream) { *out = stream.flags; });
}

CUresult CUDAAPI cuStreamGetId(CUstream handle, unsigned long long* out) {
    return query(handle, out, [&](const Stream& stream) { *out = stream.id; });
}

CUresult CUDAAPI cuStreamGetCtx(CUstream handle, CUcontext* out) {
    return query(handle, out, [&](const Stream& stream) { *out = stream.context->handle(); });
}

#if CUDA_VERSION >= 12050
CUresult CUDAAPI cuStreamGetCtx_v2(CUstream handle, CUcontext* out, CUgreenCtx* green) {
    if (green != nullptr) {
        *green = nullptr; // every context here is a plain one
    }
    return cuStreamGetCtx(handle, out);
}
#endif

CUresult CUDAAPI cuLaunchHostFunc(CUstream handle, CUhostFn function, void* user_data) {
    Stream* stream = nullptr;
    SIM_TRY(find_stream(handle, &stream));
    return function == nullptr ? CUDA_ERROR_INVALID_VALUE : submit(*stream, HostCall{function, user_data});
}

} // extern "C"
