#include "tests/node_update/node_changes.hpp"
#include "tests/prelude.hpp"

namespace cts {

// Mapped memory belongs to no context, cudaMalloc memory to one (Driver API, cuGraphExecMemcpyNodeSetParams:
// "allocated from the same contexts").
TEST_CASE_METHOD(UpdateRung, "SET-20: a copy's operand may not be set from virtual memory to cudaMalloc",
                 "[node_update]") {
    const DeviceMemory block = allocate_device(cell_bytes);
    const CUdeviceptr outside = device_address(block);
    board.watch("the cudaMalloc block", outside, cell_bytes);
    const OneNode old_work = one_copy(first(0), second(0), cell_bytes);
    const OneNode from_outside = one_copy(first(0), outside, cell_bytes);
    const OneNode to_outside = one_copy(outside, second(0), cell_bytes);
    const Exec exec = instantiate(old_work.graph);

    CHECK(refused(attempt(exec, old_work.graph, from_outside.graph),
                  set_copy(exec, old_work.node, first(0), outside), cudaErrorInvalidValue));
    CHECK(refused(attempt(exec, old_work.graph, to_outside.graph),
                  set_copy(exec, old_work.node, outside, second(0)), cudaErrorInvalidValue));
}

} // namespace cts
