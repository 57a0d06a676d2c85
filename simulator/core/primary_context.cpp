// The primary context of the one device. Its handle never changes: it becomes live with the first retain and
// is destroyed by the last release or a reset.
#include "core/context_life.hpp"
#include "core/state.hpp"

namespace sim {
namespace {

unsigned retained = 0;
unsigned flags_of_next = 0;

Context& the_primary() {
    static Context* context = [] {
        Context* created = new_context(0);
        created->primary = true;
        return created;
    }();
    return *context;
}

bool is_active() {
    return find_context(the_primary().handle()) != nullptr;
}

void deactivate() {
    if (is_active()) {
        clean_up(the_primary());
        set_live(the_primary(), false);
    }
}

} // namespace

Context* primary_context() {
    const Lock lock;
    return is_active() ? &the_primary() : nullptr;
}

CUresult retain_primary_context(Context** out) {
    const Lock lock;
    ++retained;
    if (!is_active()) {
        the_primary().flags = flags_of_next;
        the_primary().limits.clear();
        set_live(the_primary(), true);
    }
    *out = &the_primary();
    return CUDA_SUCCESS;
}

CUresult release_primary_context() {
    const Lock lock;
    if (retained == 0) {
        return CUDA_ERROR_INVALID_CONTEXT;
    }
    if (--retained == 0) {
        deactivate();
    }
    return CUDA_SUCCESS;
}

CUresult reset_primary_context() {
    const Lock lock;
    deactivate();
    return CUDA_SUCCESS;
}

unsigned primary_context_flags() {
    const Lock lock;
    return is_active() ? the_primary().flags : flags_of_next;
}

CUresult set_primary_context_flags(unsigned flags) {
    const Lock lock;
    flags_of_next = flags;
    the_primary().flags = flags;
    return CUDA_SUCCESS;
}

} // namespace sim
