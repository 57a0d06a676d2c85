// Pointer attributes, one at a time.
#pragma once

#include "core/memory.hpp"

namespace sim {

/// Writes the attribute of `address` to `out`, in the type that CUpointer_attribute documents; booleans are
/// 32 bit. INVALID_VALUE when CUDA does not know the address or the attribute says nothing about it. Call
/// with the lock.
CUresult pointer_attribute(void* out, CUpointer_attribute attribute, Address address);

/// The null value that cuPointerGetAttributes gives in place of an error.
void null_attribute(void* out, CUpointer_attribute attribute);

} // namespace sim
