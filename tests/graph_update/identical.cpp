#include "tests/graph_update/update_rung.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

/// Kernel, copy and memset in a row, captured: what a framework captures again at every step.
Graph capture_row(const UpdateRung& rung) {
    const Stream stream = create_stream();
    return capture(stream, [&](cudaStream_t captured) {
        launch(UpdateRung::fill_cell(rung.first(0), 7), captured);
        must(cudaMemcpyAsync(pointer(rung.second(0)), pointer(rung.first(0)), UpdateRung::cell_bytes,
                             cudaMemcpyDeviceToDevice, captured),
             "cudaMemcpyAsync");
        must(cudaMemsetAsync(pointer(rung.first(1)), 0x5a, UpdateRung::cell_bytes, captured),
             "cudaMemsetAsync");
    });
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "UPD-02/itself: an update with the graph that it was made of changes nothing",
                 "[graph_update]") {
    const Graph graph = capture_row(*this);
    const Exec exec = instantiate(graph);

    CHECK(unchanged(attempt(exec, graph, graph)));

    CHECK(cell_holds(second(0), 7));
    CHECK(cell_holds(first(1), 0x5a5a5a5a));
}

TEST_CASE_METHOD(UpdateRung, "UPD-02/clone: an update with a clone changes nothing", "[graph_update]") {
    const Graph graph = capture_row(*this);
    const Exec exec = instantiate(graph);
    cudaGraph_t copy = nullptr;
    must(cudaGraphClone(&copy, graph), "cudaGraphClone");
    const Graph clone(copy);

    CHECK(unchanged(attempt(exec, graph, clone)));

    CHECK(cell_holds(second(0), 7));
}

TEST_CASE_METHOD(UpdateRung, "UPD-02/capture: an update with a second, equal capture changes nothing",
                 "[graph_update]") {
    const Graph graph = capture_row(*this);
    const Graph again = capture_row(*this);
    const Exec exec = instantiate(graph);

    CHECK(unchanged(attempt(exec, graph, again)));

    CHECK(cell_holds(second(0), 7));
}

TEST_CASE_METHOD(UpdateRung, "UPD-02/empty: an exec without nodes takes a graph without nodes",
                 "[graph_update]") {
    const Graph graph = create_graph();
    const Graph again = create_graph();
    const Exec exec = instantiate(graph);

    CHECK(unchanged(attempt(exec, graph, again)));
}

} // namespace cts
