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

TEST_CASE_METHOD(Mapped, "VXG-12/middle: memory swapped inside of a range is found between what stays",
                 "[vmm_under_graphs]") {
    const Allocation middle = allocate(), fresh = allocate(), tail = allocate();
    Mapping inner = map(at(1), middle);
    const Mapping end = map(at(2), tail);
    const DeviceMemory copied = allocate_device(granules(3)), seen = allocate_device(granules(3));
    const Graph graph = increment_graph(*this, 3);
    const auto out = add_copy(graph, copied.get(), pointer(at(0)), granules(3), nodes_of(graph));
    add_kernel(graph, copy_call(device_address(seen), at(0), granules(3)), {out});
    const Exec exec = instantiate(graph);
    fill(at(0), granules(3), 10);
    run(exec);
    CHECK(holds(device_address(copied), granules(3), 11));

    inner.unmap();
    inner = map(at(1), fresh);
    fill(at(1), granularity(), 50);
    run(exec);

    for (const CUdeviceptr result : {device_address(copied), device_address(seen), at(0)}) {
        CHECK(holds(result, granularity(), 12));
        CHECK(holds(result + granularity(), granularity(), 51));
        CHECK(holds(result + granules(2), granularity(), 12));
    }
    inner.unmap(); // and the old memory has kept what it had
    inner = map(at(1), middle);
    CHECK(holds(at(1), granularity(), 11));
}

} // namespace cts
