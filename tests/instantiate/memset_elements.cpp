// Driver API, cuGraphAddMemsetNode: the element size must be 1, 2 or 4 bytes.
#include "fixtures/bytes.hpp"
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

TEST_CASE_METHOD(Mapped, "INS-09/odd: memset nodes of bytes and half words may begin and end inside a word",
                 "[instantiate]") {
    struct Case {
        unsigned element;
        size_t offset, count;
    };
    constexpr size_t size = 4096;
    for (const auto& [element, offset, count] : {Case{1, 1, 1}, Case{1, 3, 1021}, Case{1, 6, 2047},
                                                 Case{2, 2, 1}, Case{2, 6, 511}, Case{4, 12, 17}}) {
        INFO("element size " << element << ", offset " << offset << ", count " << count);
        Bytes expected = pattern(size, 3);
        write_bytes(address(), expected);
        const unsigned value = element == 1 ? 0xFC : element == 2 ? 0xFDFC : 0xFFFEFDFC;
        const Graph graph = create_graph();
        CUgraphNode node = nullptr;
        const CUDA_MEMSET_NODE_PARAMS memset = memset_of(address() + offset, element, count, value);
        REQUIRE(cuGraphAddMemsetNode(&node, graph, nullptr, 0, &memset, context()) == CUDA_SUCCESS);
        const Exec exec = instantiate(graph);
        run(exec);
        for (size_t i = 0; i < count * element; ++i) { // little-endian, from 0xFC up
            expected[offset + i] = static_cast<unsigned char>(0xFC + i % element);
        }
        CHECK(read_bytes(address(), size) == expected);
    }
}

TEST_CASE_METHOD(Mapped, "INS-09/rows: rows of bytes and half words lie a pitch apart, whatever their width",
                 "[instantiate]") {
    struct Case {
        unsigned element;
        size_t offset, count, pitch;
    };
    constexpr size_t size = 4096, rows = 7;
    for (const auto& [element, offset, count, pitch] : {Case{1, 1, 37, 41}, Case{2, 2, 19, 46}}) {
        INFO("element size " << element << ", pitch " << pitch);
        Bytes expected = pattern(size, 3);
        write_bytes(address(), expected);
        const Graph graph = create_graph();
        CUgraphNode node = nullptr;
        CUDA_MEMSET_NODE_PARAMS memset =
            memset_of(address() + offset, element, count, element == 1 ? 0xFC : 0xFDFC);
        memset.pitch = pitch;
        memset.height = rows;
        REQUIRE(cuGraphAddMemsetNode(&node, graph, nullptr, 0, &memset, context()) == CUDA_SUCCESS);
        const Exec exec = instantiate(graph);
        run(exec);
        for (size_t row = 0; row < rows; ++row) {
            for (size_t i = 0; i < count * element; ++i) { // little-endian, from 0xFC up
                expected[offset + row * pitch + i] = static_cast<unsigned char>(0xFC + i % element);
            }
        }
        CHECK(read_bytes(address(), size) == expected);
    }
}

} // namespace cts
