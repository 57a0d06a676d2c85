// What cuGetErrorString and cudaGetErrorString say. The two APIs number their errors alike.
#pragma once

namespace sim {

/// A sentence for the errors that the simulator gives, null for all others.
const char* error_text(int error);

} // namespace sim
