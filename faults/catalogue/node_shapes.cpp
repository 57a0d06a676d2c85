// Nodes that work on a little more, less or other than they were given: odd sizes, odd addresses, many of
// them.
#include "faults/catalogue/exec_book.hpp"

#include <algorithm>
#include <cstring>

namespace faults {

namespace {

constexpr size_t down_to_words(size_t bytes) {
    return bytes / 4 * 4;
}
void* word_of(const void* address) {
    return reinterpret_cast<void*>(down_to_words(reinterpret_cast<size_t>(address)));
}

/// Changes every memset that is added to a graph.
template<typename Change>
void plant_memset(Change change) {
    cudaGraphAddMemsetNode.plant([change](cudaGraphNode_t* node, cudaGraph_t graph,
                                          const cudaGraphNode_t* after, size_t count,
                                          const cudaMemsetParams* parameters) {
        cudaMemsetParams changed = *parameters;
        change(changed);
        return cudaGraphAddMemsetNode(node, graph, after, count, &changed);
    });
    cuGraphAddMemsetNode.plant([change](CUgraphNode* node, CUgraph graph, const CUgraphNode* after,
                                        size_t count, const CUDA_MEMSET_NODE_PARAMS* parameters,
                                        CUcontext context) {
        cudaMemsetParams shape{};
        shape.dst = reinterpret_cast<void*>(parameters->dst);
        shape.elementSize = parameters->elementSize;
        shape.width = parameters->width;
        shape.height = parameters->height;
        change(shape);
        CUDA_MEMSET_NODE_PARAMS changed = *parameters;
        changed.dst = reinterpret_cast<CUdeviceptr>(shape.dst);
        changed.width = shape.width;
        return cuGraphAddMemsetNode(node, graph, after, count, &changed, context);
    });
}

/// Changes every copy of rows that is added to a graph.
template<typename Change>
void plant_rows(Change change) {
    cudaGraphAddMemcpyNode.plant([change](cudaGraphNode_t* node, cudaGraph_t graph,
                                          const cudaGraphNode_t* after, size_t count,
                                          const cudaMemcpy3DParms* parameters) {
        cudaMemcpy3DParms changed = *parameters;
        change(changed);
        return cudaGraphAddMemcpyNode(node, graph, after, count, &changed);
    });
}

} // namespace

FAULT(shape_memset_address, "byte-memset-node-rounds-address",
      "A memset node of bytes begins at the word that holds its address.", "", "INS-09") {
    plant_memset([](cudaMemsetParams& memset) { memset.dst = word_of(memset.dst); });
}

FAULT(shape_memset_width, "byte-memset-node-rounds-width",
      "A memset node of bytes leaves out those behind the last whole word.", "", "INS-09") {
    plant_memset([](cudaMemsetParams& memset) {
        memset.width -= memset.elementSize == 1 && memset.width > 4 ? memset.width % 4 : 0;
    });
}

FAULT(shape_memset_halves, "half-word-memset-node-sets-pairs",
      "A memset node of an odd number of 16-bit elements leaves out the last one.", "", "INS-09") {
    plant_memset([](cudaMemsetParams& memset) {
        memset.width -= memset.elementSize == 2 && memset.width > 2 ? memset.width % 2 : 0;
    });
}

FAULT(shape_copy_size, "copy-node-rounds-size",
      "A copy node leaves out the bytes behind the last whole word.", "", "SET-04") {
    cudaGraphAddMemcpyNode1D.plant([](cudaGraphNode_t* node, cudaGraph_t graph, const cudaGraphNode_t* after,
                                      size_t count, void* target, const void* source, size_t bytes,
                                      cudaMemcpyKind kind) {
        return cudaGraphAddMemcpyNode1D(node, graph, after, count, target, source,
                                        bytes > 4 ? down_to_words(bytes) : bytes, kind);
    });
}

FAULT(shape_copy_source, "copy-node-rounds-source", "A copy node reads from the word that holds its source.",
      "", "SET-04") {
    cudaGraphAddMemcpyNode1D.plant([](cudaGraphNode_t* node, cudaGraph_t graph, const cudaGraphNode_t* after,
                                      size_t count, void* target, const void* source, size_t bytes,
                                      cudaMemcpyKind kind) {
        return cudaGraphAddMemcpyNode1D(node, graph, after, count, target, word_of(source), bytes, kind);
    });
}

FAULT(shape_rows_position, "copy-node-ignores-positions",
      "A copy node of rows begins at its addresses, whatever the positions in them.", "", "VXG-02") {
    plant_rows([](cudaMemcpy3DParms& copy) { copy.srcPos = copy.dstPos = {}; });
}

FAULT(shape_rows_slices, "copy-node-packs-slices",
      "A copy node of several slices takes them as high as they are copied, whatever ysize says.", "",
      "VXG-02") {
    plant_rows([](cudaMemcpy3DParms& copy) { copy.srcPtr.ysize = copy.dstPtr.ysize = copy.extent.height; });
}

FAULT(shape_rows_pitch, "copy-node-takes-target-pitch",
      "A copy node of rows reads its source by the pitch of its target.", "", "VXG-02 UPD-26") {
    plant_rows([](cudaMemcpy3DParms& copy) { copy.srcPtr.pitch = copy.dstPtr.pitch; });
}

FAULT(shape_edges, "exec-drops-removed-edge",
      "An executable graph loses the edges that are removed from its graph.", "", "INS-01") {
    // Without its edges the nodes may run in any order: here, the other way round.
    follow_execs();
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const ExecEntry* entry = entry_of(exec);
        if (entry == nullptr || entry->source == nullptr || entry->now == nullptr) {
            return real(exec, stream);
        }
        const auto nodes = nodes_of(entry->source), twins = nodes_of(entry->now);
        const CUgraph loose = nodes.size() == 2 && twins.size() == 2 && dependencies_of(nodes[1]).empty() &&
                                      dependencies_of(twins[1]).size() == 1
                                  ? copy_of(entry->now)
                                  : nullptr;
        if (loose == nullptr) {
            return real(exec, stream);
        }
        const auto turned = nodes_of(loose);
        remove_edge(loose, turned[0], turned[1]);
        cuGraphAddDependencies(loose, &turned[1], &turned[0], 1);
        CUgraphExec live = nullptr;
        if (cuGraphInstantiateWithFlags(&live, loose, entry->flags) != CUDA_SUCCESS) {
            return real(exec, stream);
        }
        const auto result = real(live, stream);
        cuGraphExecDestroy(live);
        cuGraphDestroy(loose);
        return result;
    });
}

FAULT(shape_late_scalars, "kernel-node-reads-scalars-late",
      "A graph's last kernel node takes its scalars from the caller's storage again when it is instantiated.",
      "", "INS-01") {
    static struct {
        CUgraph graph;
        CUgraphNode node;
        void** storage;
        cudaKernelNodeParams parameters;
    } last;
    cudaGraphAddKernelNode.plant([](cudaGraphNode_t* node, cudaGraph_t graph, const cudaGraphNode_t* after,
                                    size_t count, const cudaKernelNodeParams* parameters) {
        const cudaError_t result = cudaGraphAddKernelNode(node, graph, after, count, parameters);
        last = {graph, result == cudaSuccess ? *node : nullptr, parameters->kernelParams, *parameters};
        return result;
    });
    plant_both(
        cudaGraphInstantiate, cuGraphInstantiateWithFlags,
        [](auto& real, auto* exec, auto graph, auto flags) {
            const auto nodes = nodes_of(graph);
            if (graph == last.graph && std::find(nodes.begin(), nodes.end(), last.node) != nodes.end()) {
                const CUDA_KERNEL_NODE_PARAMS before = kernel_of(last.node);
                const size_t count = parameter_count(before);
                size_t offset = 0, size = 0;
                bool intact = true; // what the caller has given up may hold anything
                for (size_t i = 0; i < count && intact; ++i) {
                    const auto address = reinterpret_cast<size_t>(last.storage[i]);
                    const auto distance = address - reinterpret_cast<size_t>(last.storage);
                    intact = distance + 256 < 512 &&
                             cuFuncGetParamInfo(before.func, i, &offset, &size) == CUDA_SUCCESS &&
                             (size != 8 || std::memcmp(last.storage[i], before.kernelParams[i], 8) == 0);
                }
                if (intact) {
                    last.parameters.kernelParams = last.storage;
                    hush(cudaGraphKernelNodeSetParams(last.node, &last.parameters));
                }
            }
            return real(exec, graph, flags);
        });
}

FAULT(shape_many_nodes, "exec-loses-node-1000",
      "An executable graph of 1000 nodes and more lacks one of them.", "", "INS-16") {
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [](auto& real, auto* exec, auto graph, auto flags) {
                   const auto result = real(exec, graph, flags);
                   const auto nodes = nodes_of(graph);
                   if (answer(result).code == 0 && nodes.size() >= 1000) {
                       cuGraphNodeSetEnabled(*exec, nodes[999], 0);
                   }
                   return result;
               });
}

FAULT(shape_wide_join, "kernel-node-waits-for-eight",
      "A kernel node that depends on more than eight nodes waits for the first eight.", "", "INS-08") {
    cudaGraphAddKernelNode.plant([](cudaGraphNode_t* node, cudaGraph_t graph, const cudaGraphNode_t* after,
                                    size_t count, const cudaKernelNodeParams* parameters) {
        return cudaGraphAddKernelNode(node, graph, after, std::min<size_t>(count, 8), parameters);
    });
}

FAULT(shape_child_twice, "second-child-of-graph-is-empty",
      "A graph that is added as a child for the second time is added without its nodes.", "", "INS-10") {
    [[maybe_unused]] static CUgraph last = nullptr; // gcc overlooks its uses in generic lambdas
    plant_both(cudaGraphAddChildGraphNode, cuGraphAddChildGraphNode,
               [](auto& real, auto* node, auto graph, auto* after, auto count, auto child) {
                   if (std::exchange(last, child) == child) {
                       CUgraph empty = nullptr;
                       cuGraphCreate(&empty, 0);
                       const auto result = real(node, graph, after, count, empty);
                       cuGraphDestroy(empty);
                       return result;
                   }
                   return real(node, graph, after, count, child);
               });
    plant_both(cudaGraphDestroy, cuGraphDestroy, [](auto& real, auto graph) {
        last = last == graph ? nullptr : last;
        return real(graph);
    });
}

} // namespace faults
