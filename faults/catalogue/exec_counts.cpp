// Every so many times a call is lost: periods that short loops do not reach or fall in step with.
#include "faults/catalogue/lost_calls.hpp"

#include <map>
#include <utility>

namespace faults {

FAULT(counts_update, "update-lost-every-97th", "Every 97th update reports success only.", "", "UPD-37") {
    lose_update([every = Nth(97)](CUgraphExec, CUgraph) { return every(); });
}

FAULT(counts_update_of_exec, "update-lost-after-200",
      "The 201st update of an executable graph and every one behind it report success only.", "", "UPD-37") {
    static std::map<CUgraphExec, unsigned> updates;
    follow_execs({}, [](CUgraphExec exec, ExecEntry&) { updates.erase(exec); });
    lose_update([](CUgraphExec exec, CUgraph) { return ++updates[exec] > 200; });
}

FAULT(counts_setting, "setting-lost-every-97th",
      "Every 97th setting of a kernel, memset or copy node reports success only.", "", "SET-21") {
    lose_setting([every = Nth(97)](CUgraphExec, CUgraphNode) { return every(); });
}

FAULT(counts_setting_kernel, "kernel-setting-lost-every-40th",
      "Every 40th setting of a kernel node reports success only.", "", "SET-21") {
    cudaGraphExecKernelNodeSetParams.plant(
        [every = Nth(40)](cudaGraphExec_t exec, cudaGraphNode_t node, auto* parameters) {
            return every() ? cudaSuccess : cudaGraphExecKernelNodeSetParams(exec, node, parameters);
        });
}

FAULT(counts_setting_copy, "copy-setting-lost-every-40th",
      "Every 40th setting of a copy node reports success only.", "", "SET-21") {
    cudaGraphExecMemcpyNodeSetParams1D.plant(
        [every = Nth(40)](cudaGraphExec_t exec, cudaGraphNode_t node, auto... copy) {
            return every() ? cudaSuccess : cudaGraphExecMemcpyNodeSetParams1D(exec, node, copy...);
        });
}

FAULT(counts_launch_of_exec, "launch-257-of-exec-is-lost",
      "The 257th launch of an executable graph does nothing.", "", "INS-16") {
    static std::map<CUgraphExec, unsigned> launches;
    follow_execs({}, [](CUgraphExec exec, ExecEntry&) { launches.erase(exec); });
    lose_launch([](CUgraphExec exec, CUstream) { return ++launches[exec] == 257; });
}

FAULT(counts_launch, "launch-lost-every-211th", "Every 211th launch does nothing.", "", "INS-16") {
    lose_launch([every = Nth(211)](CUgraphExec, CUstream) { return every(); });
}

FAULT(counts_enabled, "disabling-lost-every-13th",
      "Every 13th time that a node is disabled it runs on, and says that it is disabled.", "", "SET-11") {
    static std::map<std::pair<CUgraphExec, CUgraphNode>, bool> pretended;
    plant_both(cudaGraphNodeSetEnabled, cuGraphNodeSetEnabled,
               [every = Nth(13)](auto& real, auto exec, auto node, auto enabled) {
                   const bool lost = enabled == 0 && every();
                   pretended[{exec, node}] = lost;
                   return real(exec, node, lost ? 1 : enabled);
               });
    cudaGraphNodeGetEnabled.plant([](cudaGraphExec_t exec, cudaGraphNode_t node, unsigned* enabled) {
        const cudaError_t result = cudaGraphNodeGetEnabled(exec, node, enabled);
        const auto known = pretended.find({exec, node});
        if (result == cudaSuccess && known != pretended.end() && known->second) {
            *enabled = 0;
        }
        return result;
    });
}

FAULT(counts_capture, "capture-9-of-stream-loses-first-node",
      "Each ninth capture of a stream lacks the first of its nodes.", "", "SCP-01") {
    static std::map<CUstream, unsigned> captures;
    plant_both(cudaStreamEndCapture, cuStreamEndCapture, [](auto& real, auto stream, auto* graph) {
        const auto result = real(stream, graph);
        if (answer(result).code == 0 && ++captures[stream] % 9 == 0) {
            const auto nodes = nodes_of(*graph);
            if (!nodes.empty() && !contains(*graph, CU_GRAPH_NODE_TYPE_MEM_ALLOC)) {
                cuGraphDestroyNode(nodes.front());
            }
        }
        return result;
    });
}

FAULT(counts_instantiation, "instantiation-40-of-graph-keeps-first-kernel",
      "The 40th executable graph of a graph and those behind it do what the first one did.", "", "INS-01") {
    static std::map<CUgraph, unsigned> made;
    static std::map<CUgraph, CUgraph> first;
    follow_execs([](CUgraphExec exec, ExecEntry& entry) {
        CUgraphExecUpdateResultInfo unseen{};
        if (++made[entry.source] == 1) {
            first[entry.source] = copy_of(entry.source);
        } else if (made[entry.source] >= 40 && first[entry.source] != nullptr) {
            cuGraphExecUpdate(exec, first[entry.source], &unseen);
        }
    });
    plant_both(cudaGraphDestroy, cuGraphDestroy, [](auto& real, auto graph) {
        if (const CUgraph copy = std::exchange(first[graph], nullptr)) {
            cuGraphDestroy(copy);
        }
        made.erase(graph);
        return real(graph);
    });
}

} // namespace faults
