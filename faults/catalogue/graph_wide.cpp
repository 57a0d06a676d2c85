// Wide and deep graphs: many dependents, many entries, joins of branches with one origin, child graphs of
// child graphs of child graphs.
#include "faults/catalogue/exec_book.hpp"

#include <algorithm>
#include <map>

namespace faults {

namespace {

std::vector<CUgraphNode> dependents_of(CUgraphNode node) {
    size_t count = 0;
    cuGraphNodeGetDependentNodes(node, nullptr, &count);
    std::vector<CUgraphNode> nodes(count);
    if (count > 0) {
        cuGraphNodeGetDependentNodes(node, nodes.data(), &count);
    }
    return nodes;
}

CUgraph graph_inside(CUgraphNode node) {
    CUgraph child = nullptr;
    return type_of(node) == CU_GRAPH_NODE_TYPE_GRAPH &&
                   cuGraphChildGraphNodeGetGraph(node, &child) == CUDA_SUCCESS
               ? child
               : nullptr;
}

/// All graphs that are `depth` child graphs deep in `graph`.
std::vector<CUgraph> graphs_at(CUgraph graph, int depth) {
    if (depth == 0) {
        return {graph};
    }
    std::vector<CUgraph> found;
    for (const CUgraphNode node : nodes_of(graph)) {
        if (const CUgraph child = graph_inside(node)) {
            const auto deeper = graphs_at(child, depth - 1);
            found.insert(found.end(), deeper.begin(), deeper.end());
        }
    }
    return found;
}

/// Turns the edge between two nodes while a graph is instantiated, so that the first comes last.
template<typename Choose>
void plant_turned_edge(Choose choose) {
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [choose](auto& real, auto* exec, auto graph, auto flags) {
                   const auto [from, to] = choose(graph);
                   if (from == nullptr) {
                       return real(exec, graph, flags);
                   }
                   remove_edge(graph, from, to);
                   cuGraphAddDependencies(graph, &to, &from, 1);
                   const auto result = real(exec, graph, flags);
                   remove_edge(graph, to, from);
                   cuGraphAddDependencies(graph, &from, &to, 1);
                   return result;
               });
}

using Edge = std::pair<CUgraphNode, CUgraphNode>;

} // namespace

FAULT(wide_fan_out, "exec-runs-17th-dependent-first",
      "Of more than 16 nodes that depend on one the 17th does not wait for it, and runs first.", "",
      "INS-21") {
    plant_turned_edge([](CUgraph graph) {
        for (const CUgraphNode node : nodes_of(graph)) {
            const auto dependents = dependents_of(node);
            if (dependents.size() > 16 && dependencies_of(dependents[16]).size() == 1) {
                return Edge{node, dependents[16]};
            }
        }
        return Edge{};
    });
}

FAULT(wide_entries, "exec-loses-17th-entry",
      "Of more than 16 nodes that depend on none the 17th is left out.", "", "INS-21") {
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [](auto& real, auto* exec, auto graph, auto flags) {
                   const auto result = real(exec, graph, flags);
                   auto entries = nodes_of(graph);
                   std::erase_if(entries, [](CUgraphNode node) { return !dependencies_of(node).empty(); });
                   if (answer(result).code == 0 && entries.size() > 16) {
                       cuGraphNodeSetEnabled(*exec, entries[16], 0);
                   }
                   return result;
               });
}

FAULT(wide_diamond, "exec-drops-second-branch-of-diamond",
      "A node behind two branches of one origin does not wait for the second, and runs before it.", "",
      "INS-21") {
    plant_turned_edge([](CUgraph graph) {
        for (const CUgraphNode node : nodes_of(graph)) {
            const auto branches = dependencies_of(node);
            if (branches.size() == 2 && !dependencies_of(branches[0]).empty() &&
                dependencies_of(branches[0]) == dependencies_of(branches[1])) {
                return Edge{branches[1], node};
            }
        }
        return Edge{};
    });
}

FAULT(deep_child, "third-level-child-is-empty",
      "A child graph in a child graph in a child graph is taken over without its nodes.", "", "INS-21") {
    plant_both(cudaGraphAddChildGraphNode, cuGraphAddChildGraphNode,
               [](auto& real, auto* node, auto graph, auto* after, auto count, auto child) {
                   const auto result = real(node, graph, after, count, child);
                   if (answer(result).code == 0) {
                       for (const CUgraph inner : graphs_at(graph_inside(*node), 2)) {
                           for (const CUgraphNode lost : nodes_of(inner)) {
                               cuGraphDestroyNode(lost);
                           }
                       }
                   }
                   return result;
               });
}

FAULT(deep_child_size, "child-loses-node-33",
      "A child graph of more than 32 nodes is taken over without the 33rd.", "", "INS-21") {
    plant_both(cudaGraphAddChildGraphNode, cuGraphAddChildGraphNode,
               [](auto& real, auto* node, auto graph, auto* after, auto count, auto child) {
                   const auto result = real(node, graph, after, count, child);
                   const auto nodes =
                       answer(result).code == 0 ? nodes_of(graph_inside(*node)) : nodes_of(nullptr);
                   if (nodes.size() > 32) {
                       cuGraphDestroyNode(nodes[32]);
                   }
                   return result;
               });
}

FAULT(deep_update, "update-stops-after-two-levels",
      "An update reaches child graphs of child graphs, but not a third level.", "", "UPD-29") {
    follow_execs();
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        const ExecEntry* entry = entry_of(exec);
        const CUgraph mixed = entry == nullptr || entry->now == nullptr ? nullptr : copy_of(graph);
        const auto inner = graphs_at(mixed, 3);
        const auto old = graphs_at(mixed == nullptr ? nullptr : entry->now, 3);
        const Keep keep = kernels([](auto& now, const auto& then) { now = then; });
        for (size_t i = 0; i < std::min(inner.size(), old.size()); ++i) {
            const auto nodes = nodes_of(inner[i]), before = nodes_of(old[i]);
            for (size_t j = 0; j < std::min(nodes.size(), before.size()); ++j) {
                keep(nodes[j], before[j]);
            }
        }
        const auto result = real(exec, graph, info);
        CUgraphExecUpdateResultInfo unseen{};
        if (answer(result).code == 0 && !inner.empty() &&
            cuGraphExecUpdate(exec, mixed, &unseen) == CUDA_SUCCESS) {
            does_now(exec, mixed);
        }
        return result;
    });
}

FAULT(deep_setting, "setting-misses-third-level",
      "Setting a kernel in a child graph of a child graph of a child graph reports success only.", "",
      "SET-10") {
    static std::map<CUgraphNode, int> depths;
    follow_execs([](CUgraphExec, ExecEntry& entry) {
        for (const CUgraph inner : graphs_at(entry.source, 3)) {
            for (const CUgraphNode node : nodes_of(inner)) {
                depths[node] = 3;
            }
        }
    });
    cudaGraphExecKernelNodeSetParams.plant([](cudaGraphExec_t exec, cudaGraphNode_t node,
                                              const cudaKernelNodeParams* parameters) {
        return depths.contains(node) ? cudaSuccess : cudaGraphExecKernelNodeSetParams(exec, node, parameters);
    });
}

FAULT(deep_condition, "second-condition-takes-default-of-first",
      "The second condition of a graph gets the default value of the first.", "", "INS-12") {
    static std::map<CUgraph, unsigned> defaults;
    cuGraphConditionalHandleCreate.plant([](CUgraphConditionalHandle* handle, CUgraph graph,
                                            CUcontext context, unsigned value, unsigned flags) {
        const unsigned first = defaults.emplace(graph, value).first->second;
        return cuGraphConditionalHandleCreate(handle, graph, context, first, flags);
    });
    plant_both(cudaGraphDestroy, cuGraphDestroy, [](auto& real, auto graph) {
        defaults.erase(graph);
        return real(graph);
    });
}

} // namespace faults
