#include "fixtures/size.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

constexpr size_t size = size_t{64} << 10;
constexpr uint32_t node_count = 8;

/// A chain of nodes, each with its own factor and addend, so that a lost, repeated or
/// reordered one shows: no two of the steps have a fixed point in common, so none commutes with another.
Graph chain(CUdeviceptr address) {
    Graph graph = create_graph();
    std::vector<cudaGraphNode_t> last;
    for (uint32_t i = 0; i < node_count; ++i) {
        last = {add_kernel(graph, multiply_add_call(address, size, 2 * i + 3, 2 * i + 1), last)};
    }
    return graph;
}

uint32_t expected_after(size_t launches, uint32_t value) {
    for (size_t launch = 0; launch < launches; ++launch) {
        for (uint32_t i = 0; i < node_count; ++i) {
            value = value * (2 * i + 3) + 2 * i + 1;
        }
    }
    return value;
}

} // namespace

TEST_CASE_METHOD(Mapped,
                 "INS-16/back-to-back: replays without waiting between them give what waiting replays give",
                 "[instantiate]") {
    const size_t launches = 50 * size_factor();
    const Graph graph = chain(address());
    const Exec exec = instantiate(graph);
    const Stream stream = create_stream();

    fill(address(), size, 1);
    for (size_t launch = 0; launch < launches; ++launch) {
        run(exec, stream);
    }
    CHECK(holds(address(), size, expected_after(launches, 1)));

    fill(address(), size, 1);
    for (size_t launch = 0; launch < launches; ++launch) {
        REQUIRE(cuGraphLaunch(exec, stream) == CUDA_SUCCESS);
    }
    REQUIRE(cuStreamSynchronize(stream) == CUDA_SUCCESS);
    CHECK(holds(address(), size, expected_after(launches, 1)));
    CHECK(kernel_sees(address(), size, expected_after(launches, 1)));
}

TEST_CASE_METHOD(Mapped,
                 "INS-16/interleaved: replays of two executable graphs in one stream alternate exactly",
                 "[instantiate]") {
    const Graph graph = chain(address());
    const Graph other = create_graph();
    add_kernel(other, multiply_add_call(address(), size, 31, 17));
    const Exec one = instantiate(graph);
    const Exec two = instantiate(other);
    const Stream stream = create_stream();
    fill(address(), size, 1);
    uint32_t expected = 1;
    for (int round = 0; round < 25; ++round) {
        REQUIRE(cuGraphLaunch(one, stream) == CUDA_SUCCESS);
        REQUIRE(cuGraphLaunch(two, stream) == CUDA_SUCCESS);
        expected = expected_after(1, expected) * 31 + 17;
    }
    REQUIRE(cuStreamSynchronize(stream) == CUDA_SUCCESS);
    CHECK(holds(address(), size, expected));
}

TEST_CASE_METHOD(Mapped, "INS-16/long: a chain of many nodes runs whole and in order, at every replay",
                 "[instantiate]") {
    constexpr uint32_t count = 1500;
    constexpr size_t part = 4096;
    const Graph graph = create_graph();
    std::vector<cudaGraphNode_t> last;
    const auto step = [](uint32_t value, uint32_t i) { return value * 3 + i; };
    for (uint32_t i = 0; i < count; ++i) {
        last = {add_kernel(graph, multiply_add_call(address(), part, 3, i), last)};
    }
    const Exec exec = instantiate(graph);
    fill(address(), part, 1);
    uint32_t expected = 1;
    for (int replay = 0; replay < 2; ++replay) {
        run(exec);
        for (uint32_t i = 0; i < count; ++i) {
            expected = step(expected, i);
        }
        CHECK(holds(address(), part, expected));
    }
}

TEST_CASE_METHOD(Mapped, "INS-16/alive: each of many executable graphs that live together does its own work",
                 "[instantiate]") {
    constexpr uint32_t count = 150;
    constexpr size_t part = 4096;
    std::vector<Exec> execs;
    for (uint32_t i = 0; i < count; ++i) {
        const Graph graph = create_graph();
        add_kernel(graph, multiply_add_call(address(), part, 3, i));
        execs.push_back(instantiate(graph));
    }
    const Stream stream = create_stream();
    fill(address(), part, 1);
    uint32_t expected = 1;
    for (uint32_t i = count; i-- > 0;) {
        REQUIRE(cuGraphLaunch(execs[i], stream) == CUDA_SUCCESS);
        expected = expected * 3 + i;
    }
    REQUIRE(cuStreamSynchronize(stream) == CUDA_SUCCESS);
    CHECK(holds(address(), part, expected));
}

TEST_CASE_METHOD(Mapped, "INS-16/thousand: each of a thousand replays of one executable graph does its work",
                 "[instantiate]") {
    constexpr size_t part = 4096;
    const Graph graph = create_graph();
    add_kernel(graph, multiply_add_call(address(), part, 3, 1));
    const Exec exec = instantiate(graph);
    const Stream stream = create_stream();
    fill(address(), part, 1);
    uint32_t expected = 1;
    for (int launch = 0; launch < 1000; ++launch) {
        REQUIRE(cuGraphLaunch(exec, stream) == CUDA_SUCCESS);
        expected = expected * 3 + 1;
    }
    REQUIRE(cuStreamSynchronize(stream) == CUDA_SUCCESS);
    CHECK(holds(address(), part, expected));
}

TEST_CASE_METHOD(Mapped, "INS-16/siblings: replays of two executable graphs of one graph count each",
                 "[instantiate]") {
    const Graph graph = create_graph();
    add_kernel(graph, multiply_add_call(address(), size, 3, 1));
    const Exec one = instantiate(graph);
    const Exec two = instantiate(graph);
    const Stream stream = create_stream();
    fill(address(), size, 1);
    uint32_t expected = 1;
    for (int round = 0; round < 5; ++round) {
        REQUIRE(cuGraphLaunch(one, stream) == CUDA_SUCCESS);
        REQUIRE(cuGraphLaunch(two, stream) == CUDA_SUCCESS);
        expected = (expected * 3 + 1) * 3 + 1;
    }
    REQUIRE(cuStreamSynchronize(stream) == CUDA_SUCCESS);
    CHECK(holds(address(), size, expected));
}

} // namespace cts
