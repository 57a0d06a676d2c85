// Enabled states that wander, executable graphs that own memory, and what graphs keep alive.
#include "faults/catalogue/lost_calls.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace faults {

FAULT(states_second, "disabling-second-enables-first",
      "Disabling a node enables the one that was disabled before it.", "", "SET-14") {
    static std::map<CUgraphExec, CUgraphNode> disabled;
    follow_execs({}, [](CUgraphExec exec, ExecEntry&) { disabled.erase(exec); });
    plant_both(cudaGraphNodeSetEnabled, cuGraphNodeSetEnabled,
               [](auto& real, auto exec, auto node, auto enabled) {
                   const auto known = disabled.find(exec);
                   if (enabled == 0 && known != disabled.end() && known->second != node) {
                       cuGraphNodeSetEnabled(exec, known->second, 1);
                   }
                   const auto result = real(exec, node, enabled);
                   if (enabled == 0 && answer(result).code == 0) {
                       disabled[exec] = node;
                   }
                   return result;
               });
}

FAULT(states_moved, "update-moves-disabled-state",
      "After an update the node behind the disabled one is disabled in its place.", "", "UPD-35") {
    static std::map<CUgraphExec, CUgraphNode> disabled;
    follow_execs({}, [](CUgraphExec exec, ExecEntry&) { disabled.erase(exec); });
    plant_both(cudaGraphNodeSetEnabled, cuGraphNodeSetEnabled,
               [](auto& real, auto exec, auto node, auto enabled) {
                   disabled[exec] = enabled == 0 ? node : nullptr;
                   return real(exec, node, enabled);
               });
    watch_updates([](CUgraphExec exec, CUgraph, bool accepted) {
        const ExecEntry* entry = entry_of(exec);
        const auto nodes =
            nodes_of(accepted && entry != nullptr && disabled[exec] != nullptr ? entry->source : nullptr);
        const auto found = std::find(nodes.begin(), nodes.end(), disabled[exec]);
        if (found != nodes.end() && found + 1 != nodes.end()) {
            cuGraphNodeSetEnabled(exec, *found, 1);
            cuGraphNodeSetEnabled(exec, *(found + 1), 0);
            disabled[exec] = *(found + 1);
        }
    });
}

FAULT(states_twice_updated, "second-update-enables-nodes",
      "The second update of an executable graph enables the nodes that are disabled in it.", "", "UPD-35") {
    static std::map<CUgraphExec, std::set<CUgraphNode>> disabled;
    static std::map<CUgraphExec, unsigned> updates;
    follow_execs({}, [](CUgraphExec exec, ExecEntry&) {
        disabled.erase(exec);
        updates.erase(exec);
    });
    plant_both(cudaGraphNodeSetEnabled, cuGraphNodeSetEnabled,
               [](auto& real, auto exec, auto node, auto enabled) {
                   disabled[exec].insert(node);
                   return real(exec, node, enabled);
               });
    watch_updates([](CUgraphExec exec, CUgraph, bool accepted) {
        if (accepted && ++updates[exec] == 2) {
            for (const CUgraphNode node : disabled[exec]) {
                cuGraphNodeSetEnabled(exec, node, 1);
            }
        }
    });
}

FAULT(states_set_forgets, "setting-other-node-enables",
      "Setting the parameters of one node enables the nodes that are disabled.", "", "SET-14") {
    static std::map<CUgraphExec, std::set<CUgraphNode>> disabled;
    follow_execs({}, [](CUgraphExec exec, ExecEntry&) { disabled.erase(exec); });
    plant_both(cudaGraphNodeSetEnabled, cuGraphNodeSetEnabled,
               [](auto& real, auto exec, auto node, auto enabled) {
                   if (enabled == 0) {
                       disabled[exec].insert(node);
                   } else {
                       disabled[exec].erase(node);
                   }
                   return real(exec, node, enabled);
               });
    lose_setting([](CUgraphExec exec, CUgraphNode node) {
        for (const CUgraphNode other : disabled[exec]) {
            if (other != node) {
                cuGraphNodeSetEnabled(exec, other, 1);
            }
        }
        return false;
    });
}

FAULT(states_auto_free, "auto-free-takes-one-allocation",
      "An executable graph that frees on launch frees one allocation, and is refused when it has several.",
      "", "GMN-02") {
    static std::set<CUgraphExec> launched;
    follow_execs({}, [](CUgraphExec exec, ExecEntry&) { launched.erase(exec); });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const ExecEntry* entry = entry_of(exec);
        const auto nodes = nodes_of(entry == nullptr ? nullptr : entry->source);
        const auto count = [&](CUgraphNodeType type) {
            return std::count_if(nodes.begin(), nodes.end(),
                                 [&](CUgraphNode node) { return type_of(node) == type; });
        };
        const bool several = count(CU_GRAPH_NODE_TYPE_MEM_ALLOC) - count(CU_GRAPH_NODE_TYPE_MEM_FREE) > 1 &&
                             entry != nullptr &&
                             (entry->flags & CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH) != 0;
        return several && !launched.insert(exec).second
                   ? static_cast<decltype(real(exec, stream))>(invalid_value)
                   : real(exec, stream);
    });
}

namespace {

/// User objects whose destructor the defect calls by itself.
struct KeptObject {
    void* resource;
    cudaHostFn_t destroy;
    std::set<CUgraph> graphs; // that retain it
    bool gone = false;

    void end() {
        if (!std::exchange(gone, true)) {
            destroy(resource);
        }
    }
};
std::map<cudaUserObject_t, KeptObject*> kept_objects; // entries stay: the driver may call late

void destroy_kept(void* object) {
    static_cast<KeptObject*>(object)->end();
}

/// Objects end with the last graph of those that retained them for which `counts` holds.
void plant_user_objects() {
    cudaUserObjectCreate.plant([](cudaUserObject_t* object, void* resource, cudaHostFn_t destroy,
                                  unsigned references, unsigned flags) {
        auto* const kept = new KeptObject{resource, destroy, {}};
        const cudaError_t result = cudaUserObjectCreate(object, kept, destroy_kept, references, flags);
        if (result == cudaSuccess) {
            kept_objects[*object] = kept;
        }
        return result;
    });
    cudaGraphRetainUserObject.plant(
        [](cudaGraph_t graph, cudaUserObject_t object, unsigned count, unsigned flags) {
            const cudaError_t result = cudaGraphRetainUserObject(graph, object, count, flags);
            if (result == cudaSuccess && (flags & cudaGraphUserObjectMove) != 0) {
                kept_objects[object]->graphs.insert(graph);
            }
            return result;
        });
}

} // namespace

FAULT(states_object_exec, "exec-forgets-user-object",
      "An executable graph does not keep the user objects of its graph: they end with the graph.", "",
      "INS-22") {
    plant_user_objects();
    plant_both(cudaGraphDestroy, cuGraphDestroy, [](auto& real, auto graph) {
        for (const auto& [object, kept] : kept_objects) {
            if (kept->graphs.erase(graph) == 1 && kept->graphs.empty()) {
                kept->end();
            }
        }
        return real(graph);
    });
    plant_both(cudaGraphClone, cuGraphClone, [](auto& real, auto* clone, auto graph) {
        const auto result = real(clone, graph);
        for (const auto& [object, kept] : kept_objects) {
            if (answer(result).code == 0 && kept->graphs.contains(graph)) {
                kept->graphs.insert(*clone);
            }
        }
        return result;
    });
}

FAULT(states_object_stays, "exec-destroy-keeps-user-object",
      "User objects that an executable graph kept last are never ended.", "", "INS-22") {
    plant_user_objects();
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [](auto& real, auto* exec, auto graph, auto flags) {
                   for (const auto& [object, kept] : kept_objects) {
                       kept->gone = kept->gone || kept->graphs.contains(graph);
                   }
                   return real(exec, graph, flags);
               });
}

} // namespace faults
