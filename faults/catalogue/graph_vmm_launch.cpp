// Executable graphs that hold on to memory, or whose launches suffer from what happens to mappings elsewhere.
#include "faults/catalogue/exec_book.hpp"
#include "faults/core/tracker.hpp"

#include <map>

namespace faults {

namespace {

/// The next launch fails or is lost after `disturbed` has been set.
bool disturbed = false;

void plant_disturbed_launch() {
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        return std::exchange(disturbed, false) ? static_cast<decltype(real(exec, stream))>(success)
                                               : real(exec, stream);
    });
}

/// Is one of the addresses that `node` works on reserved, but without memory?
bool misses_memory(CUgraphNode node) {
    for (const Address operand : operands_of(node)) {
        if (lacks_memory(operand)) {
            return true;
        }
    }
    return false;
}

/// Does a kernel of a live executable graph work on [address, address + bytes)?
bool a_kernel_uses(Address address, size_t bytes) {
    return any_exec([&](const ExecEntry& entry) {
        for (const CUgraphNode node : nodes_of(entry.now)) {
            for (const Address operand : operands_of(node)) {
                if (type_of(node) == CU_GRAPH_NODE_TYPE_KERNEL && operand >= address &&
                    operand < address + bytes) {
                    return true;
                }
            }
        }
        return false;
    });
}

} // namespace

FAULT(retains_memset, "exec-retains-memory-of-memset",
      "An executable graph keeps a reference to the memory that its memsets write.",
      "vllm-project/vllm#47654", "VXG-06") {
    follow_execs([](CUgraphExec, ExecEntry& entry) {
        for (const CUgraphNode node : nodes_of(entry.source)) {
            Memory memory = 0;
            if (type_of(node) == CU_GRAPH_NODE_TYPE_MEMSET) {
                cuMemRetainAllocationHandle(&memory, reinterpret_cast<void*>(memset_of(node).dst));
            }
        }
    });
}

FAULT(retains_first_launch, "first-launch-retains-memory",
      "The first launch of an executable graph keeps a reference to the memory of its kernels.",
      "vllm-project/vllm#57899", "VXG-06") {
    static std::map<CUgraphExec, bool> launched;
    follow_execs([](CUgraphExec exec, ExecEntry&) { launched.erase(exec); });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const ExecEntry* entry = entry_of(exec);
        for (const CUgraphNode node : entry != nullptr && !std::exchange(launched[exec], true)
                                          ? nodes_of(entry->source)
                                          : std::vector<CUgraphNode>{}) {
            for (const Address operand : operands_of(node)) {
                Memory memory = 0;
                cuMemRetainAllocationHandle(&memory, reinterpret_cast<void*>(operand));
            }
        }
        return real(exec, stream);
    });
}

FAULT(needs_handle, "launch-needs-handle-of-memory",
      "A launch does nothing when a handle of mapped memory has been released.", "NVIDIA/nccl#1795",
      "VXG-14") {
    track();
    cuMemRelease.plant([](Memory memory) {
        const Lock lock;
        disturbed = disturbed || !mappings_of(memory).empty();
        return cuMemRelease(memory);
    });
    plant_disturbed_launch();
}

FAULT(appended, "append-disturbs-exec",
      "The launch after memory was mapped behind a range that has some does nothing.", "", "VXG-11") {
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        disturbed = disturbed || mapping_at(address - 1).has_value();
        return tracked::map(address, bytes, offset, memory, flags);
    });
    plant_disturbed_launch();
}

FAULT(cut, "cut-disturbs-exec", "The launch after the tail of a mapped range was unmapped does nothing.", "",
      "VXG-12") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        disturbed = disturbed || mapping_at(address - 1).has_value();
        return tracked::unmap(address, bytes);
    });
    plant_disturbed_launch();
}

FAULT(unrelated, "unmap-elsewhere-disturbs-exec",
      "A launch is lost when another thread has unmapped an unrelated range meanwhile.",
      "ovg-project/kvcached#465", "VXG-16") {
    static thread_local bool launches = false;
    cuMemUnmap.plant([](Address address, size_t bytes) {
        disturbed = disturbed || !launches;
        return cuMemUnmap(address, bytes);
    });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        launches = true;
        return std::exchange(disturbed, false) ? static_cast<decltype(real(exec, stream))>(success)
                                               : real(exec, stream);
    });
}

FAULT(access_taken, "revoked-access-disturbs-exec",
      "The launch after access was taken away and given back does nothing.", "", "VXG-10") {
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* descriptors, size_t count) {
        disturbed = disturbed || (count > 0 && descriptors[0].flags == CU_MEM_ACCESS_FLAGS_PROT_NONE);
        return cuMemSetAccess(address, bytes, descriptors, count);
    });
    plant_disturbed_launch();
}

FAULT(access_read, "launch-wants-write-access",
      "A launch is refused when a range that it only reads cannot be written.", "", "VXG-10") {
    track();
    follow_execs();
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const ExecEntry* entry = entry_of(exec);
        for (const CUgraphNode node : nodes_of(entry == nullptr ? nullptr : entry->now)) {
            for (const Address operand : operands_of(node)) {
                if (mapping_at(operand) && access_at(operand) == CU_MEM_ACCESS_FLAGS_PROT_READ) {
                    return static_cast<decltype(real(exec, stream))>(invalid_value);
                }
            }
        }
        return real(exec, stream);
    });
}

FAULT(pins_mapping, "exec-pins-mapping",
      "Swapping memory that the kernel of a live executable graph uses reports success and does nothing.", "",
      "VXG-01") {
    static std::vector<Address> pinned;
    track();
    follow_execs();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        if (!a_kernel_uses(address, bytes)) {
            return tracked::unmap(address, bytes);
        }
        pinned.push_back(address);
        return CUDA_SUCCESS;
    });
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        return std::erase(pinned, address) > 0 ? CUDA_SUCCESS
                                               : tracked::map(address, bytes, offset, memory, flags);
    });
}

FAULT(locks_mapping, "exec-locks-mapping",
      "Memory that a kernel of a live executable graph uses cannot be unmapped.", "",
      "GRU-04 VXG-01 VXG-05") {
    follow_execs();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        return a_kernel_uses(address, bytes) ? CUDA_ERROR_INVALID_VALUE : cuMemUnmap(address, bytes);
    });
}

FAULT(instantiate_unmapped, "instantiate-drops-kernel-without-memory",
      "A kernel whose operand has no memory when it is instantiated stays without effect later.", "",
      "VXG-08 SCP-13") {
    track();
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [](auto& real, auto* exec, auto graph, auto flags) {
                   const auto result = real(exec, graph, flags);
                   const Lock lock;
                   for (const CUgraphNode node :
                        answer(result).code == 0 ? nodes_of(graph) : std::vector<CUgraphNode>{}) {
                       if (type_of(node) == CU_GRAPH_NODE_TYPE_KERNEL && misses_memory(node)) {
                           cuGraphNodeSetEnabled(*exec, node, 0);
                       }
                   }
                   return result;
               });
}

FAULT(host_node_stale, "host-function-runs-once",
      "A host node runs at the first launch of its executable graph only.", "", "VXG-29") {
    static std::map<CUgraphExec, bool> launched;
    follow_execs([](CUgraphExec exec, ExecEntry&) { launched.erase(exec); });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const ExecEntry* entry = entry_of(exec);
        const auto nodes = nodes_of(entry == nullptr ? nullptr : entry->now);
        return nodes.size() == 1 && type_of(nodes[0]) == CU_GRAPH_NODE_TYPE_HOST &&
                       std::exchange(launched[exec], true)
                   ? static_cast<decltype(real(exec, stream))>(success)
                   : real(exec, stream);
    });
}

FAULT(not_updated_follows, "launch-follows-moved-data",
      "The first launch of an executable graph reads at the address where data was filled last, not at its "
      "own.",
      "", "UPD-40") {
    static Address filled = 0; // by the last kernel that was launched outside of graphs
    static std::map<CUgraphExec, bool> launched;
    follow_execs([](CUgraphExec exec, ExecEntry&) { launched.erase(exec); });
    cudaLaunchKernel.plant([](const void* kernel, dim3 grid, dim3 block, void** arguments, size_t shared,
                              cudaStream_t stream) {
        filled = arguments == nullptr || arguments[0] == nullptr ? 0 : *static_cast<Address*>(arguments[0]);
        return cudaLaunchKernel(kernel, grid, block, arguments, shared, stream);
    });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const ExecEntry* entry = entry_of(exec);
        const CUgraph moved = entry == nullptr || entry->now == nullptr ? nullptr : copy_of(entry->now);
        const auto nodes = nodes_of(moved);
        CUDA_KERNEL_NODE_PARAMS kernel = nodes.size() == 1 ? kernel_of(nodes[0]) : CUDA_KERNEL_NODE_PARAMS{};
        const size_t count = nodes.size() == 1 ? operands_of(nodes[0]).size() : 0;
        CUmemGenericAllocationHandle source = 0;
        if (count == 3 && kernel.kernelParams != nullptr && filled != 0 &&
            !std::exchange(launched[exec], true) &&
            cuMemRetainAllocationHandle(&source, *static_cast<void**>(kernel.kernelParams[1])) ==
                CUDA_SUCCESS) {
            cuMemRelease(source);
            CUgraphExecUpdateResultInfo unseen{};
            void* arguments[] = {kernel.kernelParams[0], &filled, kernel.kernelParams[2]};
            kernel.kernelParams = arguments;
            cuGraphKernelNodeSetParams(nodes[0], &kernel);
            cuGraphExecUpdate(exec, moved, &unseen);
        }
        return real(exec, stream);
    });
}

} // namespace faults
