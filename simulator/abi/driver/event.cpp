#include "abi/driver/driver.hpp"
#include "core/capture.hpp"
#include "core/pool.hpp"
#include "core/submit.hpp"

using namespace sim;

namespace {

CUresult find(CUevent handle, std::shared_ptr<Event>* out) {
    SIM_TRY(require_context());
    return find_event(handle, out);
}

} // namespace

extern "C" {

CUresult CUDAAPI cuEventCreate(CUevent* out, unsigned int flags) {
    constexpr unsigned known = CU_EVENT_BLOCKING_SYNC | CU_EVENT_DISABLE_TIMING | CU_EVENT_INTERPROCESS;
    Context* context = nullptr;
    SIM_TRY(require_context(&context));
    if (out == nullptr || (flags & ~known) != 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if ((flags & CU_EVENT_INTERPROCESS) != 0) {
        return CUDA_ERROR_NOT_SUPPORTED; // CU_DEVICE_ATTRIBUTE_IPC_EVENT_SUPPORTED is 0
    }
    return create_event(*context, flags, out);
}

CUresult CUDAAPI cuEventDestroy_v2(CUevent handle) {
    SIM_TRY(require_context());
    return destroy_event(handle);
}

CUresult CUDAAPI cuEventRecordWithFlags(CUevent handle, CUstream stream_handle, unsigned int flags) {
    std::shared_ptr<Event> event;
    Stream* stream = nullptr;
    SIM_TRY(find_stream(stream_handle, &stream));
    SIM_TRY(find(handle, &event));
    if (flags != CU_EVENT_RECORD_DEFAULT && flags != CU_EVENT_RECORD_EXTERNAL) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (event->context != stream->context) {
        return CUDA_ERROR_INVALID_HANDLE;
    }
    return submit(*stream, RecordEvent{event, flags == CU_EVENT_RECORD_EXTERNAL});
}

CUresult CUDAAPI cuEventRecord(CUevent handle, CUstream stream) {
    return cuEventRecordWithFlags(handle, stream, CU_EVENT_RECORD_DEFAULT);
}

/// All work has completed when the call that submitted it returned.
CUresult CUDAAPI cuEventQuery(CUevent handle) {
    std::shared_ptr<Event> event;
    SIM_TRY(find(handle, &event));
    return refuse_event(*event);
}

CUresult CUDAAPI cuEventSynchronize(CUevent handle) {
    std::shared_ptr<Event> event;
    SIM_TRY(find(handle, &event));
    SIM_TRY(refuse_event(*event));
    trim_pools();
    return sticky_error();
}

CUresult CUDAAPI cuEventElapsedTime(float* milliseconds, CUevent start_handle, CUevent end_handle) {
    std::shared_ptr<Event> start;
    std::shared_ptr<Event> end;
    SIM_TRY(find(start_handle, &start));
    SIM_TRY(find(end_handle, &end));
    if (milliseconds == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    SIM_TRY(refuse_event(*start));
    SIM_TRY(refuse_event(*end));
    const auto usable = [](const Event& event) {
        return event.recorded && (event.flags & CU_EVENT_DISABLE_TIMING) == 0;
    };
    if (!usable(*start) || !usable(*end)) {
        return CUDA_ERROR_INVALID_HANDLE;
    }
    *milliseconds = std::chrono::duration<float, std::milli>(end->time - start->time).count();
    return CUDA_SUCCESS;
}

#if CUDA_VERSION >= 12080
CUresult CUDAAPI cuEventElapsedTime_v2(float* milliseconds, CUevent start, CUevent end) {
    return cuEventElapsedTime(milliseconds, start, end);
}
#endif

} // extern "C"
