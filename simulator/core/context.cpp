#include "core/context.hpp"

#include "core/context_life.hpp"
#include "core/device_limits.hpp"
#include "core/memory.hpp"
#include "core/state.hpp"
#include "core/stream.hpp"

#include <algorithm>
#include <vector>

namespace sim {
namespace {

/// Contexts are never deleted: another thread may have a destroyed one in its stack.
std::vector<Context*>& live_contexts() {
    static auto* contexts = new std::vector<Context*>;
    return *contexts;
}

thread_local std::vector<Context*> stack; // the top, which may be null, is the current context

CUresult sticky = CUDA_SUCCESS;
bool sticky_reported = false;

} // namespace

Context* new_context(unsigned flags) {
    auto* context = new Context;
    context->flags = flags;
    context->api_version =
        CUDA_VERSION / 1000 * 1000 + 20; // what cuCtxGetApiVersion documents: an interface version
    context->legacy_stream = std::make_unique<Stream>();
    context->legacy_stream->context = context;
    context->legacy_stream->legacy = true;
    context->legacy_stream->id = 1;
    return context;
}

void set_live(Context& context, bool live) {
    const Lock lock;
    std::erase(live_contexts(), &context);
    if (live) {
        live_contexts().push_back(&context);
    }
}

void clean_up(Context& context) {
    destroy_streams_and_events_of(context);
    free_memory_of(context);
}

Context* find_context(CUcontext handle) {
    const Lock lock;
    const auto found =
        std::find(live_contexts().begin(), live_contexts().end(), reinterpret_cast<Context*>(handle));
    return found == live_contexts().end() ? nullptr : *found;
}

Context* current_context() {
    return stack.empty() ? nullptr : stack.back();
}

CUresult require_context(Context** out) {
    if (!initialised()) {
        return CUDA_ERROR_NOT_INITIALIZED;
    }
    Context* current = current_context();
    if (current == nullptr) {
        return CUDA_ERROR_INVALID_CONTEXT;
    }
    if (find_context(current->handle()) == nullptr) {
        return CUDA_ERROR_CONTEXT_IS_DESTROYED;
    }
    if (out != nullptr) {
        *out = current;
    }
    return sticky_error();
}

CUresult create_context(unsigned flags, Context** out) {
    Context* context = new_context(flags);
    set_live(*context, true);
    push_context(*context);
    *out = context;
    return CUDA_SUCCESS;
}

CUresult destroy_context(Context& context) {
    clean_up(context);
    set_live(context, false);
    if (current_context() == &context) {
        stack.pop_back();
    }
    return CUDA_SUCCESS;
}

void push_context(Context& context) {
    stack.push_back(&context);
}

CUresult pop_context(Context** out) {
    if (current_context() == nullptr) {
        return CUDA_ERROR_INVALID_CONTEXT;
    }
    if (out != nullptr) {
        *out = stack.back();
    }
    stack.pop_back();
    return CUDA_SUCCESS;
}

void set_current_context(Context* context) {
    if (!stack.empty()) {
        stack.pop_back();
    }
    if (context != nullptr) {
        stack.push_back(context);
    }
}

CUresult sticky_error() {
    const Lock lock;
    sticky_reported = sticky != CUDA_SUCCESS;
    return sticky;
}

CUresult reported_sticky_error() {
    const Lock lock;
    return sticky_reported ? sticky : CUDA_SUCCESS;
}

void poison(CUresult error) {
    const Lock lock;
    if (sticky == CUDA_SUCCESS) {
        sticky = error;
    }
}

} // namespace sim
