// Graphs whose second, third or odd part is treated otherwise than the first: exits, edges, operations, rows,
// clones, captures.
#include "faults/catalogue/lost_calls.hpp"

#include <map>
#include <set>
#include <utility>
#include <vector>

namespace faults {

namespace {

/// Copies of rows are added otherwise than they were asked for.
template<typename Change>
void plant_added_rows(Change change) {
    cudaGraphAddMemcpyNode.plant([change](cudaGraphNode_t* node, auto... rest) {
        const cudaError_t result = cudaGraphAddMemcpyNode(node, rest...);
        CUDA_MEMCPY3D copy = result == cudaSuccess ? memcpy_of(*node) : CUDA_MEMCPY3D{};
        if (copy.Height > 1) {
            change(copy);
            cuGraphMemcpyNodeSetParams(*node, &copy);
        }
        return result;
    });
}

} // namespace

FAULT(margin_record, "record-node-records-at-launch",
      "A record node records its event when the graph starts, and not behind the nodes in front of it.", "",
      "INS-21") {
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [](auto& real, auto* exec, auto graph, auto flags) {
                   std::vector<std::pair<CUgraphNode, CUgraphNode>> removed;
                   for (const CUgraphNode node : nodes_of(graph)) {
                       for (const CUgraphNode before : type_of(node) == CU_GRAPH_NODE_TYPE_EVENT_RECORD
                                                           ? dependencies_of(node)
                                                           : std::vector<CUgraphNode>{}) {
                           remove_edge(graph, before, node);
                           removed.emplace_back(before, node);
                       }
                   }
                   const auto result = real(exec, graph, flags);
                   for (const auto& [before, node] : removed) {
                       cuGraphAddDependencies(graph, &before, &node, 1);
                   }
                   return result;
               });
}

FAULT(margin_set_grid, "graph-kernel-setting-keeps-grid",
      "Setting a kernel node of a graph keeps its grid, and goes on telling the old one.", "", "INS-20") {
    cudaGraphKernelNodeSetParams.plant([](cudaGraphNode_t node, const cudaKernelNodeParams* parameters) {
        const CUDA_KERNEL_NODE_PARAMS old = kernel_of(node);
        cudaKernelNodeParams mixed = *parameters;
        mixed.gridDim = dim3(old.gridDimX, old.gridDimY, old.gridDimZ);
        return cudaGraphKernelNodeSetParams(node, &mixed);
    });
}

FAULT(margin_edges, "add-dependencies-adds-first-only",
      "Of several edges that are added in one call the first is.", "", "INS-08") {
    cuGraphAddDependencies.plant(
        [](CUgraph graph, const CUgraphNode* from, const CUgraphNode* to, size_t count) {
            return cuGraphAddDependencies(graph, from, to, count > 1 ? 1 : count);
        });
}

FAULT(margin_kinds, "captured-copy-does-not-wait-for-kernel",
      "A captured copy does not depend on the kernel that its stream submitted before it.", "", "SCP-01") {
    plant_both(cudaStreamEndCapture, cuStreamEndCapture, [](auto& real, auto stream, auto* graph) {
        const auto result = real(stream, graph);
        for (const CUgraphNode node : nodes_of(answer(result).code == 0 ? *graph : nullptr)) {
            for (const CUgraphNode before : dependencies_of(node)) {
                if (type_of(node) == CU_GRAPH_NODE_TYPE_MEMCPY &&
                    type_of(before) == CU_GRAPH_NODE_TYPE_KERNEL) {
                    remove_edge(*graph, before, node);
                }
            }
        }
        return result;
    });
}

FAULT(margin_clone, "find-in-clone-misses-clone-of-clone",
      "A node of a clone is not found in a clone of that.", "", "INS-19") {
    static std::map<CUgraph, CUgraph> origins;
    plant_both(cudaGraphClone, cuGraphClone, [](auto& real, auto* clone, auto graph) {
        const auto result = real(clone, graph);
        if (answer(result).code == 0) {
            origins[*clone] = graph;
        }
        return result;
    });
    plant_both(cudaGraphDestroy, cuGraphDestroy, [](auto& real, auto graph) {
        origins.erase(graph);
        return real(graph);
    });
    plant_both(cudaGraphNodeFindInClone, cuGraphNodeFindInClone,
               [](auto& real, auto* twin, auto node, auto clone) {
                   const auto found = origins.find(clone);
                   return found != origins.end() && origins.contains(found->second)
                              ? static_cast<decltype(real(twin, node, clone))>(invalid_value)
                              : real(twin, node, clone);
               });
}

FAULT(margin_priority, "captured-kernel-has-no-priority",
      "A captured kernel has the priority 0, whatever its stream's is.", "", "SCP-01") {
    plant_both(cudaStreamEndCapture, cuStreamEndCapture, [](auto& real, auto stream, auto* graph) {
        const auto result = real(stream, graph);
        for (const CUgraphNode node : nodes_of(answer(result).code == 0 ? *graph : nullptr)) {
            CUkernelNodeAttrValue none{};
            if (type_of(node) == CU_GRAPH_NODE_TYPE_KERNEL) {
                cuGraphKernelNodeSetAttribute(node, CU_LAUNCH_ATTRIBUTE_PRIORITY, &none);
            }
        }
        return result;
    });
}

FAULT(margin_captures, "second-capture-beside-first-loses-last-node",
      "Of two captures that are in progress at a time the later one lacks its last node.", "", "SCP-01") {
    static std::atomic<int> active = 0;
    static std::set<CUstream> later;
    plant_both(cudaStreamBeginCapture, cuStreamBeginCapture, [](auto& real, auto stream, auto mode) {
        const auto result = real(stream, mode);
        if (answer(result).code == 0 && ++active == 2) {
            later.insert(stream);
        }
        return result;
    });
    plant_both(cudaStreamEndCapture, cuStreamEndCapture, [](auto& real, auto stream, auto* graph) {
        const auto result = real(stream, graph);
        --active;
        const auto nodes = nodes_of(later.erase(stream) == 1 && answer(result).code == 0 ? *graph : nullptr);
        if (!nodes.empty()) {
            cuGraphDestroyNode(nodes.back());
        }
        return result;
    });
}

FAULT(margin_disabled, "disabling-counts", "A node that was disabled twice has to be enabled twice.", "",
      "SET-11") {
    static std::map<std::pair<CUgraphExec, CUgraphNode>, unsigned> times;
    follow_execs([](CUgraphExec exec, ExecEntry&) {
        std::erase_if(times, [exec](const auto& known) { return known.first.first == exec; });
    });
    plant_both(
        cudaGraphNodeSetEnabled, cuGraphNodeSetEnabled, [](auto& real, auto exec, auto node, auto enabled) {
            unsigned& count = times[{exec, node}];
            count = enabled == 0 ? count + 1 : count == 0 ? 0 : count - 1;
            return enabled != 0 && count > 0 ? static_cast<decltype(real(exec, node, enabled))>(success)
                                             : real(exec, node, enabled);
        });
}

FAULT(margin_operations, "batch-node-loses-third-operation",
      "A batch node of more than two memory operations does the first two.", "", "UPD-45 SET-13") {
    const auto two = [](CUDA_BATCH_MEM_OP_NODE_PARAMS parameters) {
        parameters.count = parameters.count > 2 ? 2 : parameters.count;
        return parameters;
    };
    cuGraphAddBatchMemOpNode.plant([two](CUgraphNode* node, CUgraph graph, const CUgraphNode* after,
                                         size_t count, const CUDA_BATCH_MEM_OP_NODE_PARAMS* parameters) {
        const auto fewer = two(*parameters);
        return cuGraphAddBatchMemOpNode(node, graph, after, count, &fewer);
    });
    cuGraphExecBatchMemOpNodeSetParams.plant(
        [two](CUgraphExec exec, CUgraphNode node, const CUDA_BATCH_MEM_OP_NODE_PARAMS* parameters) {
            const auto fewer = two(*parameters);
            return cuGraphExecBatchMemOpNodeSetParams(exec, node, &fewer);
        });
}

FAULT(margin_host_rows, "copy-node-to-host-takes-device-pitch",
      "A copy node of rows into host memory lays them out by the pitch of its source.", "", "VXG-02") {
    plant_added_rows([](CUDA_MEMCPY3D& copy) {
        const void* const target =
            copy.dstHost != nullptr ? copy.dstHost : reinterpret_cast<const void*>(copy.dstDevice);
        copy.dstPitch = is_host(target) ? copy.srcPitch : copy.dstPitch;
    });
}

FAULT(margin_exits, "child-graph-of-two-exits-is-not-waited-for",
      "A node behind a child graph with several exits does not wait for it.", "", "INS-21") {
    const auto exits = [](CUgraphNode node) {
        size_t count = 0;
        CUgraph inside = nullptr;
        if (type_of(node) == CU_GRAPH_NODE_TYPE_GRAPH) {
            cuGraphChildGraphNodeGetGraph(node, &inside);
        }
        for (const CUgraphNode inner : nodes_of(inside)) {
            count += has_dependents(inner) ? 0 : 1;
        }
        return count;
    };
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [exits](auto& real, auto* exec, auto graph, auto flags) {
                   for (const CUgraphNode node : nodes_of(graph)) {
                       for (const CUgraphNode before : dependencies_of(node)) {
                           if (exits(before) > 1) {
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

FAULT(margin_child, "set-child-changes-source-graph",
      "Setting a child graph of an executable graph changes that of the source graph, too.", "", "SET-10") {
    plant_both(cudaGraphExecChildGraphNodeSetParams, cuGraphExecChildGraphNodeSetParams,
               [](auto& real, auto exec, auto node, auto child) {
                   const auto result = real(exec, node, child);
                   CUgraph inside = nullptr;
                   if (answer(result).code == 0) {
                       cuGraphChildGraphNodeGetGraph(node, &inside);
                   }
                   const auto change = [](auto& self, CUgraph to, CUgraph from) -> void {
                       const auto targets = nodes_of(to), sources = nodes_of(from);
                       for (size_t i = 0; i < targets.size(); ++i) {
                           CUgraph deeper = nullptr, origin = nullptr;
                           if (type_of(targets[i]) == CU_GRAPH_NODE_TYPE_GRAPH) {
                               cuGraphChildGraphNodeGetGraph(targets[i], &deeper);
                               cuGraphChildGraphNodeGetGraph(sources[i], &origin);
                               self(self, deeper, origin);
                           } else if (type_of(targets[i]) == CU_GRAPH_NODE_TYPE_KERNEL) {
                               const CUDA_KERNEL_NODE_PARAMS parameters = kernel_of(sources[i]);
                               cuGraphKernelNodeSetParams(targets[i], &parameters);
                           }
                       }
                   };
                   change(change, inside, child);
                   return result;
               });
}

FAULT(margin_update, "update-rounds-copy-addresses",
      "An update moves a copy to the words that hold its new addresses.", "", "UPD-20") {
    plant_update_that_keeps(memcpys([](auto& node, const auto&) {
        node.srcDevice &= ~CUdeviceptr{3};
        node.dstDevice &= ~CUdeviceptr{3};
    }));
}

namespace {

std::set<CUgraph> clones;

void follow_clones() {
    plant_both(cudaGraphClone, cuGraphClone, [](auto& real, auto* clone, auto graph) {
        const auto result = real(clone, graph);
        if (answer(result).code == 0) {
            clones.insert(*clone);
        }
        return result;
    });
}

bool is_of_clone(CUgraphExec exec) {
    const ExecEntry* entry = entry_of(exec);
    return entry != nullptr && clones.contains(entry->source);
}

} // namespace

FAULT(margin_clone_set, "setting-in-exec-of-clone-is-lost",
      "Setting a node of an executable graph that was made of a clone reports success only.", "", "SET-03") {
    follow_execs();
    follow_clones();
    lose_setting([](CUgraphExec exec, CUgraphNode) { return is_of_clone(exec); });
}

FAULT(margin_source_gone, "settings-go-with-source-graph",
      "When its source graph is destroyed, an executable graph does again what that said.", "", "SET-03") {
    follow_execs();
    plant_both(cudaGraphDestroy, cuGraphDestroy, [](auto& real, auto graph) {
        for (const CUgraphExec exec : execs_of(graph)) {
            put_back(exec);
        }
        return real(graph);
    });
}

} // namespace faults
