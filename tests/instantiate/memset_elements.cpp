// Driver API, cuGraphAddMemsetNode: the element size must be 1, 2 or 4 bytes.
#include "tests/prelude.hpp"

namespace cts {

namespace {

CUDA_MEMSET_NODE_PARAMS memset_of(CUdeviceptr target, unsigned element, size_t width, unsigned value) {
    CUDA_MEMSET_NODE_PARAMS parameters{};
    parameters.dst = target;
    parameters.elementSize = element;
    parameters.width = width;
    parameters.height = 1;
    parameters.value = value;
    return parameters;
}

} // namespace

TEST_CASE_METHOD(Mapped, "INS-09/refused: a memset node with another element size than 1, 2 or 4 is refused",
                 "[instantiate]") {
    const Graph graph = create_graph();
    CUgraphNode node = nullptr;
    for (const unsigned element : {0U, 3U, 5U, 8U, 16U}) {
        INFO("element size " << element);
        const CUDA_MEMSET_NODE_PARAMS wrong = memset_of(address(), element, 16, 1);
        CHECK(cuGraphAddMemsetNode(&node, graph, nullptr, 0, &wrong, context()) == CUDA_ERROR_INVALID_VALUE);
    }
    CHECK(nodes_of(graph).empty());
    const CUDA_MEMSET_NODE_PARAMS right = memset_of(address(), 4, 16, 1);
    CHECK(cuGraphAddMemsetNode(&node, graph, nullptr, 0, &right, context()) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Mapped, "INS-09/width: memset nodes of 1, 2 and 4 bytes set that much of each element",
                 "[instantiate]") {
    struct Case {
        unsigned element, value;
        uint32_t word;
    };
    for (const auto& [element, value, word] :
         {Case{1, 0x5A, 0x5A5A5A5A}, Case{2, 0x1234, 0x12341234}, Case{4, 0xCAFE0123, 0xCAFE0123}}) {
        INFO("element size " << element);
        fill(address(), bytes(), 1);
        const Graph graph = create_graph();
        CUgraphNode node = nullptr;
        const CUDA_MEMSET_NODE_PARAMS half = memset_of(address(), element, bytes() / 2 / element, value);
        REQUIRE(cuGraphAddMemsetNode(&node, graph, nullptr, 0, &half, context()) == CUDA_SUCCESS);
        const Exec exec = instantiate(graph);
        run(exec);
        CHECK(holds(address(), bytes() / 2, word));
        CHECK(holds(address() + bytes() / 2, bytes() / 2, 1));
    }
}

} // namespace cts
