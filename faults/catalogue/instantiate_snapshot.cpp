// Executable graphs and copies of graphs that are no snapshots: they follow what they were made of.
#include "faults/catalogue/exec_book.hpp"

#include <algorithm>
#include <map>

namespace faults {

namespace {

size_t edges_of(CUgraph graph) {
    size_t count = 0;
    for (const CUgraphNode node : nodes_of(graph)) {
        count += dependencies_of(node).size();
    }
    return count;
}

} // namespace

FAULT(snapshot_live, "exec-walks-live-graph",
      "An executable graph runs the nodes and edges that its graph has at the launch.", "", "INS-01") {
    static std::map<CUgraphExec, CUgraphExec> anew;
    follow_execs([](CUgraphExec exec, ExecEntry&) { anew.erase(exec); });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const ExecEntry* entry = entry_of(exec);
        if (entry == nullptr || entry->source == nullptr || entry->now == nullptr ||
            (nodes_of(entry->source).size() == nodes_of(entry->now).size() &&
             edges_of(entry->source) == edges_of(entry->now))) {
            return real(exec, stream);
        }
        CUgraphExec live = nullptr;
        if (cuGraphInstantiateWithFlags(&live, entry->source, entry->flags) != CUDA_SUCCESS) {
            return real(exec, stream);
        }
        const auto result = real(live, stream);
        cuGraphExecDestroy(live);
        return result;
    });
}

FAULT(snapshot_sibling, "exec-destroy-breaks-sibling",
      "Destroying an executable graph breaks the others that were made of the same graph.", "", "INS-01") {
    static std::vector<CUgraphExec> broken;
    follow_execs([](CUgraphExec exec, ExecEntry&) { std::erase(broken, exec); },
                 [](CUgraphExec exec, ExecEntry& entry) {
                     for (const CUgraphExec other : execs_of(entry.source)) {
                         if (other != exec) {
                             broken.push_back(other);
                         }
                     }
                 });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        return std::find(broken.begin(), broken.end(), exec) != broken.end()
                   ? static_cast<decltype(real(exec, stream))>(invalid_value)
                   : real(exec, stream);
    });
}

FAULT(snapshot_clone, "clone-follows-origin",
      "A kernel that is changed in a graph is changed in the clones of the graph, too.", "", "INS-10") {
    static std::vector<CUgraph> clones;
    plant_both(cudaGraphClone, cuGraphClone, [](auto& real, auto* clone, auto graph) {
        const auto result = real(clone, graph);
        if (answer(result).code == 0) {
            clones.push_back(*clone);
        }
        return result;
    });
    plant_both(cudaGraphDestroy, cuGraphDestroy, [](auto& real, auto graph) {
        std::erase(clones, graph);
        return real(graph);
    });
    cudaGraphKernelNodeSetParams.plant([](cudaGraphNode_t node, const cudaKernelNodeParams* parameters) {
        const cudaError_t result = cudaGraphKernelNodeSetParams(node, parameters);
        for (const CUgraph clone : clones) {
            CUgraphNode twin = nullptr;
            if (cuGraphNodeFindInClone(&twin, node, clone) == CUDA_SUCCESS) {
                hush(cudaGraphKernelNodeSetParams(twin, parameters));
            }
        }
        return result;
    });
}

FAULT(snapshot_pinned, "device-launch-refuses-pinned-memory",
      "A copy from pinned host memory disqualifies a graph for launch from the device.", "", "INS-11") {
    cuGraphInstantiateWithParams.plant(
        [](CUgraphExec* exec, CUgraph graph, CUDA_GRAPH_INSTANTIATE_PARAMS* parameters) {
            for (const CUgraphNode node : nodes_of(graph)) {
                unsigned type = 0;
                if ((parameters->flags & CUDA_GRAPH_INSTANTIATE_FLAG_DEVICE_LAUNCH) != 0 &&
                    type_of(node) == CU_GRAPH_NODE_TYPE_MEMCPY &&
                    cuPointerGetAttribute(&type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE,
                                          std::max(memcpy_of(node).srcDevice,
                                                   reinterpret_cast<CUdeviceptr>(memcpy_of(node).srcHost))) ==
                        CUDA_SUCCESS &&
                    type == CU_MEMORYTYPE_HOST) {
                    parameters->result_out = CUDA_GRAPH_INSTANTIATE_NODE_OPERATION_NOT_SUPPORTED;
                    parameters->hErrNode_out = node;
                    return CUDA_ERROR_NOT_SUPPORTED;
                }
            }
            return cuGraphInstantiateWithParams(exec, graph, parameters);
        });
}

FAULT(snapshot_moved, "moved-child-is-empty",
      "A graph that is moved into another one stays behind, and nothing runs in its place.", "", "GMN-07") {
    cuGraphAddNode.plant([](CUgraphNode* node, CUgraph graph, const CUgraphNode* after,
                            const CUgraphEdgeData* edges, size_t count, CUgraphNodeParams* parameters) {
        return parameters->type == CU_GRAPH_NODE_TYPE_GRAPH
                   ? cuGraphAddEmptyNode(node, graph, after, count)
                   : cuGraphAddNode(node, graph, after, edges, count, parameters);
    });
}

} // namespace faults
