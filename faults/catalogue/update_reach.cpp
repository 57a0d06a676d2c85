// Whole-graph updates that reach further than they may: refused ones, other executable graphs, the graphs
// themselves, the state of nodes, and what comes later.
#include "faults/catalogue/exec_book.hpp"

#include <algorithm>
#include <map>

namespace faults {

namespace {

/// `edit` is called for every update with what it answered.
template<typename Edit>
void plant_after_update(Edit edit) {
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [edit](auto& real, auto exec, auto graph, auto* info) {
        const auto result = real(exec, graph, info);
        edit(exec, graph, answer(result).code == 0);
        if (answer(result).code == 0) {
            does_now(exec, graph);
        }
        return result;
    });
}

void take_over(CUgraphNode node, CUgraphNode from) {
    const CUgraphNodeType type = type_of(from);
    if (type_of(node) != type) {
        return;
    }
    if (type == CU_GRAPH_NODE_TYPE_KERNEL) {
        const CUDA_KERNEL_NODE_PARAMS parameters = kernel_of(from);
        cuGraphKernelNodeSetParams(node, &parameters);
    } else if (type == CU_GRAPH_NODE_TYPE_MEMSET) {
        const CUDA_MEMSET_NODE_PARAMS parameters = memset_of(from);
        cuGraphMemsetNodeSetParams(node, &parameters);
    }
}

/// The old work of `exec` with the first `count` nodes of the new graph, as far as they are alike.
void apply_head(CUgraphExec exec, CUgraph graph, size_t count) {
    ExecEntry* entry = entry_of(exec);
    const CUgraph mixed = entry == nullptr || entry->now == nullptr ? nullptr : copy_of(entry->now);
    const auto nodes = nodes_of(mixed);
    const auto wanted = nodes_of(graph);
    for (size_t i = 0; i < std::min({nodes.size(), wanted.size(), count}); ++i) {
        take_over(nodes[i], wanted[i]);
    }
    CUgraphExecUpdateResultInfo unseen{};
    if (mixed != nullptr && cuGraphExecUpdate(exec, mixed, &unseen) == CUDA_SUCCESS) {
        does_now(exec, mixed);
    }
}

std::map<CUgraphExec, std::vector<CUgraphNode>> disabled;

void follow_disabled() {
    plant_both(cudaGraphNodeSetEnabled, cuGraphNodeSetEnabled,
               [](auto& real, auto exec, auto node, auto enabled) {
                   std::erase(disabled[exec], node);
                   if (enabled == 0) {
                       disabled[exec].push_back(node);
                   }
                   return real(exec, node, enabled);
               });
}

void enable_all(CUgraphExec exec) {
    for (const CUgraphNode node : std::exchange(disabled[exec], {})) {
        cuGraphNodeSetEnabled(exec, node, 1);
    }
}

} // namespace

FAULT(reach_refused_head, "refused-update-applies-head",
      "A refused update changes the nodes in front of the one that it is refused for.", "",
      "UPD-32 UPD-29 UPD-15") {
    follow_execs();
    plant_after_update([](CUgraphExec exec, CUgraph graph, bool accepted) {
        if (!accepted) {
            apply_head(exec, graph, 64);
        }
    });
}

FAULT(reach_refused_first, "refused-update-applies-first-node", "A refused update changes the first node.",
      "", "UPD-32 UPD-11") {
    follow_execs();
    plant_after_update([](CUgraphExec exec, CUgraph graph, bool accepted) {
        if (!accepted) {
            apply_head(exec, graph, 1);
        }
    });
}

FAULT(reach_second_refusal, "second-refusal-applies",
      "An update that was refused before is refused again, but changes the nodes that are alike.", "",
      "UPD-32") {
    static std::map<CUgraphExec, int> refusals;
    follow_execs([](CUgraphExec exec, ExecEntry&) { refusals.erase(exec); });
    plant_after_update([](CUgraphExec exec, CUgraph graph, bool accepted) {
        if (!accepted && ++refusals[exec] > 1) {
            apply_head(exec, graph, 64);
        }
    });
}

FAULT(reach_siblings, "update-reaches-siblings",
      "An update changes all executable graphs that were made of the same graph.", "", "UPD-44") {
    follow_execs();
    plant_after_update([](CUgraphExec exec, CUgraph graph, bool accepted) {
        const ExecEntry* entry = entry_of(exec);
        for (const CUgraphExec other :
             accepted&& entry != nullptr ? execs_of(entry->source) : std::vector<CUgraphExec>{}) {
            CUgraphExecUpdateResultInfo unseen{};
            cuGraphExecUpdate(other, graph, &unseen);
        }
    });
}

FAULT(reach_source, "update-writes-to-source-graph",
      "An update also changes the graph that the executable graph was made of.", "", "UPD-44") {
    follow_execs();
    plant_after_update([](CUgraphExec exec, CUgraph graph, bool accepted) {
        const ExecEntry* entry = entry_of(exec);
        if (accepted && entry != nullptr && entry->source != nullptr) {
            const auto nodes = nodes_of(entry->source), wanted = nodes_of(graph);
            for (size_t i = 0; i < std::min(nodes.size(), wanted.size()); ++i) {
                take_over(nodes[i], wanted[i]);
            }
        }
    });
}

FAULT(reach_new_graph, "exec-points-into-updating-graph",
      "After an update the executable graph follows the changes of the graph that updated it.", "",
      "UPD-44") {
    static std::map<CUgraphExec, CUgraph> updated_by;
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        const auto result = real(exec, graph, info);
        if (answer(result).code == 0) {
            updated_by[exec] = graph;
        }
        return result;
    });
    plant_both(cudaGraphDestroy, cuGraphDestroy, [](auto& real, auto graph) {
        std::erase_if(updated_by, [graph](const auto& entry) { return entry.second == graph; });
        return real(graph);
    });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        CUgraphExecUpdateResultInfo unseen{};
        if (updated_by.contains(exec)) {
            cuGraphExecUpdate(exec, updated_by[exec], &unseen);
        }
        return real(exec, stream);
    });
}

FAULT(reach_needs_graph, "updated-exec-dies-with-graph",
      "An updated executable graph cannot be launched when the graph that updated it is gone.", "",
      "UPD-44") {
    static std::map<CUgraphExec, CUgraph> updated_by;
    static std::vector<CUgraphExec> dead;
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        updated_by[exec] = graph;
        std::erase(dead, exec);
        return real(exec, graph, info);
    });
    plant_both(cudaGraphDestroy, cuGraphDestroy, [](auto& real, auto graph) {
        for (const auto& [exec, by] : updated_by) {
            if (by == graph) {
                dead.push_back(exec);
            }
        }
        return real(graph);
    });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        return std::find(dead.begin(), dead.end(), exec) != dead.end()
                   ? static_cast<decltype(real(exec, stream))>(invalid_value)
                   : real(exec, stream);
    });
}

FAULT(reach_enables, "update-enables-nodes", "An update enables the nodes that were disabled.", "",
      "UPD-35") {
    follow_disabled();
    plant_after_update([](CUgraphExec exec, CUgraph, bool accepted) {
        if (accepted) {
            enable_all(exec);
        }
    });
}

FAULT(reach_refusal_enables, "refused-update-enables-nodes",
      "A refused update enables the nodes that were disabled.", "", "UPD-35") {
    follow_disabled();
    plant_after_update([](CUgraphExec exec, CUgraph, bool accepted) {
        if (!accepted) {
            enable_all(exec);
        }
    });
}

FAULT(reach_disabled_lost, "update-skips-disabled-nodes",
      "An update loses the new parameters of a disabled node.", "ROCm/rocm-systems#9063", "UPD-35") {
    follow_execs();
    follow_disabled();
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        const ExecEntry* entry = entry_of(exec);
        const auto source = entry == nullptr ? std::vector<CUgraphNode>{} : nodes_of(entry->source);
        const CUgraph mixed = disabled[exec].empty() ? nullptr : copy_of(graph);
        const auto nodes = nodes_of(mixed);
        const auto old = entry == nullptr ? std::vector<CUgraphNode>{} : nodes_of(entry->now);
        for (size_t i = 0; i < std::min({nodes.size(), source.size(), old.size()}); ++i) {
            if (std::find(disabled[exec].begin(), disabled[exec].end(), source[i]) != disabled[exec].end()) {
                take_over(nodes[i], old[i]);
            }
        }
        return real(exec, mixed == nullptr ? graph : mixed, info);
    });
}

FAULT(reach_marks_graph, "refused-update-spoils-graph",
      "A graph that an update refused cannot be instantiated any more.", "", "UPD-43 UPD-32 UPD-33") {
    static std::vector<CUgraph> spoiled;
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        const auto result = real(exec, graph, info);
        if (answer(result).code != 0) {
            spoiled.push_back(graph);
        }
        return result;
    });
    plant_both(cudaGraphDestroy, cuGraphDestroy, [](auto& real, auto graph) {
        std::erase(spoiled, graph);
        return real(graph);
    });
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [](auto& real, auto* exec, auto graph, auto flags) {
                   return std::find(spoiled.begin(), spoiled.end(), graph) != spoiled.end()
                              ? static_cast<decltype(real(exec, graph, flags))>(invalid_value)
                              : real(exec, graph, flags);
               });
}

FAULT(reach_leaks, "update-leaks", "Every update keeps a page of device memory.",
      "ggml-org/llama.cpp#25835 ggml-org/llama.cpp#20315", "UPD-37") {
    plant_after_update([](CUgraphExec, CUgraph, bool accepted) {
        CUdeviceptr leaked = 0;
        if (accepted) {
            cuMemAlloc(&leaked, 65536);
        }
    });
}

FAULT(reach_refusal_leaks, "refused-update-leaks-host-memory",
      "Every refused update keeps 32 KiB of host memory.", "ikawrakow/ik_llama.cpp#1232", "UPD-37") {
    plant_after_update([](CUgraphExec, CUgraph, bool accepted) {
        static std::vector<std::vector<char>> kept; // never freed, and touched, so that it is resident
        if (!accepted) {
            kept.emplace_back(32768, '\1');
        }
    });
}

FAULT(reach_memory, "update-by-itself-frees-memory",
      "An update of an executable graph by its own graph loses its memory, so that it cannot be launched.",
      "", "UPD-31") {
    static std::vector<CUgraphExec> lost;
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        const auto result = real(exec, graph, info);
        if (answer(result).code == 0 && contains(graph, CU_GRAPH_NODE_TYPE_MEM_ALLOC)) {
            lost.push_back(exec);
        }
        return result;
    });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        return std::find(lost.begin(), lost.end(), exec) != lost.end()
                   ? static_cast<decltype(real(exec, stream))>(invalid_value)
                   : real(exec, stream);
    });
}

} // namespace faults
