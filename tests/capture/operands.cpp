#include "tests/capture/capturing.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Reserved,
                 "SCP-13/kernel: a launch is captured whose argument is not mapped, and runs once it is",
                 "[capture]") {
    Capturing capture;
    CHECK(fill_call(at(1), granularity(), 7).launch(capture) == cudaSuccess);
    CHECK(capture.status() == CU_STREAM_CAPTURE_STATUS_ACTIVE);
    const EndedCapture ended = capture.end();
    REQUIRE(ended.result == CUDA_SUCCESS);
    CHECK(nodes_of(ended.graph).size() == 1);
    const Exec exec = instantiate(ended.graph);

    const Allocation memory = allocate();
    const Mapping mapped = map(at(1), memory);
    fill(at(1), granularity(), 1);
    run(exec);

    CHECK(holds(at(1), granularity(), 7));
}

TEST_CASE_METHOD(Mapped, "SCP-13/memset: capturing a memset of memory that is not mapped", "[capture]") {
    Capturing capture;
    const CUresult result = cuMemsetD32Async(at(2), 1, word_count(granularity()), capture);
    observe("SCP-13/memset", result);
    observe("SCP-13/memset/status", capture.status());
    const EndedCapture ended = capture.end();
    CHECK((ended.result == CUDA_SUCCESS) == ended.gave_graph);

    fill(address(), bytes(), 3); // and everything else goes on
    CHECK(holds(address(), bytes(), 3));
}

TEST_CASE_METHOD(Mapped, "SCP-13/copy: capturing a copy from memory that is not mapped", "[capture]") {
    Capturing capture;
    const CUresult result = cuMemcpyAsync(address(), at(2), granularity(), capture);
    observe("SCP-13/copy", result);
    observe("SCP-13/copy/status", capture.status());
    const EndedCapture ended = capture.end();
    CHECK((ended.result == CUDA_SUCCESS) == ended.gave_graph);

    fill(address(), bytes(), 3);
    CHECK(holds(address(), bytes(), 3));
}

TEST_CASE_METHOD(Mapped, "SCP-14: the parameters of a captured copy can be read and given back",
                 "[capture]") {
    const Allocation memory = allocate();
    const Mapping source = map(at(2), memory);
    fill(at(2), granularity(), 4);
    fill(address(), bytes(), 1);
    Capturing capture;
    REQUIRE(cuMemcpyAsync(address(), at(2), bytes(), capture) == CUDA_SUCCESS);
    const EndedCapture ended = capture.end();
    REQUIRE(ended.result == CUDA_SUCCESS);
    const cudaGraphNode_t node = nodes_of(ended.graph).at(0);

    CUDA_MEMCPY3D parameters{};
    REQUIRE(cuGraphMemcpyNodeGetParams(node, &parameters) == CUDA_SUCCESS);
    observe("SCP-14/source type", static_cast<int>(parameters.srcMemoryType));
    observe("SCP-14/target type", static_cast<int>(parameters.dstMemoryType));
    CHECK(parameters.srcDevice == at(2));
    CHECK(parameters.dstDevice == address());
    CHECK(parameters.WidthInBytes * parameters.Height * parameters.Depth == bytes());
    REQUIRE(cuGraphMemcpyNodeSetParams(node, &parameters) == CUDA_SUCCESS);

    const Exec exec = instantiate(ended.graph);
    run(exec);
    CHECK(holds(address(), bytes(), 4));
}

} // namespace cts
