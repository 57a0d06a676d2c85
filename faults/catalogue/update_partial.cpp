// Whole-graph updates that report success and leave part of the old work in place
// (ROCm/rocm-systems#10714: success, and the old packet runs on).
#include "faults/catalogue/exec_book.hpp"

#include <algorithm>

namespace faults {

namespace {

/// Updates by the graph that `choose` makes of the new one and the old; null means the new one itself.
template<typename Choose>
void plant_update_by(const Choose& choose) {
    follow_execs();
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate,
               [choose](auto& real, auto exec, auto graph, auto* info) {
                   const ExecEntry* entry = entry_of(exec);
                   const CUgraph old = entry == nullptr ? nullptr : copy_of(entry->now);
                   const auto result = real(exec, graph, info);
                   if (answer(result).code == 0) {
                       does_now(exec, graph);
                       const CUgraph instead = old == nullptr ? nullptr : choose(graph, old);
                       CUgraphExecUpdateResultInfo unseen{};
                       if (instead != nullptr && cuGraphExecUpdate(exec, instead, &unseen) == CUDA_SUCCESS) {
                           does_now(exec, instead);
                       }
                   }
                   return result;
               });
}

/// Keeps all that a kernel, memset or copy node did.
void keep_whole(CUgraphNode node, CUgraphNode old) {
    kernels([](auto& now, const auto& then) { now = then; })(node, old);
    memsets([](auto& now, const auto& then) { now = then; })(node, old);
    memcpys([](auto& now, const auto& then) { now = then; })(node, old);
}

/// The new parameters of a kernel keep some arguments of the old.
Keep arguments(size_t first, size_t last) {
    return kernels([=](CUDA_KERNEL_NODE_PARAMS& node, const CUDA_KERNEL_NODE_PARAMS& old) {
        const size_t count = parameter_count(node);
        if (node.func == old.func && node.kern == old.kern) {
            for (size_t i = first; i < std::min(last, count); ++i) {
                node.kernelParams[i] = old.kernelParams[i];
            }
        }
    });
}

/// An update leaves out the nodes from the `first`-th on, counted from one.
void plant_update_up_to(size_t first) {
    plant_update_by([first](CUgraph graph, CUgraph old) {
        return blend(graph, old,
                     [first, seen = std::make_shared<size_t>(0)](CUgraphNode node, CUgraphNode before) {
                         if (++*seen >= first) {
                             keep_whole(node, before);
                         }
                     });
    });
}

} // namespace

FAULT(update_nothing, "update-does-nothing", "A legal update reports success and changes nothing.",
      "ROCm/rocm-systems#10714", "UPD-03 UPD-37 UPD-44") {
    plant_update_by([](CUgraph, CUgraph old) { return old; });
}

FAULT(update_third, "update-works-every-third-time",
      "Every third update reports success and changes nothing.", "ROCm/rocm-systems#10714", "UPD-37 UPD-34") {
    plant_update_by([every = Nth(3)](CUgraph, CUgraph old) { return every() ? old : CUgraph{nullptr}; });
}

FAULT(update_once, "update-works-once", "The second update of an executable graph reports success only.", "",
      "UPD-37 UPD-34 UPD-05") {
    static std::vector<CUgraphExec> updated;
    follow_execs([](CUgraphExec exec, ExecEntry&) { std::erase(updated, exec); });
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        if (std::find(updated.begin(), updated.end(), exec) != updated.end()) {
            CUgraphExec probe = nullptr; // finds out what the answer would be
            const ExecEntry* entry = entry_of(exec);
            if (entry != nullptr && entry->now != nullptr &&
                cuGraphInstantiateWithFlags(&probe, entry->now, entry->flags) == CUDA_SUCCESS) {
                const auto result = real(probe, graph, info);
                cuGraphExecDestroy(probe);
                return result;
            }
        }
        const auto result = real(exec, graph, info);
        if (answer(result).code == 0) {
            updated.push_back(exec);
        }
        return result;
    });
}

FAULT(update_first_node, "update-changes-first-node-only",
      "An update of several nodes changes the first one only.", "", "UPD-03 UPD-16 UPD-29 UPD-35 UPD-44") {
    plant_update_up_to(2);
}

FAULT(update_last_node, "update-changes-two-nodes", "An update of several nodes changes the first two only.",
      "", "UPD-03 UPD-29") {
    plant_update_up_to(3);
}

FAULT(update_batch_of_nodes, "update-changes-256-nodes",
      "An update of more than 256 nodes leaves the nodes behind as they were.", "", "UPD-03") {
    plant_update_up_to(257);
}

FAULT(update_first_argument, "update-keeps-first-argument",
      "An update keeps the first argument of a kernel, which is mostly where it writes.", "",
      "UPD-03 UPD-37") {
    plant_update_that_keeps(arguments(0, 1));
}

FAULT(update_later_arguments, "update-changes-first-argument-only",
      "An update changes the first argument of a kernel and keeps the others.", "", "UPD-03 UPD-04") {
    plant_update_that_keeps(arguments(1, 64));
}

FAULT(update_last_argument, "update-keeps-fourth-argument",
      "An update keeps the arguments of a kernel from the fourth on.", "", "UPD-03 UPD-04") {
    plant_update_that_keeps(arguments(3, 64));
}

FAULT(update_grid, "update-keeps-grid", "An update changes the block of a kernel and keeps its grid.", "",
      "UPD-04") {
    plant_update_that_keeps(kernels([](auto& node, const auto& old) {
        node.gridDimX = old.gridDimX;
        node.gridDimY = old.gridDimY;
        node.gridDimZ = old.gridDimZ;
    }));
}

FAULT(update_block_depth, "update-keeps-block-depth", "An update keeps the z extent of a kernel's block.", "",
      "UPD-04") {
    plant_update_that_keeps(kernels([](auto& node, const auto& old) { node.blockDimZ = old.blockDimZ; }));
}

FAULT(update_function, "update-keeps-function",
      "An update keeps the function of a kernel when the new one takes as many parameters.", "", "UPD-05") {
    plant_update_that_keeps(kernels([](auto& node, const auto& old) {
        if (parameter_count(node) == parameter_count(old)) {
            node.func = old.func;
            node.kern = old.kern;
        }
    }));
}

FAULT(update_flat, "update-skips-child-graphs",
      "An update compares child graphs but leaves their nodes as they were.", "", "UPD-29") {
    plant_update_by([](CUgraph graph, CUgraph old) {
        const CUgraph mixed = copy_of(graph);
        const auto nodes = nodes_of(mixed);
        const auto before = nodes_of(old);
        for (size_t i = 0; i < std::min(nodes.size(), before.size()); ++i) {
            CUgraph inside = nullptr, inside_before = nullptr;
            if (type_of(nodes[i]) == CU_GRAPH_NODE_TYPE_GRAPH &&
                cuGraphChildGraphNodeGetGraph(nodes[i], &inside) == CUDA_SUCCESS &&
                cuGraphChildGraphNodeGetGraph(before[i], &inside_before) == CUDA_SUCCESS) {
                const auto inner = nodes_of(inside), inner_before = nodes_of(inside_before);
                for (size_t n = 0; n < std::min(inner.size(), inner_before.size()); ++n) {
                    keep_whole(inner[n], inner_before[n]);
                }
            }
        }
        return mixed;
    });
}

FAULT(update_conditional, "update-skips-conditional-bodies",
      "An update of a graph with a conditional node reports success and changes nothing.", "", "UPD-30") {
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        if (!contains(graph, CU_GRAPH_NODE_TYPE_CONDITIONAL)) {
            return real(exec, graph, info);
        }
        *info = {};
        return static_cast<decltype(real(exec, graph, info))>(success);
    });
}

FAULT(update_wears_off, "update-wears-off",
      "The third launch after an update does the work from before the update.", "", "UPD-03") {
    struct State {
        CUgraph old;
        int launches;
    };
    static std::vector<std::pair<CUgraphExec, State>> recent;
    follow_execs({}, [](CUgraphExec exec, ExecEntry&) {
        std::erase_if(recent, [exec](const auto& entry) { return entry.first == exec; });
    });
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        const ExecEntry* entry = entry_of(exec);
        const CUgraph old = entry == nullptr ? nullptr : copy_of(entry->now);
        const auto result = real(exec, graph, info);
        if (answer(result).code == 0 && old != nullptr) {
            does_now(exec, graph);
            std::erase_if(recent, [exec](const auto& known) { return known.first == exec; });
            recent.push_back({exec, {old, 0}});
        }
        return result;
    });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        CUgraphExecUpdateResultInfo unseen{};
        for (auto& [updated, state] : recent) {
            if (updated == exec && ++state.launches == 3) {
                cuGraphExecUpdate(exec, state.old, &unseen);
            }
        }
        return real(exec, stream);
    });
}

} // namespace faults
