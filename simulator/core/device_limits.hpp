// The shape of the simulated device, which is that of compute capability 9.0.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sim::limits {

constexpr const char* device_name = "cuda-vmm-cts simulator (CPU)";
constexpr int compute_major = 9, compute_minor = 0;
constexpr uint64_t multiprocessors = 132;
constexpr uint64_t threads_per_multiprocessor = 2048;
constexpr uint64_t threads_per_block = 1024;
constexpr uint64_t blocks_per_multiprocessor = 32;
constexpr uint64_t most_grid[3] = {2147483647, 65535, 65535};
constexpr uint64_t most_block[3] = {1024, 1024, 64};
constexpr size_t shared_bytes_per_block = 48 << 10;
constexpr size_t parameter_bytes = 4096;
constexpr int lowest_priority = 0, greatest_priority = -5;

} // namespace sim::limits
