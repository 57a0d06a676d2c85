// Host function nodes whose work shows on the board.
#pragma once

#include "tests/graph_update/update_rung.hpp"

namespace cts {

/// What a host function writes, and where: a whole cell of host memory.
struct HostWork {
    CUdeviceptr cell;
    uint32_t value;
};

void CUDART_CB write_cell(void* host_work);
/// Writes value + 1, value + 2, ...: another function with the same data.
void CUDART_CB write_cell_rising(void* host_work);

OneNode one_host_node(cudaHostFn_t function, HostWork& work, Where where = Where::current());

} // namespace cts
