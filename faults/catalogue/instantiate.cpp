// Executable graphs that are not a copy of their graph, or are not what the flags say.
#include "faults/catalogue/exec_book.hpp"

#include <map>

namespace faults {

namespace {

/// Changes the flags of every form of instantiation.
template<typename Change>
void plant_flags(Change change) {
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [change](auto& real, auto* exec, auto graph, auto flags) {
                   return real(exec, graph, change(static_cast<unsigned long long>(flags)));
               });
    plant_both(cudaGraphInstantiateWithParams, cuGraphInstantiateWithParams,
               [change](auto& real, auto* exec, auto graph, auto* parameters) {
                   const auto flags = parameters->flags;
                   parameters->flags = change(static_cast<unsigned long long>(flags));
                   const auto result = real(exec, graph, parameters);
                   parameters->flags = flags;
                   return result;
               });
}

constexpr unsigned long long auto_free = 1, upload = 2, device_launch = 4, node_priority = 8;

/// Refused graphs of the kind that `is_it` knows are instantiated without what offends.
template<typename Edit>
void plant_acceptance(Edit edit) {
    cuGraphInstantiateWithFlags.plant([edit](CUgraphExec* exec, CUgraph graph, unsigned long long flags) {
        const CUresult result = cuGraphInstantiateWithFlags(exec, graph, flags);
        return result == CUDA_SUCCESS ? result : edit(exec, graph, flags, result);
    });
}

} // namespace

FAULT(instantiate_follows, "exec-follows-source-graph",
      "An executable graph takes over what is changed in its graph afterwards.", "", "INS-01 UPD-44") {
    follow_execs();
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const ExecEntry* entry = entry_of(exec);
        if (entry != nullptr && entry->source != nullptr) {
            CUgraphExecUpdateResultInfo info{};
            cuGraphExecUpdate(exec, entry->source, &info);
        }
        return real(exec, stream);
    });
}

FAULT(instantiate_needs_graph, "exec-dies-with-graph",
      "An executable graph cannot be launched any more when its graph is destroyed.", "", "INS-01") {
    follow_execs();
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const ExecEntry* entry = entry_of(exec);
        return entry != nullptr && entry->source == nullptr
                   ? static_cast<decltype(real(exec, stream))>(invalid_value)
                   : real(exec, stream);
    });
}

FAULT(instantiate_shares, "second-exec-shares-parameters",
      "The kernels of two executable graphs of one graph share their parameters.", "", "SET-14") {
    follow_execs();
    cudaGraphExecKernelNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaKernelNodeParams* parameters) {
            const cudaError_t result = cudaGraphExecKernelNodeSetParams(exec, node, parameters);
            const ExecEntry* entry = entry_of(exec);
            for (const CUgraphExec other : result == cudaSuccess && entry != nullptr
                                               ? execs_of(entry->source)
                                               : std::vector<CUgraphExec>{}) {
                hush(cudaGraphExecKernelNodeSetParams(other, node, parameters));
            }
            return result;
        });
}

FAULT(instantiate_last_node, "exec-loses-last-of-eight",
      "An executable graph of eight or more nodes lacks the last one.", "", "INS-16") {
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [](auto& real, auto* exec, auto graph, auto flags) {
                   const auto result = real(exec, graph, flags);
                   const auto nodes = nodes_of(graph);
                   if (answer(result).code == 0 && nodes.size() >= 8) {
                       cuGraphNodeSetEnabled(*exec, nodes.back(), 0);
                   }
                   return result;
               });
}

FAULT(instantiate_exchanges, "exec-exchanges-two-kernels",
      "An executable graph of eight or more nodes runs the fourth and the fifth kernel in the wrong order.",
      "pytorch/pytorch#57556", "INS-16 UPD-03") {
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [](auto& real, auto* exec, auto graph, auto flags) {
                   const auto nodes = nodes_of(graph);
                   if (nodes.size() < 8 || type_of(nodes[3]) != CU_GRAPH_NODE_TYPE_KERNEL ||
                       type_of(nodes[4]) != CU_GRAPH_NODE_TYPE_KERNEL) {
                       return real(exec, graph, flags);
                   }
                   const CUgraph copy = copy_of(graph);
                   const auto twins = nodes_of(copy);
                   const CUDA_KERNEL_NODE_PARAMS fourth = kernel_of(nodes[3]), fifth = kernel_of(nodes[4]);
                   if (copy != nullptr) {
                       cuGraphKernelNodeSetParams(twins[3], &fifth);
                       cuGraphKernelNodeSetParams(twins[4], &fourth);
                   }
                   return real(exec, copy == nullptr ? graph : copy, flags);
               });
}

FAULT(instantiate_unknown_flags, "instantiate-takes-unknown-flags",
      "Unknown instantiation flags are ignored.", "", "INS-02 INS-03") {
    plant_flags([](unsigned long long flags) { return flags & 15; });
}

FAULT(instantiate_high_flags, "instantiate-checks-32-flags",
      "The upper 32 bits of the instantiation flags are ignored.", "", "INS-02") {
    plant_flags([](unsigned long long flags) { return flags & 0xFFFFFFFFULL; });
}

FAULT(instantiate_conflict, "instantiate-takes-conflicting-flags",
      "Freeing on launch wins over launching from the device instead of a refusal.", "", "INS-02 GMN-13") {
    plant_flags(
        [](unsigned long long flags) { return (flags & auto_free) != 0 ? flags & ~device_launch : flags; });
}

FAULT(instantiate_forgets_auto_free, "instantiate-forgets-auto-free",
      "The flag to free on launch is accepted and forgotten.", "NVIDIA/warp#1429", "GMN-02 GMN-08 INS-04") {
    plant_flags([](unsigned long long flags) { return flags & ~auto_free; });
}

FAULT(instantiate_forgets_device_launch, "instantiate-forgets-device-launch",
      "A graph for launch from the device is not checked for what cannot be launched there.", "",
      "INS-11 GMN-13 INS-03 INS-04") {
    plant_flags([](unsigned long long flags) { return flags & ~device_launch; });
}

FAULT(instantiate_forgets_priority, "instantiate-forgets-node-priority",
      "The flag to run nodes by their priority is accepted and forgotten.", "", "INS-04 UPD-09") {
    plant_flags([](unsigned long long flags) { return flags & ~node_priority; });
}

FAULT(instantiate_upload_flag, "exec-reports-upload-flag",
      "An executable graph that was uploaded at its instantiation reports that flag.", "", "INS-04") {
    static std::map<CUgraphExec, bool> uploaded;
    cuGraphInstantiateWithParams.plant(
        [](CUgraphExec* exec, CUgraph graph, CUDA_GRAPH_INSTANTIATE_PARAMS* parameters) {
            const CUresult result = cuGraphInstantiateWithParams(exec, graph, parameters);
            uploaded[*exec] = result == CUDA_SUCCESS && (parameters->flags & upload) != 0;
            return result;
        });
    cuGraphExecGetFlags.plant([](CUgraphExec exec, cuuint64_t* flags) {
        const CUresult result = cuGraphExecGetFlags(exec, flags);
        *flags |= uploaded[exec] ? upload : 0;
        return result;
    });
}

FAULT(instantiate_upload_runs, "instantiate-upload-launches", "Uploading at the instantiation also launches.",
      "", "INS-04") {
    cuGraphInstantiateWithParams.plant(
        [](CUgraphExec* exec, CUgraph graph, CUDA_GRAPH_INSTANTIATE_PARAMS* parameters) {
            const CUresult result = cuGraphInstantiateWithParams(exec, graph, parameters);
            if (result == CUDA_SUCCESS && (parameters->flags & upload) != 0) {
                cuGraphLaunch(*exec, parameters->hUploadStream);
            }
            return result;
        });
}

FAULT(instantiate_upload_nowhere, "instantiate-takes-upload-without-stream",
      "The upload flag is accepted where there is no stream to upload in.", "", "INS-04") {
    cuGraphInstantiateWithFlags.plant([](CUgraphExec* exec, CUgraph graph, unsigned long long flags) {
        return cuGraphInstantiateWithFlags(exec, graph, flags & ~upload);
    });
}

FAULT(instantiate_reason_unwritten, "instantiate-leaves-reason-unwritten",
      "A successful instantiation does not write its reason.", "", "INS-03 INS-11") {
    cuGraphInstantiateWithParams.plant(
        [](CUgraphExec* exec, CUgraph graph, CUDA_GRAPH_INSTANTIATE_PARAMS* parameters) {
            const CUgraphInstantiateResult before = parameters->result_out;
            const CUresult result = cuGraphInstantiateWithParams(exec, graph, parameters);
            parameters->result_out = result == CUDA_SUCCESS ? before : parameters->result_out;
            return result;
        });
}

FAULT(instantiate_culprit, "instantiate-blames-first-node",
      "A refused instantiation names the first node of the graph, whichever is at fault.", "",
      "INS-03 INS-11") {
    cuGraphInstantiateWithParams.plant(
        [](CUgraphExec* exec, CUgraph graph, CUDA_GRAPH_INSTANTIATE_PARAMS* parameters) {
            const CUresult result = cuGraphInstantiateWithParams(exec, graph, parameters);
            const auto nodes = nodes_of(graph);
            if (result != CUDA_SUCCESS && !nodes.empty() && parameters->hErrNode_out != nullptr) {
                parameters->hErrNode_out = nodes.front();
            }
            return result;
        });
}

FAULT(instantiate_reason, "instantiate-gives-general-reason",
      "Every refused instantiation gives the general error as its reason.", "", "INS-03 INS-11") {
    cuGraphInstantiateWithParams.plant(
        [](CUgraphExec* exec, CUgraph graph, CUDA_GRAPH_INSTANTIATE_PARAMS* parameters) {
            const CUresult result = cuGraphInstantiateWithParams(exec, graph, parameters);
            if (result != CUDA_SUCCESS) {
                parameters->result_out = CUDA_GRAPH_INSTANTIATE_ERROR;
            }
            return result;
        });
}

FAULT(instantiate_copy_on_device, "device-launch-refuses-virtual-memory",
      "A copy or memset of virtual memory disqualifies a graph for launch from the device.", "", "INS-11") {
    cuGraphInstantiateWithParams.plant(
        [](CUgraphExec* exec, CUgraph graph, CUDA_GRAPH_INSTANTIATE_PARAMS* parameters) {
            if ((parameters->flags & device_launch) != 0 && contains(graph, CU_GRAPH_NODE_TYPE_MEMSET)) {
                parameters->result_out = CUDA_GRAPH_INSTANTIATE_NODE_OPERATION_NOT_SUPPORTED;
                parameters->hErrNode_out = nodes_of(graph).front();
                return CUDA_ERROR_NOT_SUPPORTED;
            }
            return cuGraphInstantiateWithParams(exec, graph, parameters);
        });
}

FAULT(instantiate_destroy_leaks, "exec-destroy-keeps-one-page",
      "Destroying an executable graph of ten or more nodes keeps one page of device memory.",
      "ggml-org/llama.cpp#25835", "INS-15") {
    follow_execs({}, [](CUgraphExec, ExecEntry& entry) {
        CUdeviceptr leaked = 0;
        if (nodes_of(entry.now).size() >= 10) {
            cuMemAlloc(&leaked, 65536);
        }
    });
}

FAULT(instantiate_second_conditional, "conditional-graph-instantiates-twice",
      "A graph with a conditional node gets a second executable graph, which is the first.", "", "INS-17") {
    static std::map<CUgraph, CUgraphExec> first;
    cudaGraphInstantiate.plant([](cudaGraphExec_t* exec, cudaGraph_t graph, unsigned long long flags) {
        const cudaError_t result = cudaGraphInstantiate(exec, graph, flags);
        if (result == cudaSuccess) {
            first[graph] = *exec;
        }
        return result;
    });
    plant_acceptance([](CUgraphExec* exec, CUgraph graph, unsigned long long, CUresult result) {
        if (!contains(graph, CU_GRAPH_NODE_TYPE_CONDITIONAL) || !first.contains(graph)) {
            return result;
        }
        *exec = first[graph];
        return CUDA_SUCCESS;
    });
}

} // namespace faults
