// Executable graphs of one graph that disturb each other, and executable graphs that follow their graph in
// one kind of node.
#include "faults/catalogue/lost_calls.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace faults {

FAULT(sibling_destroyed, "exec-destroy-undoes-updates-of-siblings",
      "Destroying an executable graph undoes the updates of the others of its graph.", "", "UPD-44") {
    follow_execs({}, [](CUgraphExec exec, ExecEntry& entry) {
        for (const CUgraphExec other : execs_of(entry.source)) {
            if (other != exec) {
                put_back(other);
            }
        }
    });
}

FAULT(sibling_made, "instantiation-undoes-updates-of-siblings",
      "Instantiating a graph again undoes the updates of the executable graphs that it has.", "", "UPD-44") {
    follow_execs([](CUgraphExec exec, ExecEntry& entry) {
        for (const CUgraphExec other : execs_of(entry.source)) {
            if (other != exec) {
                put_back(other);
            }
        }
    });
}

FAULT(sibling_launched, "launch-of-sibling-undoes-settings",
      "A launch undoes the updates and settings of the other executable graphs of the same graph.", "",
      "UPD-44 SET-14") {
    follow_execs();
    lose_launch([](CUgraphExec exec, CUstream) {
        const ExecEntry* entry = entry_of(exec);
        for (const CUgraphExec other : execs_of(entry == nullptr ? nullptr : entry->source)) {
            if (other != exec) {
                put_back(other);
            }
        }
        return false;
    });
}

FAULT(sibling_merged, "launch-behind-sibling-is-lost",
      "A launch behind that of another executable graph of the same graph, without a wait between, is taken "
      "for the same.",
      "", "INS-16") {
    static std::map<CUstream, CUgraphExec> last;
    follow_execs({}, [](CUgraphExec exec, ExecEntry&) {
        std::erase_if(last, [exec](const auto& known) { return known.second == exec; });
    });
    lose_launch([](CUgraphExec exec, CUstream stream) {
        const CUgraphExec before = std::exchange(last[stream], exec);
        const ExecEntry *entry = entry_of(exec), *other = before == nullptr ? nullptr : entry_of(before);
        return before != exec && entry != nullptr && other != nullptr && entry->source != nullptr &&
               entry->source == other->source;
    });
    plant_both(cudaStreamSynchronize, cuStreamSynchronize, [](auto& real, auto stream) {
        last.erase(stream);
        return real(stream);
    });
    plant_both(cudaDeviceSynchronize, cuCtxSynchronize, [](auto& real) {
        last.clear();
        return real();
    });
}

FAULT(sibling_upload, "upload-undoes-settings",
      "An upload puts an executable graph back to what its graph says.", "", "INS-07") {
    follow_execs();
    plant_both(cudaGraphUpload, cuGraphUpload, [](auto& real, auto exec, auto stream) {
        put_back(exec);
        return real(exec, stream);
    });
}

FAULT(sibling_second_stream, "launch-in-other-stream-undoes-update",
      "A launch in another stream than that of the launch before does the work from before the updates.", "",
      "UPD-03") {
    static std::map<CUgraphExec, CUstream> last;
    follow_execs({}, [](CUgraphExec exec, ExecEntry&) { last.erase(exec); });
    lose_launch([](CUgraphExec exec, CUstream stream) {
        if (last.contains(exec) && last[exec] != stream) {
            put_back(exec);
        }
        last[exec] = stream;
        return false;
    });
}

namespace {

std::map<CUgraphNode, CUgraph> owner_of_node; // of graphs that have been instantiated, inner ones too

void own(CUgraph graph, CUgraph inside) {
    for (const CUgraphNode node : nodes_of(inside)) {
        CUgraph child = nullptr;
        owner_of_node[node] = graph;
        if (type_of(node) == CU_GRAPH_NODE_TYPE_GRAPH &&
            cuGraphChildGraphNodeGetGraph(node, &child) == CUDA_SUCCESS) {
            own(graph, child);
        }
    }
}

void follow_owners() {
    follow_execs([](CUgraphExec, ExecEntry& entry) { own(entry.source, entry.source); });
}

std::vector<CUgraphExec> execs_with(CUgraphNode node) {
    return owner_of_node.contains(node) ? execs_of(owner_of_node[node]) : std::vector<CUgraphExec>{};
}

} // namespace

FAULT(sibling_follows_memset, "exec-follows-memsets-of-graph",
      "Changing a memset node of a graph changes its executable graphs, too.", "", "INS-20") {
    follow_owners();
    cudaGraphMemsetNodeSetParams.plant([](cudaGraphNode_t node, const cudaMemsetParams* parameters) {
        for (const CUgraphExec exec : execs_with(node)) {
            hush(cudaGraphExecMemsetNodeSetParams(exec, node, parameters));
        }
        return cudaGraphMemsetNodeSetParams(node, parameters);
    });
}

FAULT(sibling_follows_copy, "exec-follows-copies-of-graph",
      "Changing a copy node of a graph changes its executable graphs, too.", "", "INS-20") {
    follow_owners();
    cudaGraphMemcpyNodeSetParams1D.plant([](cudaGraphNode_t node, auto... copy) {
        for (const CUgraphExec exec : execs_with(node)) {
            hush(cudaGraphExecMemcpyNodeSetParams1D(exec, node, copy...));
        }
        return cudaGraphMemcpyNodeSetParams1D(node, copy...);
    });
}

FAULT(sibling_follows_host, "exec-follows-host-nodes-of-graph",
      "Changing the function or data of a host node of a graph changes its executable graphs, too.", "",
      "INS-20") {
    follow_owners();
    cudaGraphHostNodeSetParams.plant([](cudaGraphNode_t node, const cudaHostNodeParams* parameters) {
        for (const CUgraphExec exec : execs_with(node)) {
            hush(cudaGraphExecHostNodeSetParams(exec, node, parameters));
        }
        return cudaGraphHostNodeSetParams(node, parameters);
    });
}

FAULT(sibling_follows_child, "exec-follows-kernels-of-child",
      "Changing a kernel inside a child graph node changes the executable graphs of the parent, too.", "",
      "INS-20") {
    follow_owners();
    cudaGraphKernelNodeSetParams.plant([](cudaGraphNode_t node, const cudaKernelNodeParams* parameters) {
        const cudaError_t result = cudaGraphKernelNodeSetParams(node, parameters);
        for (const CUgraphExec exec : execs_with(node)) {
            const auto own_nodes = nodes_of(owner_of_node[node]);
            if (std::find(own_nodes.begin(), own_nodes.end(), node) == own_nodes.end()) {
                hush(cudaGraphExecKernelNodeSetParams(exec, node, parameters));
            }
        }
        return result;
    });
}

} // namespace faults
