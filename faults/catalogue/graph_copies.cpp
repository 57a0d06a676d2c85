// Copies of graphs - clones and child graphs - that are not copies.
#include "faults/catalogue/exec_book.hpp"

#include <map>

namespace faults {

namespace {

CUgraph inside_of(CUgraphNode node) {
    CUgraph child = nullptr;
    return cuGraphChildGraphNodeGetGraph(node, &child) == CUDA_SUCCESS ? child : nullptr;
}

} // namespace

FAULT(origin_follows, "origin-follows-clone",
      "A kernel that is changed in a clone is changed in the graph that was cloned, too.", "", "INS-19") {
    static std::map<CUgraphNode, CUgraphNode> origins;
    plant_both(cudaGraphClone, cuGraphClone, [](auto& real, auto* clone, auto graph) {
        const auto result = real(clone, graph);
        for (const CUgraphNode node :
             answer(result).code == 0 ? nodes_of(graph) : std::vector<CUgraphNode>{}) {
            CUgraphNode twin = nullptr;
            if (cuGraphNodeFindInClone(&twin, node, *clone) == CUDA_SUCCESS) {
                origins[twin] = node;
            }
        }
        return result;
    });
    cudaGraphKernelNodeSetParams.plant([](cudaGraphNode_t node, const cudaKernelNodeParams* parameters) {
        const cudaError_t result = cudaGraphKernelNodeSetParams(node, parameters);
        if (result == cudaSuccess && origins.contains(node)) {
            hush(cudaGraphKernelNodeSetParams(origins[node], parameters));
        }
        return result;
    });
}

FAULT(clone_empty_child, "clone-empties-child-graphs",
      "The child graphs of a clone have none of their nodes.", "", "INS-10") {
    plant_both(cudaGraphClone, cuGraphClone, [](auto& real, auto* clone, auto graph) {
        const auto result = real(clone, graph);
        for (const CUgraphNode node :
             answer(result).code == 0 ? nodes_of(*clone) : std::vector<CUgraphNode>{}) {
            for (const CUgraphNode inner : nodes_of(inside_of(node))) {
                cuGraphDestroyNode(inner);
            }
        }
        return result;
    });
}

FAULT(clone_finds_any, "find-in-clone-takes-any-node",
      "A node that was not in the original is found in a clone.", "", "INS-19") {
    cudaGraphNodeFindInClone.plant([](cudaGraphNode_t* twin, cudaGraphNode_t node, cudaGraph_t clone) {
        const cudaError_t result = cudaGraphNodeFindInClone(twin, node, clone);
        if (result == cudaErrorInvalidValue && !nodes_of(clone).empty()) {
            hush(result);
            *twin = nodes_of(clone).front();
            return cudaSuccess;
        }
        return result;
    });
}

FAULT(twin_children, "set-reaches-first-of-equal-children",
      "Of a graph that is a child several times, setting a kernel in any place sets the first.", "",
      "SET-10") {
    follow_execs();
    cudaGraphExecKernelNodeSetParams.plant([](cudaGraphExec_t exec, cudaGraphNode_t node,
                                              const cudaKernelNodeParams* parameters) {
        const ExecEntry* entry = entry_of(exec);
        CUgraph first = nullptr;
        for (const CUgraphNode parent : nodes_of(entry == nullptr ? nullptr : entry->source)) {
            const auto inner = nodes_of(inside_of(parent));
            first = first == nullptr ? inside_of(parent) : first;
            for (size_t i = 0; i < inner.size(); ++i) {
                const auto twins = nodes_of(first);
                if (inner[i] == node && twins.size() == inner.size() && type_of(twins[i]) == type_of(node)) {
                    return cudaGraphExecKernelNodeSetParams(exec, twins[i], parameters);
                }
            }
        }
        return cudaGraphExecKernelNodeSetParams(exec, node, parameters);
    });
}

FAULT(update_child_edges, "update-takes-other-edges-in-child",
      "Edges inside of child graphs are not compared by an update.", "", "UPD-29") {
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        const auto result = real(exec, graph, info);
        if (answer(result).code == 910 && contains(graph, CU_GRAPH_NODE_TYPE_GRAPH) &&
            static_cast<int>(info->result) == CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED &&
            info->errorFromNode != nullptr) {
            hush(result);
            *info = {};
            return static_cast<decltype(real(exec, graph, info))>(success);
        }
        return result;
    });
}

FAULT(update_body_nodes, "update-takes-more-nodes-in-body",
      "The number of nodes in the body of a conditional node is not compared by an update.", "", "UPD-30") {
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        const auto result = real(exec, graph, info);
        if (answer(result).code == 910 && contains(graph, CU_GRAPH_NODE_TYPE_CONDITIONAL) &&
            static_cast<int>(info->result) == CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED) {
            hush(result);
            *info = {};
            return static_cast<decltype(real(exec, graph, info))>(success);
        }
        return result;
    });
}

} // namespace faults
