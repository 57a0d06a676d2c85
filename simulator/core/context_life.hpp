// Steps of a context's life that created and primary contexts share.
#pragma once

#include "core/context.hpp"

namespace sim {

Context* new_context(unsigned flags); // not live yet
void set_live(Context& context, bool live);
void clean_up(Context& context); // streams, events and memory that belong to it

} // namespace sim
