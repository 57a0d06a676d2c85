// Stream memory operations: write a value, wait for a value, flush.
#pragma once

#include "core/operation.hpp"

namespace sim {

/// INVALID_VALUE for an empty batch, an address that is not writable (readable, for waits) or not aligned;
/// NOT_SUPPORTED for operations other than 32 and 64 bit writes and waits, flush and barrier.
CUresult check_batch(const MemoryOperations& batch);
CUresult run_batch(const MemoryOperations& batch);

} // namespace sim
