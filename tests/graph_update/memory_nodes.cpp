#include "tests/graph_update/child_graph.hpp"
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

} // namespace cts
