// Updates and settings that are lost for what came before them: a refusal, a setting, another update, the way
// in which the graph was made.
#include "faults/catalogue/lost_calls.hpp"

#include <map>
#include <set>
#include <utility>

namespace faults {

FAULT(history_refused_update, "update-after-refusal-is-lost",
      "The first legal update after a refused one reports success only.", "", "UPD-32") {
    static std::set<CUgraphExec> refused;
    follow_execs({}, [](CUgraphExec exec, ExecEntry&) { refused.erase(exec); });
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        CUgraphExecUpdateResultInfo unseen{};
        const CUgraph as_it_is = entry_of(exec) == nullptr ? nullptr : entry_of(exec)->now;
        const auto result = real(exec, graph, info);
        if (answer(result).code != 0) {
            refused.insert(exec);
        } else if (refused.erase(exec) == 1 && as_it_is != nullptr) {
            cuGraphExecUpdate(exec, as_it_is, &unseen);
        } else {
            does_now(exec, graph);
        }
        return result;
    });
}

FAULT(history_refused_update_set, "set-after-refused-update-is-lost",
      "The first setting of a node after a refused update reports success only.", "", "UPD-32") {
    static std::set<CUgraphExec> refused;
    follow_execs({}, [](CUgraphExec exec, ExecEntry&) { refused.erase(exec); });
    watch_updates([](CUgraphExec exec, CUgraph, bool accepted) {
        if (!accepted) {
            refused.insert(exec);
        }
    });
    lose_setting([](CUgraphExec exec, CUgraphNode) { return refused.erase(exec) == 1; });
}

FAULT(history_set_update, "update-keeps-settings",
      "An update leaves an executable graph as it is when a node of it has been set alone.", "", "UPD-03") {
    static std::set<CUgraphExec> set;
    follow_execs({}, [](CUgraphExec exec, ExecEntry&) { set.erase(exec); });
    lose_setting([](CUgraphExec exec, CUgraphNode) {
        set.insert(exec);
        return false;
    });
    lose_update([](CUgraphExec exec, CUgraph) { return set.contains(exec); });
}

FAULT(history_back, "update-back-is-lost",
      "An update by the graph that updated an executable graph before the last time is lost.", "", "UPD-03") {
    static std::map<CUgraphExec, std::pair<CUgraph, CUgraph>> last; // and the one before
    follow_execs({}, [](CUgraphExec exec, ExecEntry&) { last.erase(exec); });
    plant_both(cudaGraphDestroy, cuGraphDestroy, [](auto& real, auto graph) {
        std::erase_if(last, [graph](const auto& known) {
            return known.second.first == graph || known.second.second == graph;
        });
        return real(graph);
    });
    lose_update([](CUgraphExec exec, CUgraph graph) {
        auto& known = last[exec];
        const bool lost = known.second == graph && known.first != graph;
        known = {graph, known.first};
        return lost;
    });
}

FAULT(history_twice, "second-update-before-launch-is-lost",
      "Of several updates between two launches the first counts.", "", "UPD-03 UPD-37") {
    static std::set<CUgraphExec> updated;
    follow_execs({}, [](CUgraphExec exec, ExecEntry&) { updated.erase(exec); });
    lose_update([](CUgraphExec exec, CUgraph) { return !updated.insert(exec).second; });
    lose_launch([](CUgraphExec exec, CUstream) {
        updated.erase(exec);
        return false;
    });
}

FAULT(history_set_twice, "second-setting-before-launch-is-lost",
      "Of several settings of one node between two launches the first counts.", "", "SET-21") {
    static std::map<CUgraphExec, std::set<CUgraphNode>> settings;
    follow_execs({}, [](CUgraphExec exec, ExecEntry&) { settings.erase(exec); });
    lose_setting([](CUgraphExec exec, CUgraphNode node) { return !settings[exec].insert(node).second; });
    lose_launch([](CUgraphExec exec, CUstream) {
        settings.erase(exec);
        return false;
    });
}

FAULT(history_clone, "update-by-clone-is-lost", "An update by a graph that was cloned reports success only.",
      "", "UPD-03") {
    static std::set<CUgraph> clones;
    plant_both(cudaGraphClone, cuGraphClone, [](auto& real, auto* clone, auto graph) {
        const auto result = real(clone, graph);
        if (answer(result).code == 0) {
            clones.insert(*clone);
        }
        return result;
    });
    plant_both(cudaGraphDestroy, cuGraphDestroy, [](auto& real, auto graph) {
        clones.erase(graph);
        return real(graph);
    });
    lose_update([](CUgraphExec, CUgraph graph) { return clones.contains(graph); });
}

namespace {

std::set<CUgraph> captured_graphs;

void follow_captured_graphs() {
    plant_both(cudaStreamEndCapture, cuStreamEndCapture, [](auto& real, auto stream, auto* graph) {
        const auto result = real(stream, graph);
        if (answer(result).code == 0) {
            captured_graphs.insert(*graph);
        }
        return result;
    });
}

} // namespace

FAULT(history_captured, "update-by-captured-copy-is-lost",
      "An update by a captured graph is lost when the graph has memsets or copies.", "", "UPD-03") {
    follow_captured_graphs();
    lose_update([](CUgraphExec, CUgraph graph) {
        return captured_graphs.contains(graph) &&
               (contains(graph, CU_GRAPH_NODE_TYPE_MEMSET) || contains(graph, CU_GRAPH_NODE_TYPE_MEMCPY));
    });
}

FAULT(history_built, "update-of-captured-by-built-is-lost",
      "A captured executable graph can be updated by captured graphs only; others are lost.", "", "UPD-03") {
    static std::set<CUgraphExec> captured;
    follow_execs(
        [](CUgraphExec exec, ExecEntry& entry) {
            if (captured_graphs.contains(entry.source)) {
                captured.insert(exec);
            }
        },
        [](CUgraphExec exec, ExecEntry&) { captured.erase(exec); });
    follow_captured_graphs();
    lose_update([](CUgraphExec exec, CUgraph graph) {
        return captured.contains(exec) && !captured_graphs.contains(graph);
    });
}

FAULT(history_refused_launch, "launch-after-refused-launch-is-lost",
      "The launch after one that was refused does nothing.", "", "GMN-03") {
    static std::set<CUgraphExec> refused;
    follow_execs({}, [](CUgraphExec exec, ExecEntry&) { refused.erase(exec); });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        if (refused.erase(exec) == 1) {
            CUgraphNode none = nullptr;
            for (const CUgraphNode node :
                 nodes_of(entry_of(exec) == nullptr ? nullptr : entry_of(exec)->source)) {
                none = type_of(node) == CU_GRAPH_NODE_TYPE_KERNEL ? node : none;
            }
            // The allocations come all the same, but nobody works on them.
            if (none != nullptr && cuGraphNodeSetEnabled(exec, none, 0) == CUDA_SUCCESS) {
                const auto result = real(exec, stream);
                cuGraphNodeSetEnabled(exec, none, 1);
                return result;
            }
        }
        const auto result = real(exec, stream);
        if (answer(result).code != 0) {
            refused.insert(exec);
        }
        return result;
    });
}

FAULT(history_failed_instantiation, "failed-instantiation-breaks-execs",
      "When an instantiation of a graph is refused, the executable graphs that it has do nothing at their "
      "next launch.",
      "", "INS-01") {
    static std::map<CUgraphExec, CUgraph> sources;
    static std::set<CUgraphExec> broken;
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [](auto& real, auto* exec, auto graph, auto flags) {
                   const auto result = real(exec, graph, flags);
                   if (answer(result).code == 0) {
                       sources[*exec] = graph;
                   }
                   for (const auto& [known, source] : sources) {
                       if (answer(result).code != 0 && source == graph) {
                           broken.insert(known);
                       }
                   }
                   return result;
               });
    plant_both(cudaGraphExecDestroy, cuGraphExecDestroy, [](auto& real, auto exec) {
        sources.erase(exec);
        broken.erase(exec);
        return real(exec);
    });
    lose_launch([](CUgraphExec exec, CUstream) { return broken.erase(exec) == 1; });
}

} // namespace faults
