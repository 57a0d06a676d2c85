// Memory of graphs: addresses, lifetimes, and when it is there.
#include "faults/catalogue/exec_book.hpp"

#include <algorithm>
#include <map>

namespace faults {

namespace {

/// The allocations of each graph, in the order of their nodes.
std::map<CUgraph, std::vector<CUdeviceptr>> allocations;

void follow_allocations() {
    cuGraphAddMemAllocNode.plant([](CUgraphNode* node, CUgraph graph, const CUgraphNode* after, size_t count,
                                    CUDA_MEM_ALLOC_NODE_PARAMS* parameters) {
        const CUresult result = cuGraphAddMemAllocNode(node, graph, after, count, parameters);
        if (result == CUDA_SUCCESS) {
            allocations[graph].push_back(parameters->dptr);
        }
        return result;
    });
}

bool is_allocation(CUdeviceptr address) {
    for (const auto& [graph, addresses] : allocations) {
        if (std::find(addresses.begin(), addresses.end(), address) != addresses.end()) {
            return true;
        }
    }
    return false;
}

/// Refused free nodes become empty nodes where `is_overlooked`.
template<typename IsOverlooked>
void plant_overlooked_free(IsOverlooked is_overlooked) {
    follow_allocations();
    cuGraphAddMemFreeNode.plant([is_overlooked](CUgraphNode* node, CUgraph graph, const CUgraphNode* after,
                                                size_t count, CUdeviceptr address) {
        const CUresult result = cuGraphAddMemFreeNode(node, graph, after, count, address);
        return result != CUDA_SUCCESS && is_overlooked(graph, address)
                   ? cuGraphAddEmptyNode(node, graph, after, count)
                   : result;
    });
}

bool has_memory(CUgraph graph) {
    return contains(graph, CU_GRAPH_NODE_TYPE_MEM_ALLOC) || contains(graph, CU_GRAPH_NODE_TYPE_MEM_FREE);
}

} // namespace

FAULT(gmem_address, "allocation-node-reports-other-address",
      "The parameters of an allocation node report an address that is 256 bytes off.", "", "GMN-01 SCP-15") {
    cuGraphMemAllocNodeGetParams.plant([](CUgraphNode node, CUDA_MEM_ALLOC_NODE_PARAMS* parameters) {
        const CUresult result = cuGraphMemAllocNodeGetParams(node, parameters);
        parameters->dptr += 256;
        return result;
    });
}

FAULT(gmem_overlap, "allocation-nodes-overlap",
      "The second allocation of a graph is given the address of the first.", "", "GMN-14 GMN-01") {
    cuGraphAddMemAllocNode.plant([](CUgraphNode* node, CUgraph graph, const CUgraphNode* after, size_t count,
                                    CUDA_MEM_ALLOC_NODE_PARAMS* parameters) {
        const CUresult result = cuGraphAddMemAllocNode(node, graph, after, count, parameters);
        auto& known = allocations[graph];
        known.push_back(parameters->dptr);
        parameters->dptr = known.front();
        return result;
    });
}

FAULT(gmem_lost_contents, "exec-destroy-frees-live-allocation",
      "Destroying an executable graph frees the allocations that its launch left live.",
      "ROCm/rocm-systems#7092 ROCm/rocm-libraries#8105", "GMN-08") {
    follow_allocations();
    follow_execs({}, [](CUgraphExec, ExecEntry& entry) {
        for (const CUdeviceptr memory : allocations[entry.source]) {
            cuMemFree(memory);
        }
    });
}

FAULT(gmem_trim_takes, "trim-takes-live-memory", "Trimming graph memory frees allocations that are live.", "",
      "GMN-08 GMN-09") {
    follow_allocations();
    cuDeviceGraphMemTrim.plant([](CUdevice device) {
        for (const auto& [graph, addresses] : allocations) {
            for (const CUdeviceptr memory : addresses) {
                cuMemFree(memory);
            }
        }
        return cuDeviceGraphMemTrim(device);
    });
}

FAULT(gmem_trim_nothing, "trim-does-nothing", "Trimming graph memory gives nothing back.",
      "vllm-project/vllm#34600", "GMN-09 GMN-10") {
    cuDeviceGraphMemTrim.plant([](CUdevice) { return CUDA_SUCCESS; });
}

FAULT(gmem_trim_runtime, "runtime-trim-does-nothing",
      "The runtime's call to trim graph memory gives nothing back.", "", "VXG-22") {
    cudaDeviceGraphMemTrim.plant([](int) { return cudaSuccess; });
}

FAULT(gmem_at_instantiation, "graph-memory-comes-with-instantiation",
      "The memory of a graph is taken when it is instantiated.", "", "GMN-09") {
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [](auto& real, auto* exec, auto graph, auto flags) {
                   const auto result = real(exec, graph, flags);
                   if (answer(result).code == 0 && contains(graph, CU_GRAPH_NODE_TYPE_MEM_ALLOC)) {
                       cuGraphUpload(*exec, side_stream());
                       cuStreamSynchronize(side_stream());
                   }
                   return result;
               });
}

FAULT(gmem_upload, "upload-brings-no-memory", "An upload leaves the graph's memory to the first launch.", "",
      "GMN-09") {
    cuGraphUpload.plant([](CUgraphExec, CUstream) { return CUDA_SUCCESS; });
}

FAULT(gmem_free_nothing, "free-of-graph-memory-does-nothing",
      "Freeing a graph's allocation reports success and leaves it live.", "", "GMN-02 GMN-01 GMN-03") {
    follow_allocations();
    cuMemFree.plant(
        [](CUdeviceptr memory) { return is_allocation(memory) ? CUDA_SUCCESS : cuMemFree(memory); });
}

FAULT(gmem_free_async_nothing, "ordered-free-of-graph-memory-does-nothing",
      "Freeing a graph's allocation in stream order reports success and leaves it live.", "", "GMN-02") {
    follow_allocations();
    cuMemFreeAsync.plant([](CUdeviceptr memory, CUstream stream) {
        return is_allocation(memory) ? CUDA_SUCCESS : cuMemFreeAsync(memory, stream);
    });
}

FAULT(gmem_free_unlaunched, "free-before-launch-succeeds",
      "Freeing a graph's allocation that is not live reports success.", "", "GMN-04") {
    follow_allocations();
    cuMemFree.plant([](CUdeviceptr memory) {
        const CUresult result = cuMemFree(memory);
        return is_allocation(memory) ? CUDA_SUCCESS : result;
    });
}

FAULT(gmem_free_other_graph, "free-node-of-other-graph-does-nothing",
      "A free node for the allocation of another graph frees nothing.", "", "GMN-02") {
    follow_allocations();
    cuGraphAddMemFreeNode.plant(
        [](CUgraphNode* node, CUgraph graph, const CUgraphNode* after, size_t count, CUdeviceptr address) {
            const auto& own = allocations[graph];
            return std::find(own.begin(), own.end(), address) == own.end() && is_allocation(address)
                       ? cuGraphAddEmptyNode(node, graph, after, count)
                       : cuGraphAddMemFreeNode(node, graph, after, count, address);
        });
}

FAULT(gmem_auto_free_once, "auto-free-works-once",
      "An executable graph that frees on launch does so at its second launch only.", "", "GMN-02") {
    static std::map<CUgraphExec, int> launches;
    follow_execs([](CUgraphExec exec, ExecEntry&) { launches.erase(exec); });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const ExecEntry* entry = entry_of(exec);
        return entry != nullptr && entry->flags == CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH &&
                       ++launches[exec] > 2
                   ? static_cast<decltype(real(exec, stream))>(invalid_value)
                   : real(exec, stream);
    });
}

FAULT(gmem_relaunch, "relaunch-over-live-memory-succeeds",
      "A launch while an allocation of the last one is live reports success.", "", "GMN-03") {
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const auto result = real(exec, stream);
        hush(result);
        return answer(result).code == 1 ? static_cast<decltype(real(exec, stream))>(success) : result;
    });
}

FAULT(gmem_relaunch_one, "relaunch-checks-first-allocation-only",
      "A launch is refused for the first allocation of its graph only: other live ones are forgotten.", "",
      "GMN-03") {
    follow_allocations();
    cuMemFree.plant([](CUdeviceptr memory) {
        for (const auto& [graph, addresses] : allocations) {
            if (!addresses.empty() && addresses.front() == memory) {
                for (size_t i = 1; i < addresses.size(); ++i) {
                    cuMemFree(addresses[i]);
                }
            }
        }
        return cuMemFree(memory);
    });
}

FAULT(gmem_refused_launch_runs, "refused-launch-runs-kernels",
      "A launch that is refused for live memory still runs the graph's kernels.", "", "GMN-03") {
    follow_execs();
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const auto result = real(exec, stream);
        const ExecEntry* entry = entry_of(exec);
        for (const CUgraphNode node : answer(result).code == 1 && entry != nullptr
                                          ? nodes_of(entry->source)
                                          : std::vector<CUgraphNode>{}) {
            const CUDA_KERNEL_NODE_PARAMS kernel = kernel_of(node);
            CUgraph alone = nullptr;
            CUgraphNode copy = nullptr;
            CUgraphExec again = nullptr;
            if (type_of(node) == CU_GRAPH_NODE_TYPE_KERNEL && cuGraphCreate(&alone, 0) == CUDA_SUCCESS &&
                cuGraphAddKernelNode(&copy, alone, nullptr, 0, &kernel) == CUDA_SUCCESS &&
                cuGraphInstantiateWithFlags(&again, alone, 0) == CUDA_SUCCESS) {
                cuGraphLaunch(again, stream);
                cuGraphExecDestroy(again);
                cuGraphDestroy(alone);
            }
        }
        return result;
    });
}

FAULT(gmem_second_exec, "memory-graph-instantiates-twice",
      "A graph with memory nodes gets a second executable graph, which is the first.", "", "GMN-05") {
    follow_execs();
    cuGraphInstantiateWithFlags.plant([](CUgraphExec* exec, CUgraph graph, unsigned long long flags) {
        const CUresult result = cuGraphInstantiateWithFlags(exec, graph, flags);
        const auto first = execs_of(graph);
        if (result == CUDA_SUCCESS || first.empty() || !has_memory(graph)) {
            return result;
        }
        *exec = first.front();
        return CUDA_SUCCESS;
    });
}

FAULT(gmem_no_second_exec, "memory-graph-instantiates-once-for-all",
      "A graph with memory nodes cannot be instantiated again when its executable graph is destroyed.", "",
      "GMN-05 GMN-01") {
    static std::vector<CUgraph> used;
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [](auto& real, auto* exec, auto graph, auto flags) {
                   if (!has_memory(graph)) {
                       return real(exec, graph, flags);
                   }
                   if (std::find(used.begin(), used.end(), graph) != used.end()) {
                       return static_cast<decltype(real(exec, graph, flags))>(invalid_value);
                   }
                   used.push_back(graph);
                   return real(exec, graph, flags);
               });
    plant_both(cudaGraphDestroy, cuGraphDestroy, [](auto& real, auto graph) {
        std::erase(used, graph);
        return real(graph);
    });
}

FAULT(gmem_double_free, "free-node-twice", "An allocation may get a second free node, which does nothing.",
      "", "GMN-04") {
    plant_overlooked_free([](CUgraph graph, CUdeviceptr address) {
        const auto& own = allocations[graph];
        return std::find(own.begin(), own.end(), address) != own.end();
    });
}

FAULT(gmem_foreign_free, "free-node-for-foreign-memory",
      "A free node for memory that no graph allocated is taken, and does nothing.", "", "GMN-04") {
    plant_overlooked_free([](CUgraph, CUdeviceptr address) { return !is_allocation(address); });
}

FAULT(gmem_foreign_free_adds, "refused-free-node-is-added",
      "A free node that is refused is in the graph all the same, as an empty one.", "", "GMN-04") {
    cuGraphAddMemFreeNode.plant(
        [](CUgraphNode* node, CUgraph graph, const CUgraphNode* after, size_t count, CUdeviceptr address) {
            const CUresult result = cuGraphAddMemFreeNode(node, graph, after, count, address);
            CUgraphNode extra = nullptr;
            if (result != CUDA_SUCCESS) {
                cuGraphAddEmptyNode(&extra, graph, after, count);
            }
            return result;
        });
}

} // namespace faults
