// Graphs of empty nodes: enough to check structure.
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <cuda_runtime_api.h>

#include <vector>

// The tests ask for the forms with edge data, which have these names before CUDA 13.0.
#if CUDART_VERSION < 13000
#undef cudaStreamGetCaptureInfo
#define cudaGraphAddDependencies cudaGraphAddDependencies_v2
#define cudaGraphAddNode cudaGraphAddNode_v2
#define cudaGraphGetEdges cudaGraphGetEdges_v2
#define cudaGraphNodeGetDependencies cudaGraphNodeGetDependencies_v2
#define cudaGraphNodeGetDependentNodes cudaGraphNodeGetDependentNodes_v2
#define cudaGraphRemoveDependencies cudaGraphRemoveDependencies_v2
#define cudaStreamGetCaptureInfo cudaStreamGetCaptureInfo_v3
#define cudaStreamUpdateCaptureDependencies cudaStreamUpdateCaptureDependencies_v2
#endif

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
