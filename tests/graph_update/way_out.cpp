#include "fixtures/matrices.hpp"
#include "tests/graph_update/update_rung.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

/// left * right by a graph whose operands come in by copies: left, right, product in a row from `place`, the
/// sources behind them.
Graph product_graph(CUdeviceptr place, CUdeviceptr source) {
    Graph graph = create_graph();
    const auto left = add_copy(graph, pointer(place), pointer(source), matrix_bytes);
    const auto right =
        add_copy(graph, pointer(place + matrix_bytes), pointer(source + matrix_bytes), matrix_bytes);
    add_kernel(graph, multiply_call(place, place + matrix_bytes, place + 2 * matrix_bytes), {left, right});
    return graph;
}
void upload_both(CUdeviceptr address, const Matrices& data) {
    upload(address, data.left);
    upload(address + matrix_bytes, data.right);
}

} // namespace

TEST_CASE_METHOD(Mapped,
                 "UPD-43: after a refusal, destroying and instantiating again computes the new product",
                 "[graph_update]") {
    const CUdeviceptr place = address();
    const CUdeviceptr first_source = address() + 3 * matrix_bytes;
    const DeviceMemory block = allocate_device(2 * matrix_bytes);
    const CUdeviceptr second_source = device_address(block);
    upload_both(first_source, first_data_set());
    upload_both(second_source, second_data_set());
    const Graph old_graph = product_graph(place, first_source);
    const Graph new_graph = product_graph(place, second_source);
    Exec exec = instantiate(old_graph);
    REQUIRE(update(exec, new_graph).error == cudaErrorGraphExecUpdateFailure);
    run(exec);
    CHECK(download_matrix(place + 2 * matrix_bytes) == product_of(first_data_set()));

    CHECK(cudaGraphExecDestroy(exec.release()) == cudaSuccess);
    cudaGraphExec_t made = nullptr;
    REQUIRE(cudaGraphInstantiate(&made, new_graph, 0) == cudaSuccess);
    const Exec again(made);

    run(again);
    CHECK(download_matrix(place + 2 * matrix_bytes) == product_of(second_data_set()));
}

} // namespace cts
