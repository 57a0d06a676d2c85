#include "kernels/shim.hpp"

namespace sim {

thread_local Index3 thread_index;
thread_local Index3 block_index;
thread_local Index3 block_extent;
thread_local Index3 grid_extent;

} // namespace sim
