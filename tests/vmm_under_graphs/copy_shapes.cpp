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

TEST_CASE_METHOD(Mapped,
                 "VXG-02/driver: the driver's form of a copy keeps to pitch and position on either side",
                 "[vmm_under_graphs]") {
    constexpr size_t size = 16384;
    const Allocation memory = allocate();
    const Mapping target = map(at(2), memory);
    const Bytes source = pattern(size, 1);
    Bytes expected = pattern(size, 100);
    write_bytes(address(), source);
    write_bytes(at(2), expected);
    CUDA_MEMCPY3D parameters{};
    parameters.srcMemoryType = parameters.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    parameters.srcDevice = address();
    parameters.dstDevice = at(2);
    parameters.srcPitch = 512;
    parameters.dstPitch = 768;
    parameters.srcHeight = parameters.dstHeight = 8;
    parameters.srcXInBytes = 7;
    parameters.srcY = 3;
    parameters.dstXInBytes = 21;
    parameters.dstY = 2;
    parameters.WidthInBytes = 301;
    parameters.Height = 4;
    parameters.Depth = 1;
    const Graph graph = create_graph();
    CUgraphNode node = nullptr;
    REQUIRE(cuGraphAddMemcpyNode(&node, graph, nullptr, 0, &parameters, context()) == CUDA_SUCCESS);
    const Exec exec = instantiate(graph);

    run(exec);

    for (size_t y = 0; y < 4; ++y) {
        for (size_t x = 0; x < 301; ++x) {
            expected[(2 + y) * 768 + 21 + x] = source[(3 + y) * 512 + 7 + x];
        }
    }
    CHECK(read_bytes(at(2), size) == expected);
}

} // namespace cts
