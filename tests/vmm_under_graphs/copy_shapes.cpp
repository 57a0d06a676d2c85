// Copies of rows and slices: pitch, height and position of either side are its own.
#include "fixtures/bytes.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Mapped,
                 "VXG-02/shape: a copy of slices keeps to the pitch, height and position of either side",
                 "[vmm_under_graphs]") {
    constexpr size_t size = 65536;
    const Allocation memory = allocate();
    const Mapping target = map(at(2), memory);
    const Bytes source = pattern(size, 1);
    Bytes expected = pattern(size, 100);
    write_bytes(address(), source);
    write_bytes(at(2), expected);
    cudaMemcpy3DParms parameters{};
    parameters.srcPtr = {pointer(address()), 512, 512, 9};
    parameters.dstPtr = {pointer(at(2)), 768, 768, 7};
    parameters.srcPos = {5, 2, 1};
    parameters.dstPos = {33, 1, 2};
    parameters.extent = {301, 4, 3};
    parameters.kind = cudaMemcpyDefault;
    const Graph graph = create_graph();
    cudaGraphNode_t node = nullptr;
    REQUIRE(cudaGraphAddMemcpyNode(&node, graph, nullptr, 0, &parameters) == cudaSuccess);
    const Exec exec = instantiate(graph);

    run(exec);

    for (size_t z = 0; z < 3; ++z) {
        for (size_t y = 0; y < 4; ++y) {
            for (size_t x = 0; x < 301; ++x) {
                expected[((2 + z) * 7 + 1 + y) * 768 + 33 + x] = source[((1 + z) * 9 + 2 + y) * 512 + 5 + x];
            }
        }
    }
    CHECK(read_bytes(at(2), size) == expected);
    CHECK(read_bytes(address(), size) == source);
}

} // namespace cts
