// Host memory that CUDA knows: allocated (page-locked) or registered.
#pragma once

#include "core/memory.hpp"

namespace sim {

/// Errors: INVALID_VALUE for zero bytes, OUT_OF_MEMORY.
CUresult allocate_host(size_t bytes, unsigned flags, Context& owner, Address* out);

/// By its base address; INVALID_VALUE for anything else.
CUresult free_host(Address base);

/// Errors: INVALID_VALUE, HOST_MEMORY_ALREADY_REGISTERED.
CUresult register_host(Address base, size_t bytes, unsigned flags, Context& owner);

/// Errors: HOST_MEMORY_NOT_REGISTERED.
CUresult unregister_host(Address base);

} // namespace sim
