// An update counts wherever it comes from and whatever came before it.
#include "tests/graph_update/update_rung.hpp"
#include "tests/prelude.hpp"

#include <future>

namespace cts {
namespace {

/// Changes the kernel of `work` in its graph.
void change(const OneNode& work, KernelCall<uint32_t*, size_t, uint32_t> call) {
    const cudaKernelNodeParams parameters = call.node();
    must(cudaGraphKernelNodeSetParams(work.node, &parameters), "cudaGraphKernelNodeSetParams");
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "UPD-03/again: an update by a graph that has changed since brings the change",
                 "[graph_update]") {
    const OneNode own = one_kernel(fill_cell(first(0), 1));
    const OneNode other = one_kernel(fill_cell(first(1), 2));
    const Exec exec = instantiate(own.graph);
    const OneNode* const updating[] = {&other, &other, &own, &own, &other};
    uint32_t value = 10;
    for (const OneNode* work : updating) {
        CAPTURE(value);
        change(*work, fill_cell(first(value % cells), value));
        REQUIRE(update(exec, work->graph).error == cudaSuccess);
        launch_on_image(exec);
        CHECK(cell_holds(first(value % cells), value));
        CHECK(cell_holds_image_of(first((value - 1) % cells), first((value - 1) % cells)));
        ++value;
    }
}

TEST_CASE_METHOD(UpdateRung, "UPD-03/thread: an update on another thread counts", "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_kernel(fill_cell(second(3), 2));
    const Exec exec = instantiate(old_work.graph);
    const UpdateAnswer answer = std::async(std::launch::async, [&] {
                                    must(cuCtxSetCurrent(context()), "cuCtxSetCurrent");
                                    return update(exec, new_work.graph);
                                }).get();
    CHECK(answer.error == cudaSuccess);
    CHECK(answer.result == cudaGraphExecUpdateSuccess);
    launch_on_image(exec);
    CHECK(cell_holds(second(3), 2));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-03/uploaded: an update counts that comes between an upload and the launch",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_kernel(fill_cell(second(3), 2));
    const Exec exec = instantiate(old_work.graph);
    const Stream stream = create_stream();
    must(cudaGraphUpload(exec, stream), "cudaGraphUpload");
    must(cudaStreamSynchronize(stream), "cudaStreamSynchronize");

    REQUIRE(update(exec, new_work.graph).error == cudaSuccess);

    launch_on_image(exec);
    CHECK(cell_holds(second(3), 2));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

TEST_CASE_METHOD(UpdateRung,
                 "UPD-03/driver: the driver's form of 12.0 updates and answers like the runtime's",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_kernel(fill_cell(second(3), 2));
    const Exec exec = instantiate(old_work.graph);
    int somewhere = 0;
    const auto node = reinterpret_cast<CUgraphNode>(&somewhere);
    CUgraphExecUpdateResultInfo info{CU_GRAPH_EXEC_UPDATE_ERROR_FUNCTION_CHANGED, node, node};
    REQUIRE(cuGraphExecUpdate(exec, new_work.graph, &info) == CUDA_SUCCESS);
    CHECK(info.result == CU_GRAPH_EXEC_UPDATE_SUCCESS);
    CHECK(info.errorNode == nullptr);
    CHECK(info.errorFromNode == nullptr);
    launch_on_image(exec);
    CHECK(cell_holds(second(3), 2));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

} // namespace cts
