// Edges, roots, removal and stale handles.
#include "graphs.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

TEST_CASE("the queries of a graph's structure agree with what was added") {
    const TestGraph graph;
    const cudaGraphNode_t first = graph.add();
    const cudaGraphNode_t second = graph.add({first});
    const cudaGraphNode_t third = graph.add({first, second});

    size_t roots = 0;
    REQUIRE(cudaGraphGetRootNodes(graph.handle, nullptr, &roots) == cudaSuccess);
    CHECK(roots == 1);
    cudaGraphNode_t from[4] = {};
    cudaGraphNode_t to[4] = {};
    size_t edges = 4; // more room than edges: the rest is null
    REQUIRE(cudaGraphGetEdges(graph.handle, from, to, nullptr, &edges) == cudaSuccess);
    CHECK(edges == 3);
    CHECK(from[3] == nullptr);
    cudaGraphNode_t dependencies[2] = {};
    size_t count = 2;
    REQUIRE(cudaGraphNodeGetDependencies(third, dependencies, nullptr, &count) == cudaSuccess);
    CHECK(dependencies[0] == first);
    CHECK(dependencies[1] == second);
    REQUIRE(cudaGraphNodeGetDependentNodes(first, nullptr, nullptr, &count) == cudaSuccess);
    CHECK(count == 2);
}

TEST_CASE("a dependency that is given twice is refused") {
    const TestGraph graph;
    const cudaGraphNode_t first = graph.add();
    const cudaGraphNode_t second = graph.add({first});
    const cudaGraphNode_t twice[] = {first, first};
    cudaGraphNode_t node = nullptr;
    CHECK(cudaGraphAddEmptyNode(&node, graph.handle, twice, 2) == cudaErrorInvalidValue);
    CHECK(cudaGraphAddDependencies(graph.handle, &first, &second, nullptr, 1) == cudaErrorInvalidValue);
    CHECK(node_count(graph.handle) == 2);
}

TEST_CASE("edge data is kept, and a query that would lose it is refused") {
    const TestGraph graph;
    const cudaGraphNode_t first = graph.add();
    const cudaGraphNode_t second = graph.add();
    cudaGraphEdgeData data{};
    data.from_port = 1;
    REQUIRE(cudaGraphAddDependencies(graph.handle, &first, &second, &data, 1) == cudaSuccess);

    cudaGraphNode_t from = nullptr;
    size_t count = 1;
    CHECK(cudaGraphNodeGetDependencies(second, &from, nullptr, &count) == cudaErrorLossyQuery);
    cudaGraphEdgeData found{};
    REQUIRE(cudaGraphNodeGetDependencies(second, &from, &found, &count) == cudaSuccess);
    CHECK(found.from_port == 1);
    CHECK(cudaGraphRemoveDependencies(graph.handle, &first, &second, nullptr, 1) == cudaErrorInvalidValue);
    CHECK(cudaGraphRemoveDependencies(graph.handle, &first, &second, &data, 1) == cudaSuccess);
}

TEST_CASE("a removed node takes its edges along and its handle is refused") {
    const TestGraph graph;
    const cudaGraphNode_t first = graph.add();
    graph.add({first});
    REQUIRE(cudaGraphDestroyNode(first) == cudaSuccess);
    CHECK(cudaGraphDestroyNode(first) == cudaErrorInvalidValue);
    size_t edges = 9;
    REQUIRE(cudaGraphGetEdges(graph.handle, nullptr, nullptr, nullptr, &edges) == cudaSuccess);
    CHECK(edges == 0);
    CHECK(node_count(graph.handle) == 1);
}

TEST_CASE("the description in dot names every node") {
    const TestGraph graph;
    graph.add({graph.add()});
    const std::string path =
        std::filesystem::temp_directory_path() / ("simulated-graph-" + std::to_string(getpid()) + ".dot");
    REQUIRE(cudaGraphDebugDotPrint(graph.handle, path.c_str(), 0) == cudaSuccess);
    std::ifstream file(path);
    size_t arrows = 0;
    for (std::string line; std::getline(file, line);) {
        arrows += line.find("->") != std::string::npos ? 1 : 0;
    }
    std::filesystem::remove(path);
    CHECK(arrows == 1);
}
