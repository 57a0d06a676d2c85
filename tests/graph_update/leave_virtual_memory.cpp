#include "tests/graph_update/copies.hpp"
#include "tests/prelude.hpp"

namespace cts {

// cudaMalloc memory belongs to a context, mapped memory to none: they are not "allocated from the same
// contexts" (Driver API, cuGraphExecUpdate, memset and memcpy nodes).
TEST_CASE_METHOD(UpdateRung, "UPD-42/source: a copy's source may not move from virtual memory to cudaMalloc",
                 "[graph_update]") {
    const DeviceMemory block = allocate_device(cell_bytes);
    board.watch("the cudaMalloc block", device_address(block), cell_bytes);
    const OneNode old_work = one_copy(first(0), second(0), cell_bytes);
    const OneNode new_work = one_copy(first(0), device_address(block), cell_bytes);
    const Exec exec = instantiate(old_work.graph);

    CHECK(refused(attempt(exec, old_work.graph, new_work.graph),
                  {cudaGraphExecUpdateErrorParametersChanged, {{new_work.node}}}));

    const Exec way_out = instantiate(new_work.graph);
    launch_on_image(way_out);
    CHECK(cell_holds_image_of(first(0), device_address(block)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-42/target: a copy's target may not move from virtual memory to cudaMalloc",
                 "[graph_update]") {
    const DeviceMemory block = allocate_device(cell_bytes);
    board.watch("the cudaMalloc block", device_address(block), cell_bytes);
    const OneNode old_work = one_copy(first(0), second(0), cell_bytes);
    const OneNode new_work = one_copy(device_address(block), second(0), cell_bytes);
    const Exec exec = instantiate(old_work.graph);

    CHECK(refused(attempt(exec, old_work.graph, new_work.graph),
                  {cudaGraphExecUpdateErrorParametersChanged, {{new_work.node}}}));

    const Exec way_out = instantiate(new_work.graph);
    launch_on_image(way_out);
    CHECK(cell_holds_image_of(device_address(block), second(0)));
}

} // namespace cts
