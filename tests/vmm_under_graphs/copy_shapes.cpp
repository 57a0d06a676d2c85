// Copies of rows and slices: pitch, height and position of either side are its own.
#include "fixtures/bytes.hpp"
#include "tests/prelude.hpp"

#include <algorithm>

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

TEST_CASE_METHOD(Mapped, "VXG-02/host: rows from and to host memory keep to the pitch of either side",
                 "[vmm_under_graphs]") {
    constexpr size_t size = 4096, host_pitch = 331, device_pitch = 512, width = 301, rows = 5;
    const PinnedMemory pinned = allocate_pinned(3 * size);
    auto* const from = static_cast<unsigned char*>(pinned.get());
    unsigned char *const into = from + size, *const last = into + size;
    const Bytes source = pattern(size, 1), untouched = pattern(size, 100);
    std::copy(source.begin(), source.end(), from);
    std::copy(untouched.begin(), untouched.end(), into);
    std::copy(untouched.begin(), untouched.end(), last);
    write_bytes(address(), untouched);
    cudaMemcpy3DParms parameters{};
    const cudaPitchedPtr device = {pointer(address()), device_pitch, device_pitch, rows};
    parameters.extent = {width, rows, 1};
    parameters.kind = cudaMemcpyDefault;
    const Graph graph = create_graph();
    cudaGraphNode_t in = nullptr, out = nullptr, across = nullptr;
    parameters.srcPtr = {from, host_pitch, host_pitch, rows};
    parameters.dstPtr = device;
    REQUIRE(cudaGraphAddMemcpyNode(&in, graph, nullptr, 0, &parameters) == cudaSuccess);
    parameters.srcPtr = device;
    parameters.dstPtr = {into, width + 6, width + 6, rows};
    REQUIRE(cudaGraphAddMemcpyNode(&out, graph, &in, 1, &parameters) == cudaSuccess);
    REQUIRE(cudaGraphAddMemcpyNode1D(&across, graph, &out, 1, last, into, 1021, cudaMemcpyDefault) ==
            cudaSuccess);
    const Exec exec = instantiate(graph);

    run(exec);

    Bytes on_device = untouched, on_host = untouched, copied = untouched;
    for (size_t y = 0; y < rows; ++y) {
        for (size_t x = 0; x < width; ++x) {
            on_device[y * device_pitch + x] = on_host[y * (width + 6) + x] = source[y * host_pitch + x];
        }
    }
    std::copy_n(on_host.begin(), 1021, copied.begin());
    CHECK(read_bytes(address(), size) == on_device);
    CHECK(Bytes(into, into + size) == on_host);
    CHECK(Bytes(last, last + size) == copied);
}

} // namespace cts
