// Nodes and edges that are not what the caller asked for.
#include "faults/catalogue/graph_tools.hpp"

#include <algorithm>

namespace faults {

namespace {

/// Changes what a memset node is asked to do.
template<typename Change>
void plant_memset(Change change) {
    plant_both(cudaGraphAddMemsetNode, cuGraphAddMemsetNode,
               [change](auto& real, auto* node, auto graph, auto* after, auto count, auto* parameters,
                        auto... context) {
                   auto changed = *parameters;
                   change(changed);
                   return real(node, graph, after, count, &changed, context...);
               });
}

/// Takes a dependency that is named twice as one.
template<typename Real, typename... Rest>
auto without_duplicates(Real& real, CUgraphNode* node, CUgraph graph, const CUgraphNode* after, size_t count,
                        Rest... rest) {
    std::vector<CUgraphNode> once;
    for (size_t i = 0; i < count; ++i) {
        if (std::find(once.begin(), once.end(), after[i]) == once.end()) {
            once.push_back(after[i]);
        }
    }
    return real(node, graph, once.data(), once.size(), rest...);
}

} // namespace

FAULT(build_memset_short, "memset-node-misses-last-element",
      "A memset node of one row leaves out its last element.", "", "INS-09 UPD-17 VXG-03") {
    plant_memset(
        [](auto& parameters) { parameters.width -= parameters.height == 1 && parameters.width > 1 ? 1 : 0; });
}

FAULT(build_memset_value, "memset-node-truncates-value",
      "A memset node of 32-bit elements sets the lower 16 bits of its value.", "", "INS-09 UPD-17 VXG-03") {
    plant_memset([](auto& parameters) { parameters.value &= parameters.elementSize == 4 ? 0xFFFFU : ~0U; });
}

FAULT(build_memset_pitch, "memset-node-ignores-pitch",
      "A memset node of several rows sets them one behind the other, whatever the pitch.", "",
      "SET-07 UPD-18") {
    plant_memset([](auto& parameters) {
        if (parameters.height > 1) {
            parameters.pitch = parameters.width * parameters.elementSize;
        }
    });
}

FAULT(build_memset_pairs, "memset-node-splits-16-bit-elements",
      "A memset node of 16-bit elements repeats the lower byte of its value.", "", "INS-09") {
    plant_memset([](auto& parameters) {
        if (parameters.elementSize == 2) {
            parameters.elementSize = 1;
            parameters.width *= 2;
            parameters.value &= 0xFF;
        }
    });
}

FAULT(build_memset_element, "memset-node-takes-8-byte-elements",
      "A memset node of elements of 8 bytes is taken and sets 4 bytes of each.", "", "INS-09") {
    plant_memset([](auto& parameters) {
        if (parameters.elementSize == 8) {
            parameters.elementSize = 4;
        }
    });
}

FAULT(build_copy_short, "copy-node-misses-last-word", "A copy node of one row leaves out its last word.", "",
      "UPD-20 SET-04 VXG-02 VXG-15") {
    cudaGraphAddMemcpyNode1D.plant([](cudaGraphNode_t* node, cudaGraph_t graph, const cudaGraphNode_t* after,
                                      size_t count, void* target, const void* source, size_t bytes,
                                      cudaMemcpyKind kind) {
        return cudaGraphAddMemcpyNode1D(node, graph, after, count, target, source,
                                        bytes > 4 ? bytes - 4 : bytes, kind);
    });
}

FAULT(build_copy_rows, "copy-node-misses-last-row", "A copy node of several rows leaves out the last one.",
      "", "VXG-02") {
    cudaGraphAddMemcpyNode.plant([](cudaGraphNode_t* node, cudaGraph_t graph, const cudaGraphNode_t* after,
                                    size_t count, const cudaMemcpy3DParms* parameters) {
        cudaMemcpy3DParms changed = *parameters;
        changed.extent.height -= changed.extent.height > 1 ? 1 : 0;
        return cudaGraphAddMemcpyNode(node, graph, after, count, &changed);
    });
}

FAULT(build_second_dependency, "kernel-node-loses-dependency",
      "A kernel node that is added behind several nodes depends on the first of them only.", "", "UPD-12") {
    cudaGraphAddKernelNode.plant([](cudaGraphNode_t* node, cudaGraph_t graph, const cudaGraphNode_t* after,
                                    size_t count, const cudaKernelNodeParams* parameters) {
        return cudaGraphAddKernelNode(node, graph, after, std::min<size_t>(count, 1), parameters);
    });
}

FAULT(build_edges_ignored, "add-dependencies-does-nothing",
      "Adding a dependency between two nodes reports success and adds none.", "", "INS-03") {
    cudaGraphAddDependencies.plant([](auto...) { return cudaSuccess; });
}

FAULT(build_remove_ignored, "remove-dependencies-does-nothing",
      "Removing a dependency reports success and removes none.", "", "INS-03 GMN-06") {
    cudaGraphRemoveDependencies.plant([](auto...) { return cudaSuccess; });
}

FAULT(build_duplicate_kernel, "duplicate-dependency-taken-kernel",
      "A kernel node may be added behind the same node twice.", "", "INS-08") {
    cudaGraphAddKernelNode.plant(
        [](auto... arguments) { return without_duplicates(cudaGraphAddKernelNode, arguments...); });
}

FAULT(build_duplicate_memset, "duplicate-dependency-taken-memset",
      "A memset node may be added behind the same node twice.", "", "INS-08") {
    cuGraphAddMemsetNode.plant(
        [](auto... arguments) { return without_duplicates(cuGraphAddMemsetNode, arguments...); });
}

FAULT(build_duplicate_allocation, "duplicate-dependency-taken-allocation",
      "An allocation node may be added behind the same node twice.", "", "INS-08") {
    cuGraphAddMemAllocNode.plant(
        [](auto... arguments) { return without_duplicates(cuGraphAddMemAllocNode, arguments...); });
}

FAULT(build_duplicate_host, "duplicate-dependency-taken-host",
      "A host node may be added behind the same node twice.", "", "INS-08") {
    cuGraphAddHostNode.plant(
        [](auto... arguments) { return without_duplicates(cuGraphAddHostNode, arguments...); });
}

FAULT(build_duplicate_child, "duplicate-dependency-taken-child",
      "A child graph node may be added behind the same node twice.", "", "INS-08") {
    cuGraphAddChildGraphNode.plant(
        [](auto... arguments) { return without_duplicates(cuGraphAddChildGraphNode, arguments...); });
}

FAULT(build_duplicate_adds, "duplicate-dependency-refused-but-added",
      "A node that is refused for naming a dependency twice is in the graph all the same.", "", "INS-08") {
    cuGraphAddEmptyNode.plant([](CUgraphNode* node, CUgraph graph, const CUgraphNode* after, size_t count) {
        const CUresult result = cuGraphAddEmptyNode(node, graph, after, count);
        if (result == CUDA_ERROR_INVALID_VALUE) {
            CUgraphNode extra = nullptr;
            cuGraphAddEmptyNode(&extra, graph, nullptr, 0);
        }
        return result;
    });
}

FAULT(build_clone_edges, "clone-loses-edges", "The clone of a graph has its nodes but not their order.", "",
      "UPD-02 INS-10") {
    plant_both(cudaGraphClone, cuGraphClone, [](auto& real, auto* clone, auto graph) {
        const auto result = real(clone, graph);
        for (const CUgraphNode node :
             answer(result).code == 0 ? nodes_of(*clone) : std::vector<CUgraphNode>{}) {
            for (const CUgraphNode before : dependencies_of(node)) {
                remove_edge(*clone, before, node);
            }
        }
        return result;
    });
}

FAULT(build_clone_last, "clone-loses-last-node", "The clone of a graph of several nodes lacks the last one.",
      "", "UPD-02 INS-10") {
    plant_both(cudaGraphClone, cuGraphClone, [](auto& real, auto* clone, auto graph) {
        const auto result = real(clone, graph);
        const auto nodes = answer(result).code == 0 ? nodes_of(*clone) : std::vector<CUgraphNode>{};
        if (nodes.size() > 1) {
            cuGraphDestroyNode(nodes.back());
        }
        return result;
    });
}

FAULT(build_clone_twin, "clone-shares-its-nodes",
      "The twin of a node in a clone is the node itself, so that it stands for the original in every call.",
      "", "SET-03") {
    cudaGraphNodeFindInClone.plant([](cudaGraphNode_t* twin, cudaGraphNode_t node, cudaGraph_t) {
        *twin = node;
        return cudaSuccess;
    });
}

FAULT(build_child_alias, "child-graph-keeps-first-node-only",
      "A child graph node takes over the first node of the graph only.", "", "INS-10 UPD-29 SET-10") {
    plant_both(cudaGraphAddChildGraphNode, cuGraphAddChildGraphNode,
               [](auto& real, auto* node, auto graph, auto* after, auto count, auto child) {
                   const CUgraph part = copy_of(child);
                   const auto nodes = nodes_of(part);
                   for (size_t i = nodes.size(); i-- > 1;) {
                       cuGraphDestroyNode(nodes[i]);
                   }
                   const auto result = real(node, graph, after, count, part == nullptr ? child : part);
                   if (part != nullptr) {
                       cuGraphDestroy(part);
                   }
                   return result;
               });
}

FAULT(build_child_order, "child-graph-loses-dependency",
      "A child graph node does not wait for the node that it is added behind.", "", "INS-10") {
    plant_both(cudaGraphAddChildGraphNode, cuGraphAddChildGraphNode,
               [](auto& real, auto* node, auto graph, auto*, auto, auto child) {
                   return real(node, graph, nullptr, 0, child);
               });
}

FAULT(build_node_count, "get-nodes-counts-one-less",
      "The number of nodes of a graph of several is one too low.", "", "SCP-09 SCP-17 GMN-04") {
    cudaGraphGetNodes.plant([](cudaGraph_t graph, cudaGraphNode_t* nodes, size_t* count) {
        const cudaError_t result = cudaGraphGetNodes(graph, nodes, count);
        *count -= *count > 1 ? 1 : 0;
        return result;
    });
}

FAULT(build_kernel_parameters, "kernel-node-reports-exchanged-parameters",
      "The parameters that a kernel node reports have the first two exchanged.", "ROCm/clr#138",
      "GRU-02 SET-01") {
    cudaGraphKernelNodeGetParams.plant([](cudaGraphNode_t node, cudaKernelNodeParams* parameters) {
        const cudaError_t result = cudaGraphKernelNodeGetParams(node, parameters);
        static void* exchanged[64];
        const size_t count = parameter_count(kernel_of(node));
        if (count >= 2 && count <= 64) {
            std::copy_n(parameters->kernelParams, count, exchanged);
            std::swap(exchanged[0], exchanged[1]);
            parameters->kernelParams = exchanged;
        }
        return result;
    });
}

FAULT(build_kernel_grid, "kernel-node-reports-grid-of-one",
      "The parameters that a kernel node reports have a grid of one block.", "", "SET-01") {
    cudaGraphKernelNodeGetParams.plant([](cudaGraphNode_t node, cudaKernelNodeParams* parameters) {
        const cudaError_t result = cudaGraphKernelNodeGetParams(node, parameters);
        parameters->gridDim = dim3(1);
        return result;
    });
}

FAULT(build_shared_memory, "kernel-node-drops-shared-memory",
      "A kernel node runs with no dynamic shared memory, whatever it asks for.", "", "UPD-04") {
    cudaGraphAddKernelNode.plant([](cudaGraphNode_t* node, cudaGraph_t graph, const cudaGraphNode_t* after,
                                    size_t count, const cudaKernelNodeParams* parameters) {
        cudaKernelNodeParams changed = *parameters;
        changed.sharedMemBytes = 0;
        return cudaGraphAddKernelNode(node, graph, after, count, &changed);
    });
}

FAULT(build_block_turned, "kernel-node-turns-block",
      "A kernel node exchanges the y and z extents of its block.", "", "UPD-04 SET-01") {
    cudaGraphAddKernelNode.plant([](cudaGraphNode_t* node, cudaGraph_t graph, const cudaGraphNode_t* after,
                                    size_t count, const cudaKernelNodeParams* parameters) {
        cudaKernelNodeParams changed = *parameters;
        std::swap(changed.blockDim.y, changed.blockDim.z);
        return cudaGraphAddKernelNode(node, graph, after, count, &changed);
    });
}

} // namespace faults
