#include "tests/prelude.hpp"

namespace cts {
namespace {

/// An exec of one kernel that adds 1 to the first `granules` granules of the range.
Graph increment_graph(const Reserved& rung, size_t granules) {
    Graph graph = create_graph();
    add_kernel(graph, multiply_add_call(rung.at(0), rung.granules(granules), 1, 1));
    return graph;
}

} // namespace

TEST_CASE_METHOD(Mapped, "VXG-11/exec: appending memory behind the range leaves a live exec as it was",
                 "[vmm_under_graphs]") {
    const Graph graph = increment_graph(*this, 1);
    const Exec exec = instantiate(graph);
    fill(at(0), bytes(), 10);

    const Allocation tail = allocate();
    const Mapping appended = map(at(1), tail);
    fill(at(1), bytes(), 20);
    run(exec);

    CHECK(kernel_sees(at(0), bytes(), 11));
    CHECK(kernel_sees(at(1), bytes(), 20));
}

TEST_CASE_METHOD(Mapped, "VXG-11/update: after growth an update makes the exec work on the whole range",
                 "[vmm_under_graphs]") {
    const Graph graph = increment_graph(*this, 1);
    const Exec exec = instantiate(graph);
    const Allocation tail = allocate();
    const Mapping appended = map(at(1), tail);
    fill(at(0), granules(2), 10);

    const Graph larger = increment_graph(*this, 2);
    const UpdateAnswer answer = update(exec, larger);

    CHECK(answer.error == cudaSuccess);
    CHECK(answer.result == cudaGraphExecUpdateSuccess);
    run(exec);
    CHECK(kernel_sees(at(0), granules(2), 11));
    CHECK(holds(at(0), granules(2), 11));
}

TEST_CASE_METHOD(Mapped,
                 "VXG-11/set-params: after growth new node parameters make the exec work on the whole range",
                 "[vmm_under_graphs]") {
    const Graph graph = increment_graph(*this, 1);
    const Exec exec = instantiate(graph);
    const Allocation tail = allocate();
    const Mapping appended = map(at(1), tail);
    fill(at(0), granules(2), 10);

    auto larger = multiply_add_call(at(0), granules(2), 1, 1);
    const cudaKernelNodeParams parameters = larger.node();
    REQUIRE(cudaGraphExecKernelNodeSetParams(exec, nodes_of(graph).front(), &parameters) == cudaSuccess);

    run(exec);
    CHECK(kernel_sees(at(0), granules(2), 11));
}

TEST_CASE_METHOD(Mapped, "VXG-12: unmapping the tail leaves an exec that works on the head as it was",
                 "[vmm_under_graphs]") {
    const Allocation tail = allocate();
    Mapping appended = map(at(1), tail);
    const Graph graph = increment_graph(*this, 1);
    const Exec exec = instantiate(graph);
    fill(at(0), granules(2), 10);
    run(exec);
    CHECK(kernel_sees(at(0), bytes(), 11));

    REQUIRE(cuMemUnmap(appended.release(), granularity()) == CUDA_SUCCESS);

    run(exec);
    CHECK(kernel_sees(at(0), bytes(), 12));
    CHECK(holds(at(0), bytes(), 12));
}

} // namespace cts
