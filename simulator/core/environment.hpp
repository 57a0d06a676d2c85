// The environment variables of the simulator (README.md).
#pragma once

#include <cstddef>
#include <string>

namespace sim {

/// VMM_CTS_SIMULATOR_MEMORY_MIB, in bytes; 4 GiB by default. A value that is no positive number is reported
/// on stderr and ignored.
size_t device_memory_bytes();

/// VMM_CTS_SIMULATOR_GPU: processes with the same value share one simulated GPU. "0" by default.
std::string gpu_name();

} // namespace sim
