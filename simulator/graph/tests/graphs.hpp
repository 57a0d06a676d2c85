// Graphs of empty nodes: enough to check structure.
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <cuda_runtime_api.h>

#include <vector>

struct TestGraph {
    TestGraph() { REQUIRE(cudaGraphCreate(&handle, 0) == cudaSuccess); }
    ~TestGraph() {
        if (handle != nullptr) {
            CHECK(cudaGraphDestroy(handle) == cudaSuccess);
        }
    }
    TestGraph(const TestGraph&) = delete;
    TestGraph& operator=(const TestGraph&) = delete;

    cudaGraphNode_t add(const std::vector<cudaGraphNode_t>& behind = {}) const {
        cudaGraphNode_t node = nullptr;
        REQUIRE(cudaGraphAddEmptyNode(&node, handle, behind.data(), behind.size()) == cudaSuccess);
        return node;
    }

    cudaGraph_t handle = nullptr;
};

inline size_t node_count(cudaGraph_t graph) {
    size_t count = 0;
    REQUIRE(cudaGraphGetNodes(graph, nullptr, &count) == cudaSuccess);
    return count;
}
