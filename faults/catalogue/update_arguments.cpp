// Whole-graph updates with arguments that no update takes, with the form of one version only, and deep
// inside.
#include "faults/catalogue/exec_book.hpp"

#include <algorithm>

namespace faults {

namespace {

/// What `node` did, for nodes that are `depth` child graphs deep.
void keep_at(CUgraph graph, CUgraph old, int depth) {
    const auto nodes = nodes_of(graph), before = nodes_of(old);
    for (size_t i = 0; i < std::min(nodes.size(), before.size()); ++i) {
        CUgraph inside = nullptr, inside_before = nullptr;
        if (depth > 0 && type_of(nodes[i]) == CU_GRAPH_NODE_TYPE_GRAPH &&
            cuGraphChildGraphNodeGetGraph(nodes[i], &inside) == CUDA_SUCCESS &&
            cuGraphChildGraphNodeGetGraph(before[i], &inside_before) == CUDA_SUCCESS) {
            keep_at(inside, inside_before, depth - 1);
        }
        if (depth == 0) {
            kernels([](auto& now, const auto& then) { now = then; })(nodes[i], before[i]);
        }
    }
}

} // namespace

FAULT(argument_invalid_success, "update-result-success-for-invalid-argument",
      "An update that is refused for an invalid argument has the result SUCCESS.", "", "UPD-46") {
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        const auto result = real(exec, graph, info);
        if (answer(result).code != 0 && answer(result).code != 910 && info != nullptr) {
            info->result = {};
        }
        return result;
    });
}

FAULT(argument_no_exec, "update-takes-no-exec", "An update of no executable graph reports success.", "",
      "UPD-36 UPD-46") {
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        return exec == nullptr ? static_cast<decltype(real(exec, graph, info))>(success)
                               : real(exec, graph, info);
    });
}

FAULT(argument_no_info, "update-without-result-applies-and-fails",
      "An update without room for its result is applied, and returns an error.", "", "UPD-36") {
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        if (info != nullptr) {
            return real(exec, graph, info);
        }
        CUgraphExecUpdateResultInfo unseen{};
        cuGraphExecUpdate(exec, graph, &unseen);
        return static_cast<decltype(real(exec, graph, info))>(invalid_value);
    });
}

FAULT(argument_forms, "update-forms-disagree",
      "The form of 12.0 of an update takes additional nodes, which that of 10.2 refuses.",
      "lupinemachines/lupine#601", "UPD-38") {
    cuGraphExecUpdate.plant([](CUgraphExec exec, CUgraph graph, CUgraphExecUpdateResultInfo* info) {
        const CUresult result = cuGraphExecUpdate(exec, graph, info);
        const bool overlooked =
            info != nullptr && info->result == CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED;
        if (result != CUDA_SUCCESS && overlooked) {
            *info = {};
        }
        return overlooked ? CUDA_SUCCESS : result;
    });
}

FAULT(argument_deep, "update-stops-after-one-level",
      "An update reaches the nodes of a child graph, but not of a child graph in that.", "", "UPD-29") {
    follow_execs();
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        const ExecEntry* entry = entry_of(exec);
        const CUgraph mixed = entry == nullptr || entry->now == nullptr ? nullptr : copy_of(graph);
        if (mixed != nullptr) {
            keep_at(mixed, entry->now, 2);
        }
        const auto result = real(exec, graph, info);
        CUgraphExecUpdateResultInfo unseen{};
        if (answer(result).code == 0 && mixed != nullptr &&
            cuGraphExecUpdate(exec, mixed, &unseen) == CUDA_SUCCESS) {
            does_now(exec, mixed);
        }
        return result;
    });
}

FAULT(argument_old_updatable, "update-takes-device-updatable-exec",
      "An executable graph with a device-updatable kernel takes an update, and does nothing.", "", "UPD-10") {
    follow_execs();
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        const auto result = real(exec, graph, info);
        const ExecEntry* entry = entry_of(exec);
        for (const CUgraphNode node : nodes_of(entry == nullptr ? nullptr : entry->source)) {
            CUkernelNodeAttrValue value{};
            if (answer(result).code != 0 && info != nullptr && type_of(node) == CU_GRAPH_NODE_TYPE_KERNEL &&
                cuGraphKernelNodeGetAttribute(node, CU_LAUNCH_ATTRIBUTE_DEVICE_UPDATABLE_KERNEL_NODE,
                                              &value) == CUDA_SUCCESS &&
                value.deviceUpdatableKernelNode.deviceUpdatable != 0) {
                hush(result);
                *info = {};
                return static_cast<decltype(real(exec, graph, info))>(success);
            }
        }
        return result;
    });
}

FAULT(argument_moved, "update-takes-moved-graph",
      "A graph that was moved into another one is taken by an update, and changes nothing.", "", "UPD-31") {
    static std::vector<CUgraph> moved;
    cuGraphAddNode.plant([](CUgraphNode* node, CUgraph graph, const CUgraphNode* after,
                            const CUgraphEdgeData* edges, size_t count, CUgraphNodeParams* parameters) {
        if (parameters->type == CU_GRAPH_NODE_TYPE_GRAPH) {
            moved.push_back(parameters->graph.graph);
        }
        return cuGraphAddNode(node, graph, after, edges, count, parameters);
    });
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        const auto result = real(exec, graph, info);
        if (answer(result).code == 0 || std::find(moved.begin(), moved.end(), graph) == moved.end()) {
            return result;
        }
        hush(result);
        *info = {};
        return static_cast<decltype(real(exec, graph, info))>(success);
    });
}

} // namespace faults
