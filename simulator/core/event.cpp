#include "core/context.hpp"
#include "core/state.hpp"
#include "core/stream.hpp"

#include <map>

namespace sim {

void destroy_streams_of(Context& context); // stream.cpp

namespace {

std::map<CUevent, std::shared_ptr<Event>>& events() {
    static auto* table = new std::map<CUevent, std::shared_ptr<Event>>;
    return *table;
}

} // namespace

CUresult create_event(Context& context, unsigned flags, CUevent* out) {
    const Lock lock;
    auto event = std::make_shared<Event>();
    event->context = &context;
    event->flags = flags;
    *out = event->handle();
    events()[*out] = std::move(event);
    return CUDA_SUCCESS;
}

CUresult find_event(CUevent handle, std::shared_ptr<Event>* out) {
    const Lock lock;
    const auto found = events().find(handle);
    if (found == events().end()) {
        return CUDA_ERROR_INVALID_HANDLE;
    }
    *out = found->second;
    return CUDA_SUCCESS;
}

CUresult destroy_event(CUevent handle) {
    const Lock lock;
    return events().erase(handle) == 1 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

void destroy_streams_and_events_of(Context& context) {
    const Lock lock;
    destroy_streams_of(context);
    std::erase_if(events(), [&](const auto& entry) { return entry.second->context == &context; });
}

} // namespace sim
