// Enabled states, child graphs and batches of executable graphs that are set to no or too much effect.
#include "faults/catalogue/exec_book.hpp"

#include <algorithm>
#include <map>

namespace faults {

namespace {

bool can_be_disabled(CUgraphNode node) {
    const CUgraphNodeType type = type_of(node);
    return type == CU_GRAPH_NODE_TYPE_KERNEL || type == CU_GRAPH_NODE_TYPE_MEMSET ||
           type == CU_GRAPH_NODE_TYPE_MEMCPY;
}

template<typename Change>
void plant_batch(Change change) {
    cuGraphExecBatchMemOpNodeSetParams.plant([change](CUgraphExec exec, CUgraphNode node,
                                                      const CUDA_BATCH_MEM_OP_NODE_PARAMS* parameters) {
        CUDA_BATCH_MEM_OP_NODE_PARAMS before{}, wanted = *parameters;
        cuGraphBatchMemOpNodeGetParams(node, &before);
        std::vector<CUstreamBatchMemOpParams> operations(wanted.paramArray, wanted.paramArray + wanted.count);
        change(operations, std::vector(before.paramArray, before.paramArray + before.count));
        wanted.paramArray = operations.data();
        wanted.count = static_cast<unsigned>(operations.size());
        return cuGraphExecBatchMemOpNodeSetParams(exec, node, &wanted);
    });
}

using Operations = std::vector<CUstreamBatchMemOpParams>;

/// Settings of a child graph that are refused are carried out as far as they can be, and reported as `code`.
void plant_child(bool applies, bool hides) {
    cudaGraphExecChildGraphNodeSetParams.plant(
        [applies, hides](cudaGraphExec_t exec, cudaGraphNode_t node, cudaGraph_t child) {
            const cudaError_t result = cudaGraphExecChildGraphNodeSetParams(exec, node, child);
            CUgraph inside = nullptr;
            if (result == cudaSuccess || cuGraphChildGraphNodeGetGraph(node, &inside) != CUDA_SUCCESS) {
                return result;
            }
            const auto nodes = nodes_of(inside), wanted = nodes_of(child);
            for (size_t i = 0; applies && i < std::min(nodes.size(), wanted.size()); ++i) {
                cudaKernelNodeParams parameters{};
                if (type_of(nodes[i]) == CU_GRAPH_NODE_TYPE_KERNEL &&
                    type_of(wanted[i]) == CU_GRAPH_NODE_TYPE_KERNEL &&
                    cudaGraphKernelNodeGetParams(wanted[i], &parameters) == cudaSuccess) {
                    (void)cudaGraphExecKernelNodeSetParams(exec, nodes[i], &parameters);
                }
            }
            if (hides) {
                hush(result);
            }
            return hides ? cudaSuccess : result;
        });
}

} // namespace

FAULT(state_ignored, "disabled-node-still-runs", "A disabled node says that it is disabled and runs on.", "",
      "SET-11 SET-12 UPD-35 SET-19") {
    static std::map<std::pair<CUgraphExec, CUgraphNode>, unsigned> states;
    cudaGraphNodeSetEnabled.plant([](cudaGraphExec_t exec, cudaGraphNode_t node, unsigned enabled) {
        const cudaError_t result = cudaGraphNodeSetEnabled(exec, node, 1);
        if (result == cudaSuccess) {
            states[{exec, node}] = enabled != 0 ? 1 : 0;
        }
        return result;
    });
    cudaGraphNodeGetEnabled.plant([](cudaGraphExec_t exec, cudaGraphNode_t node, unsigned* enabled) {
        const cudaError_t result = cudaGraphNodeGetEnabled(exec, node, enabled);
        const auto known = states.find({exec, node});
        if (result == cudaSuccess && known != states.end()) {
            *enabled = known->second;
        }
        return result;
    });
}

FAULT(state_stuck, "get-enabled-says-enabled", "A node says that it is enabled, also when it is not.", "",
      "SET-11 SET-12 UPD-35") {
    cudaGraphNodeGetEnabled.plant([](cudaGraphExec_t exec, cudaGraphNode_t node, unsigned* enabled) {
        const cudaError_t result = cudaGraphNodeGetEnabled(exec, node, enabled);
        *enabled = result == cudaSuccess ? 1 : *enabled;
        return result;
    });
}

FAULT(state_foreign, "get-enabled-answers-for-foreign-node",
      "A node that is not of the executable graph says that it is enabled there.", "", "SET-12") {
    cudaGraphNodeGetEnabled.plant([](cudaGraphExec_t exec, cudaGraphNode_t node, unsigned* enabled) {
        const cudaError_t result = cudaGraphNodeGetEnabled(exec, node, enabled);
        if (result == cudaSuccess || !can_be_disabled(node)) {
            return result;
        }
        hush(result);
        *enabled = 1;
        return cudaSuccess;
    });
}

FAULT(state_shared, "enabled-state-is-of-graph",
      "Disabling a node disables it in all executable graphs of its graph.", "", "SET-12") {
    follow_execs();
    cudaGraphNodeSetEnabled.plant([](cudaGraphExec_t exec, cudaGraphNode_t node, unsigned enabled) {
        const ExecEntry* entry = entry_of(exec);
        const cudaError_t result = cudaGraphNodeSetEnabled(exec, node, enabled);
        for (const CUgraphExec other : result == cudaSuccess && entry != nullptr
                                           ? execs_of(entry->source)
                                           : std::vector<CUgraphExec>{}) {
            (void)cudaGraphNodeSetEnabled(other, node, enabled);
        }
        return result;
    });
}

FAULT(state_types, "host-node-can-be-disabled", "A host node can be disabled, which does nothing.", "",
      "SET-11") {
    cudaGraphNodeSetEnabled.plant([](cudaGraphExec_t exec, cudaGraphNode_t node, unsigned enabled) {
        return type_of(node) == CU_GRAPH_NODE_TYPE_HOST ? cudaSuccess
                                                        : cudaGraphNodeSetEnabled(exec, node, enabled);
    });
}

FAULT(state_truth, "enabled-takes-one-only", "A node is enabled by 1 only; any other number disables it.", "",
      "SET-12") {
    cudaGraphNodeSetEnabled.plant([](cudaGraphExec_t exec, cudaGraphNode_t node, unsigned enabled) {
        return cudaGraphNodeSetEnabled(exec, node, enabled == 1 ? 1 : 0);
    });
}

FAULT(state_for_good, "disabled-copy-stays-disabled",
      "A copy node that was disabled cannot be enabled again.", "", "SET-11") {
    cudaGraphNodeSetEnabled.plant([](cudaGraphExec_t exec, cudaGraphNode_t node, unsigned enabled) {
        return enabled != 0 && type_of(node) == CU_GRAPH_NODE_TYPE_MEMCPY
                   ? cudaSuccess
                   : cudaGraphNodeSetEnabled(exec, node, enabled);
    });
}

FAULT(state_lost, "set-while-disabled-is-lost", "Parameters that are set while a node is disabled are lost.",
      "ROCm/rocm-systems#9063", "SET-11") {
    cudaGraphExecKernelNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaKernelNodeParams* parameters) {
            unsigned enabled = 1;
            hush(cudaGraphNodeGetEnabled(exec, node, &enabled));
            return enabled == 0 ? cudaSuccess : cudaGraphExecKernelNodeSetParams(exec, node, parameters);
        });
}

FAULT(state_enables, "set-enables-node", "Setting the parameters of a disabled node enables it.", "",
      "SET-11") {
    cudaGraphExecKernelNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaKernelNodeParams* parameters) {
            const cudaError_t result = cudaGraphExecKernelNodeSetParams(exec, node, parameters);
            if (result == cudaSuccess) {
                (void)cudaGraphNodeSetEnabled(exec, node, 1);
            }
            return result;
        });
}

FAULT(state_edges, "disabled-node-drops-edges",
      "The nodes behind a disabled node do not wait for those in front of it, and run first.",
      "ROCm/rocm-systems#11359", "SET-11") {
    static std::map<CUgraphExec, CUgraphExec> loose;
    follow_execs({}, [](CUgraphExec exec, ExecEntry&) {
        if (loose.contains(exec)) {
            cuGraphExecDestroy(loose[exec]);
            loose.erase(exec);
        }
    });
    cudaGraphNodeSetEnabled.plant([](cudaGraphExec_t exec, cudaGraphNode_t node, unsigned enabled) {
        const ExecEntry* entry = entry_of(exec);
        CUgraphNode twin = nullptr;
        const CUgraph graph = enabled == 0 && entry != nullptr ? copy_of(entry->source) : nullptr;
        if (graph != nullptr && cuGraphNodeFindInClone(&twin, node, graph) == CUDA_SUCCESS) {
            const auto before = dependencies_of(twin);
            for (const CUgraphNode other : nodes_of(graph)) {
                const auto after = dependencies_of(other);
                if (std::find(after.begin(), after.end(), twin) != after.end() && !before.empty()) {
                    remove_edge(graph, twin, other);
                    cuGraphAddDependencies(graph, &other, &before[0],
                                           1); // one order of two that nothing orders
                }
            }
            cuGraphDestroyNode(twin);
            CUgraphExec exec_without = nullptr;
            if (cuGraphInstantiateWithFlags(&exec_without, graph, 0) == CUDA_SUCCESS) {
                loose[exec] = exec_without;
            }
            cuGraphDestroy(graph);
        } else {
            loose.erase(exec);
        }
        return cudaGraphNodeSetEnabled(exec, node, enabled);
    });
    cudaGraphLaunch.plant([](cudaGraphExec_t exec, cudaStream_t stream) {
        return cudaGraphLaunch(loose.contains(exec) ? loose[exec] : exec, stream);
    });
}

FAULT(child_flat, "set-child-misses-inner-graphs",
      "Setting a child graph that has child graphs of its own reports success only.", "", "SET-10") {
    cudaGraphExecChildGraphNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, cudaGraph_t child) {
            return contains(child, CU_GRAPH_NODE_TYPE_GRAPH)
                       ? cudaSuccess
                       : cudaGraphExecChildGraphNodeSetParams(exec, node, child);
        });
}

FAULT(child_overlooked, "set-child-takes-other-topology",
      "Setting a child graph to another topology reports success and does nothing.", "", "SET-10") {
    plant_child(false, true);
}

FAULT(child_part, "refused-set-child-applies-head",
      "Setting a child graph that is refused changes the kernels in front of what it is refused for.", "",
      "SET-10") {
    plant_child(true, false);
}

FAULT(batch_address, "set-batch-keeps-addresses",
      "Setting a batch of memory operations changes the values and keeps the addresses.", "", "SET-13") {
    plant_batch([](Operations& wanted, const Operations& before) {
        for (size_t i = 0; i < std::min(wanted.size(), before.size()); ++i) {
            if (wanted[i].operation == CU_STREAM_MEM_OP_WRITE_VALUE_32 &&
                before[i].operation == CU_STREAM_MEM_OP_WRITE_VALUE_32) {
                wanted[i].writeValue.address = before[i].writeValue.address;
            }
        }
    });
}

FAULT(batch_second, "set-batch-keeps-second-operation",
      "Setting a batch of memory operations changes the first of them only.", "", "SET-13") {
    plant_batch([](Operations& wanted, const Operations& before) {
        if (wanted.size() == before.size() && wanted.size() > 1) {
            std::copy(before.begin() + 1, before.end(), wanted.begin() + 1);
        }
    });
}

FAULT(batch_count, "set-batch-takes-more-operations",
      "A batch of memory operations is set to more of them, and the additional ones are left out.", "",
      "SET-13") {
    plant_batch([](Operations& wanted, const Operations& before) {
        wanted.resize(std::min(wanted.size(), before.size()));
    });
}

} // namespace faults
