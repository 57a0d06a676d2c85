#include "fixtures/harness/skip.hpp"
#include "tests/graph_update/update_rung.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

enum class Freed { in_graph, by_host };

struct Captured {
    Graph graph;
    CUdeviceptr address = 0; // of its allocation
};

/// Allocate, fill, copy to a cell, and free unless the host is to: all of it in the graph.
Captured capture_allocation(const UpdateRung& rung, uint32_t value, Freed freed = Freed::in_graph) {
    rung.need(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, "MEMORY_POOLS_SUPPORTED");
    const Stream stream = create_stream();
    Captured made;
    made.graph = capture(stream, [&](cudaStream_t captured) {
        void* memory = nullptr;
        must(cudaMallocAsync(&memory, UpdateRung::cell_bytes, captured), "cudaMallocAsync");
        made.address = device_address(memory);
        launch(UpdateRung::fill_cell(made.address, value), captured);
        must(cudaMemcpyAsync(pointer(rung.first(0)), memory, UpdateRung::cell_bytes, cudaMemcpyDeviceToDevice,
                             captured),
             "cudaMemcpyAsync");
        if (freed == Freed::in_graph) {
            must(cudaFreeAsync(memory, captured), "cudaFreeAsync");
        }
    });
    return made;
}

/// Launches a graph whose allocation the host frees.
void launch_and_free(const UpdateRung& rung, cudaGraphExec_t exec, CUdeviceptr address) {
    rung.launch_on_image(exec);
    must(cudaFree(pointer(address)), "cudaFree");
}

} // namespace

// No document says whether an allocation that was captured again can take the place of the first one. It does
// so whole, or is refused whole.
TEST_CASE_METHOD(UpdateRung,
                 "UPD-31/capture: a temporary allocation captured again is taken or refused whole",
                 "[graph_update]") {
    const Captured old_work = capture_allocation(*this, 1);
    const Captured new_work = capture_allocation(*this, 2);
    Exec exec = instantiate(old_work.graph);
    launch_on_image(exec);
    CHECK(cell_holds(first(0), 1));

    const UpdateAnswer answer = update(exec, new_work.graph);

    const bool taken = answer.error == cudaSuccess;
    const bool same = old_work.address == new_work.address;
    observe(std::string("UPD-31/captured again, ") + (same ? "same address" : "another address"),
            whole_answer(answer.error, answer.result));
    for (int i = 0; i < 2; ++i) {
        launch_on_image(exec);
        CHECK(cell_holds(first(0), taken ? 2 : 1));
    }
    must(cudaGraphExecDestroy(exec.release()), "cudaGraphExecDestroy");
    const Exec way_out = instantiate(new_work.graph);
    launch_on_image(way_out);
    CHECK(cell_holds(first(0), 2));
}

TEST_CASE_METHOD(UpdateRung,
                 "UPD-31/other address: an allocation at another address is taken or refused whole",
                 "[graph_update]") {
    const Captured old_work = capture_allocation(*this, 1, Freed::by_host);
    Exec exec = instantiate(old_work.graph);
    launch_on_image(exec);
    CHECK(cell_holds(first(0), 1));
    const Captured new_work = capture_allocation(*this, 2, Freed::by_host); // while the first is live
    must(cudaFree(pointer(old_work.address)), "cudaFree");
    CHECK(old_work.address != new_work.address);

    const UpdateAnswer answer = update(exec, new_work.graph);

    const bool taken = answer.error == cudaSuccess;
    observe("UPD-31/captured again while the first is live", whole_answer(answer.error, answer.result));
    for (int i = 0; i < 2; ++i) {
        launch_and_free(*this, exec, taken ? new_work.address : old_work.address);
        CHECK(cell_holds(first(0), taken ? 2 : 1));
    }
    must(cudaGraphExecDestroy(exec.release()), "cudaGraphExecDestroy");
    const Exec way_out = instantiate(new_work.graph);
    launch_and_free(*this, way_out, new_work.address);
    CHECK(cell_holds(first(0), 2));
}

TEST_CASE_METHOD(UpdateRung, "UPD-31/itself: an update with its own graph keeps an exec with memory at work",
                 "[graph_update]") {
    const Captured work = capture_allocation(*this, 1);
    const Exec exec = instantiate(work.graph);
    launch_on_image(exec);

    const UpdateAnswer answer = update(exec, work.graph);
    observe("UPD-31/the very same graph", answer.result);

    fill(first(0), cell_bytes, 9);
    run(exec);
    CHECK(cell_holds(first(0), 1));
}

TEST_CASE_METHOD(UpdateRung,
                 "UPD-31/elsewhere: a graph with memory that is instantiated elsewhere is refused",
                 "[graph_update]") {
    const Captured old_work = capture_allocation(*this, 1);
    const Captured new_work = capture_allocation(*this, 2);
    const Exec exec = instantiate(old_work.graph);
    const Exec elsewhere = instantiate(new_work.graph);
    Attempt occupied = attempt(exec, old_work.graph, new_work.graph);
    occupied.new_graph_runs = false; // it has its only exec already
    occupied.old_graph_returns = false;

    const Verdict verdict = refused(occupied, refused_somehow);

    CHECK(verdict);
    observe("UPD-31/instantiated elsewhere", whole_answer(verdict));
    launch_on_image(elsewhere);
    CHECK(cell_holds(first(0), 2));
}

#if CUDART_VERSION >= 12090
// A graph that was moved into another as its child can no longer be instantiated or update anything by
// itself.
TEST_CASE_METHOD(UpdateRung, "UPD-31/moved: a graph that was moved into another one is refused",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode same_work = one_kernel(fill_cell(first(0), 2));
    OneNode new_work = one_kernel(fill_cell(first(0), 2));
    const Graph around = create_graph();
    CUgraphNodeParams parameters{};
    parameters.type = CU_GRAPH_NODE_TYPE_GRAPH;
    parameters.graph.graph = new_work.graph;
    parameters.graph.ownership = CU_GRAPH_CHILD_GRAPH_OWNERSHIP_MOVE;
    cudaGraphNode_t child = nullptr;
    must(cuGraphAddNode(&child, around, nullptr, nullptr, 0, &parameters), "cuGraphAddNode");
    const cudaGraph_t moved = new_work.graph.release();
    const Exec exec = instantiate(old_work.graph);
    Attempt by_moved = attempt(exec, old_work.graph, moved);
    by_moved.new_graph_runs = false;

    const Verdict verdict = refused(by_moved, refused_somehow);

    CHECK(verdict);
    observe("UPD-31/moved", whole_answer(verdict));
    CHECK(accepted(attempt(exec, old_work.graph, same_work.graph)));
}
#else
TEST_CASE_METHOD(UpdateRung, "UPD-31/moved: a graph that was moved into another one is refused",
                 "[graph_update]") {
    skip("this program was built with a toolkit before 12.9, which cannot move child graphs");
}
#endif

} // namespace cts
