#include "kernels/shim.hpp"

namespace sim {

__thread Index3 thread_index;
__thread Index3 block_index;
__thread Index3 block_extent;
__thread Index3 grid_extent;
__thread unsigned shared_extent;

} // namespace sim
