#include "fixtures/rungs/matrix_operands.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(MatrixOperands, "GRU-01: capturing the product does not compute it", "[graph_reuse]") {
    const Stream stream = create_stream();
    load(first_data_set());
    fill(product(), bytes(), 0xC0FFEE);

    const Graph graph =
        capture(stream, [&](cudaStream_t s) { REQUIRE(multiplication().launch(s) == cudaSuccess); });
    synchronize();
    CHECK(holds(product(), bytes(), 0xC0FFEE));

    const Exec exec = instantiate(graph); // instantiating does not compute it either
    synchronize();
    CHECK(holds(product(), bytes(), 0xC0FFEE));
    run(exec, stream);
    CHECK_FALSE(holds(product(), bytes(), 0xC0FFEE));
}

TEST_CASE_METHOD(MatrixOperands, "GRU-02: the graph is the one captured kernel with the three addresses",
                 "[graph_reuse]") {
    const Stream stream = create_stream();
    const Graph graph =
        capture(stream, [&](cudaStream_t s) { REQUIRE(multiplication().launch(s) == cudaSuccess); });

    const auto nodes = nodes_of(graph);
    REQUIRE(nodes.size() == 1);
    CHECK(edge_count(graph) == 0);
    cudaGraphNodeType type = cudaGraphNodeTypeEmpty;
    REQUIRE(cudaGraphNodeGetType(nodes[0], &type) == cudaSuccess);
    REQUIRE(type == cudaGraphNodeTypeKernel);
    cudaKernelNodeParams parameters{};
    REQUIRE(cudaGraphKernelNodeGetParams(nodes[0], &parameters) == cudaSuccess);
    const auto address = [&](int index) {
        return *static_cast<CUdeviceptr*>(parameters.kernelParams[index]);
    };
    CHECK(address(0) == left());
    CHECK(address(1) == right());
    CHECK(address(2) == product());
    CHECK(*static_cast<unsigned*>(parameters.kernelParams[3]) == matrix_order);
}

} // namespace cts
