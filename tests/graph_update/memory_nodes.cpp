#include "fixtures/harness/skip.hpp"
#include "tests/graph_update/update_rung.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

/// Allocate, fill, copy to a cell, free: all of it in the graph.
Graph capture_allocation(const UpdateRung& rung, uint32_t value) {
    rung.need(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, "MEMORY_POOLS_SUPPORTED");
    const Stream stream = create_stream();
    return capture(stream, [&](cudaStream_t captured) {
        void* memory = nullptr;
        must(cudaMallocAsync(&memory, UpdateRung::cell_bytes, captured), "cudaMallocAsync");
        launch(UpdateRung::fill_cell(device_address(memory), value), captured);
        must(cudaMemcpyAsync(pointer(rung.first(0)), memory, UpdateRung::cell_bytes, cudaMemcpyDeviceToDevice,
                             captured),
             "cudaMemcpyAsync");
        must(cudaFreeAsync(memory, captured), "cudaFreeAsync");
    });
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "UPD-31/capture: an allocation captured again has another address: refused",
                 "[graph_update]") {
    const Graph old_graph = capture_allocation(*this, 1);
    const Graph new_graph = capture_allocation(*this, 2);
    Exec exec = instantiate(old_graph);
    Attempt again = attempt(exec, old_graph, new_graph);
    again.new_graph_runs = false;    // instantiated as another exec it would be refused for that alone
    again.old_graph_returns = false; // not promised for graphs that own memory

    const Verdict verdict = refused(again, {std::nullopt, std::nullopt, std::nullopt});

    CHECK(verdict);
    CHECK(cell_holds(first(0), 1));
    observe("UPD-31/captured again", verdict.result);

    must(cudaGraphExecDestroy(exec.release()), "cudaGraphExecDestroy");
    const Exec way_out = instantiate(new_graph);
    launch_on_image(way_out);
    CHECK(cell_holds(first(0), 2));
}

TEST_CASE_METHOD(UpdateRung, "UPD-31/itself: an update with its own graph keeps an exec with memory at work",
                 "[graph_update]") {
    const Graph graph = capture_allocation(*this, 1);
    const Exec exec = instantiate(graph);
    launch_on_image(exec);

    const UpdateAnswer answer = update(exec, graph);
    observe("UPD-31/the very same graph", answer.result);

    fill(first(0), cell_bytes, 9);
    run(exec);
    CHECK(cell_holds(first(0), 1));
}

TEST_CASE_METHOD(UpdateRung,
                 "UPD-31/elsewhere: a graph with memory that is instantiated elsewhere is refused",
                 "[graph_update]") {
    const Graph old_graph = capture_allocation(*this, 1);
    const Graph new_graph = capture_allocation(*this, 2);
    const Exec exec = instantiate(old_graph);
    const Exec elsewhere = instantiate(new_graph);
    Attempt occupied = attempt(exec, old_graph, new_graph);
    occupied.new_graph_runs = false; // it has its only exec already
    occupied.old_graph_returns = false;

    const Verdict verdict = refused(occupied, {std::nullopt, std::nullopt, std::nullopt});

    CHECK(verdict);
    observe("UPD-31/instantiated elsewhere", verdict.result);
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

    const Verdict verdict = refused(by_moved, {std::nullopt, std::nullopt, std::nullopt});

    CHECK(verdict);
    observe("UPD-31/moved", verdict.result);
    CHECK(accepted(attempt(exec, old_work.graph, same_work.graph)));
}
#else
TEST_CASE_METHOD(UpdateRung, "UPD-31/moved: a graph that was moved into another one is refused",
                 "[graph_update]") {
    skip("this program was built with a toolkit before 12.9, which cannot move child graphs");
}
#endif

} // namespace cts
