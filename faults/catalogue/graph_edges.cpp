// Edges that may not be there, are not told of, or order nothing because of what stands between two kernels.
#include "faults/catalogue/graph_tools.hpp"

#include <map>
#include <vector>

namespace faults {

namespace {

bool depends(CUgraphNode node, CUgraphNode on) {
    for (const CUgraphNode known : dependencies_of(node)) {
        if (known == on) {
            return true;
        }
    }
    return false;
}

/// Instantiates a copy in which nodes of `type` have lost the edges behind them.
void plant_no_barrier(CUgraphNodeType type) {
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [type](auto& real, auto* exec, auto graph, auto flags) {
                   for (const CUgraphNode node : nodes_of(graph)) {
                       for (const CUgraphNode before : dependencies_of(node)) {
                           if (type_of(before) == type) {
                               remove_edge(graph, before, node);
                               const auto result = real(exec, graph, flags);
                               cuGraphAddDependencies(graph, &before, &node, 1);
                               return result;
                           }
                       }
                   }
                   return real(exec, graph, flags);
               });
}

} // namespace

FAULT(edge_twice, "existing-edge-is-added-again", "Adding an edge that a graph has reports success.", "",
      "INS-08") {
    cudaGraphAddDependencies.plant(
        [](cudaGraph_t graph, const cudaGraphNode_t* from, const cudaGraphNode_t* to, auto... rest) {
            return from != nullptr && to != nullptr && depends(*to, *from)
                       ? cudaSuccess
                       : cudaGraphAddDependencies(graph, from, to, rest...);
        });
}

FAULT(edge_missing, "missing-edge-is-removed", "Removing an edge that a graph does not have reports success.",
      "", "INS-08") {
    cudaGraphRemoveDependencies.plant(
        [](cudaGraph_t graph, const cudaGraphNode_t* from, const cudaGraphNode_t* to, auto... rest) {
            return from != nullptr && to != nullptr && !depends(*to, *from)
                       ? cudaSuccess
                       : cudaGraphRemoveDependencies(graph, from, to, rest...);
        });
}

FAULT(edge_takes_siblings, "remove-dependencies-takes-all-edges-of-node",
      "Removing an edge removes all edges to the node at its end.", "", "INS-19") {
    cudaGraphRemoveDependencies.plant(
        [](cudaGraph_t graph, const cudaGraphNode_t* from, const cudaGraphNode_t* to, auto... rest) {
            const cudaError_t result = cudaGraphRemoveDependencies(graph, from, to, rest...);
            for (const CUgraphNode before :
                 result == cudaSuccess ? dependencies_of(*to) : std::vector<CUgraphNode>{}) {
                remove_edge(graph, before, *to);
            }
            return result;
        });
}

FAULT(edge_foreign, "foreign-dependency-is-taken",
      "A node that is added behind a node of another graph is added without the edge.", "", "INS-08") {
    cudaGraphAddKernelNode.plant([](cudaGraphNode_t* node, cudaGraph_t graph, const cudaGraphNode_t* after,
                                    size_t count, const cudaKernelNodeParams* parameters) {
        const cudaError_t result = cudaGraphAddKernelNode(node, graph, after, count, parameters);
        if (result != cudaErrorInvalidValue || count != 1) {
            return result;
        }
        hush(result);
        return cudaGraphAddKernelNode(node, graph, nullptr, 0, parameters);
    });
}

FAULT(nodes_rest, "get-nodes-leaves-rest-of-array",
      "Of an array for more nodes than a graph has the rest is not cleared.", "", "INS-19") {
    cudaGraphGetNodes.plant([](cudaGraph_t graph, cudaGraphNode_t* nodes, size_t* count) {
        const size_t room = nodes == nullptr ? 0 : *count;
        const std::vector<cudaGraphNode_t> before(nodes, nodes + room);
        const cudaError_t result = cudaGraphGetNodes(graph, nodes, count);
        for (size_t i = *count; i < room; ++i) {
            nodes[i] = before[i];
        }
        return result;
    });
}

FAULT(destroyed_node_bridges, "destroyed-node-leaves-order",
      "When a node is removed, the nodes behind it wait for those in front of it.", "", "INS-19") {
    static std::map<CUgraphNode, CUgraph> graphs;
    cudaGraphAddKernelNode.plant([](cudaGraphNode_t* node, cudaGraph_t graph, auto... rest) {
        const cudaError_t result = cudaGraphAddKernelNode(node, graph, rest...);
        graphs[*node] = graph;
        return result;
    });
    plant_both(cudaGraphDestroyNode, cuGraphDestroyNode, [](auto& real, auto node) {
        const CUgraph graph = graphs[node];
        const auto before = dependencies_of(node);
        size_t count = 0;
        cuGraphNodeGetDependentNodes(node, nullptr, &count);
        std::vector<CUgraphNode> behind(count);
        if (count > 0) {
            cuGraphNodeGetDependentNodes(node, behind.data(), &count);
        }
        const auto result = real(node);
        for (const CUgraphNode from : before) {
            for (const CUgraphNode to : behind) {
                cuGraphAddDependencies(graph, &from, &to, 1);
            }
        }
        return result;
    });
}

FAULT(record_no_barrier, "record-node-orders-nothing",
      "A node behind a record node does not wait for those in front of it.", "", "INS-21") {
    plant_no_barrier(CU_GRAPH_NODE_TYPE_EVENT_RECORD);
}

} // namespace faults
