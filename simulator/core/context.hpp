// Contexts, the stack of current contexts of each thread, and the sticky error.
#pragma once

#include <cuda.h>

#include <cstddef>
#include <map>
#include <memory>

namespace sim {

struct Stream;
struct Event;

struct Context {
    unsigned flags = 0;
    unsigned api_version = 0;
    bool primary = false;
    std::unique_ptr<Stream> legacy_stream; // CU_STREAM_LEGACY and the null stream
    std::map<CUlimit, size_t> limits;      // what cuCtxSetLimit was given
    CUsharedconfig shared_config = CU_SHARED_MEM_CONFIG_DEFAULT_BANK_SIZE;
    CUfunc_cache cache_config = CU_FUNC_CACHE_PREFER_NONE;

    CUcontext handle() { return reinterpret_cast<CUcontext>(this); }
};

/// The context on top of this thread's stack, or null.
Context* current_context();

/// CUDA_SUCCESS when this thread has a live current context and no sticky error; otherwise NOT_INITIALIZED,
/// INVALID_CONTEXT, CONTEXT_IS_DESTROYED or the sticky error. `out` may be null.
CUresult require_context(Context** out = nullptr);

/// The context of a handle, or null when it is not live.
Context* find_context(CUcontext handle);

/// The primary context of device 0, or null when nobody retains it.
Context* primary_context();
CUresult retain_primary_context(Context** out);
CUresult release_primary_context();
CUresult reset_primary_context();
unsigned primary_context_flags();
CUresult set_primary_context_flags(unsigned flags);

CUresult create_context(unsigned flags, Context** out); // becomes current
CUresult destroy_context(Context& context);
void push_context(Context& context);
CUresult pop_context(Context** out);
void set_current_context(Context* context); // null empties the top of the stack

/// The error that poisons the process (CUDA_SUCCESS while healthy). cuda.h, CUDA_ERROR_ILLEGAL_ADDRESS: "To
/// continue using CUDA, the process must be terminated and relaunched."
CUresult sticky_error();

/// The same, but only once a call has reported it: the launch that caused it has succeeded, and
/// cudaGetLastError right after it knows of nothing yet.
CUresult reported_sticky_error();
void poison(CUresult error);

} // namespace sim
