// The one way from a stream call to its effect: capture, or check and execute at once.
#pragma once

#include "core/operation.hpp"
#include "core/stream.hpp"

namespace sim {

/// Captures the operation when the stream (or, for WaitEvent, the event) captures; otherwise checks it and
/// runs it now. Errors: the sticky error; those of capture(), check() and execute().
CUresult submit(Stream& stream, Operation operation);

/// For calls that return when the work is done (cuMemcpy, cuMemsetD8, ...): runs in the legacy stream and is
/// a potentially unsafe call during capture.
CUresult submit_synchronous(const Operation& operation);

} // namespace sim
