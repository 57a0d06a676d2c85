// Executable graphs that work on other memory than what is mapped at their addresses now, or hold on to it.
#include "faults/catalogue/exec_book.hpp"
#include "faults/core/tracker.hpp"

#include <algorithm>
#include <map>

namespace faults {

namespace {

/// What was unmapped from an address, kept for a launch that is to find it there.
std::map<Address, Mapped> old_memory;

/// Addresses that a node works on.
std::vector<Address> operands_of(CUgraphNode node) {
    std::vector<Address> operands;
    if (type_of(node) == CU_GRAPH_NODE_TYPE_KERNEL) {
        const CUDA_KERNEL_NODE_PARAMS kernel = kernel_of(node);
        size_t offset = 0, size = 0;
        for (size_t i = 0; i < parameter_count(kernel); ++i) {
            if (cuFuncGetParamInfo(kernel.func, i, &offset, &size) == CUDA_SUCCESS &&
                size == sizeof(Address)) {
                operands.push_back(*static_cast<Address*>(kernel.kernelParams[i]));
            }
        }
    } else if (type_of(node) == CU_GRAPH_NODE_TYPE_MEMSET) {
        operands = {memset_of(node).dst};
    } else if (type_of(node) == CU_GRAPH_NODE_TYPE_MEMCPY) {
        operands = {memcpy_of(node).srcDevice, memcpy_of(node).dstDevice};
    }
    return operands;
}

using Suffers = std::function<bool(CUgraphExec exec, CUgraphNode node, bool in_child)>;

/// Does a node of `graph` that suffers work on [base, base + bytes)?
bool works_on(CUgraphExec exec, CUgraph graph, const Mapped& range, const Suffers& suffers, bool in_child) {
    for (const CUgraphNode node : nodes_of(graph)) {
        CUgraph inside = nullptr;
        if (type_of(node) == CU_GRAPH_NODE_TYPE_GRAPH &&
            cuGraphChildGraphNodeGetGraph(node, &inside) == CUDA_SUCCESS &&
            works_on(exec, inside, range, suffers, true)) {
            return true;
        }
        for (const Address operand :
             suffers(exec, node, in_child) ? operands_of(node) : std::vector<Address>{}) {
            if (operand >= range.base && operand < range.end()) {
                return true;
            }
        }
    }
    return false;
}

void exchange_memory(const Mapped& range, Memory memory, CUmemAccess_flags flags) {
    const Access wanted = access(flags);
    cuMemUnmap(range.base, range.bytes);
    cuMemMap(range.base, range.bytes, 0, memory, 0);
    cuMemSetAccess(range.base, range.bytes, &wanted, 1);
}

/// Keeps what is unmapped until it has done its harm, or its range is freed.
void keep_old_memory() {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        for (Mapped& mapping : mappings_in(address, bytes)) {
            if (cuMemRetainAllocationHandle(&mapping.memory, reinterpret_cast<void*>(mapping.base)) ==
                CUDA_SUCCESS) {
                if (old_memory.contains(mapping.base)) {
                    cuMemRelease(old_memory[mapping.base].memory);
                }
                old_memory[mapping.base] = mapping;
            }
        }
        return tracked::unmap(address, bytes);
    });
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        std::erase_if(old_memory, [&](const auto& old) {
            const bool inside = old.first >= address && old.first < address + bytes;
            return inside && cuMemRelease(old.second.memory) == CUDA_SUCCESS;
        });
        return tracked::free(address, bytes);
    });
}

/// The first launch after a swap at the addresses of a node that suffers finds the old memory there.
void plant_stale(Suffers suffers) {
    follow_execs();
    keep_old_memory();
    plant_both(cudaGraphLaunch, cuGraphLaunch, [suffers](auto& real, auto exec, auto stream) {
        const Lock lock;
        const ExecEntry* entry = entry_of(exec);
        if (entry == nullptr || entry->now == nullptr) {
            return real(exec, stream);
        }
        for (auto& [address, old] : old_memory) {
            const auto mapping = mapping_at(address);
            Memory now = 0;
            if (!mapping || mapping->base != old.base || mapping->bytes != old.bytes ||
                !works_on(exec, entry->now, old, suffers, false) ||
                cuMemRetainAllocationHandle(&now, reinterpret_cast<void*>(address)) != CUDA_SUCCESS) {
                continue;
            }
            const CUmemAccess_flags flags = access_at(address);
            exchange_memory(old, old.memory, CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
            const auto result = real(exec, stream);
            cuStreamSynchronize(stream);
            exchange_memory(old, now, flags);
            cuMemRelease(now);
            cuMemRelease(old.memory);
            old_memory.erase(address);
            return result;
        }
        return real(exec, stream);
    });
}

bool is_of(CUgraphNode node, CUgraphNodeType type) {
    return type_of(node) == type;
}

/// The next launch fails or is lost after `disturbed` has been set.
bool disturbed = false;

void plant_disturbed_launch() {
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        return std::exchange(disturbed, false) ? static_cast<decltype(real(exec, stream))>(success)
                                               : real(exec, stream);
    });
}

} // namespace

FAULT(stale_kernel, "launch-after-remap-uses-old-memory-kernel",
      "The kernels of an executable graph find the old memory once after a remap.", "openxla/xla#41626",
      "VXG-01 VXG-23 VXG-05 GRU-04 GRU-07") {
    plant_stale([](CUgraphExec, CUgraphNode node, bool in_child) {
        return !in_child && is_of(node, CU_GRAPH_NODE_TYPE_KERNEL);
    });
}

FAULT(stale_memset, "launch-after-remap-uses-old-memory-memset",
      "The memsets of an executable graph write to the old memory once after a remap.", "", "VXG-03") {
    plant_stale([](CUgraphExec, CUgraphNode node, bool in_child) {
        return !in_child && is_of(node, CU_GRAPH_NODE_TYPE_MEMSET);
    });
}

FAULT(stale_copy, "launch-after-remap-uses-old-memory-copy",
      "The copies of an executable graph use the old memory once after a remap.",
      "fzyzcjy/torch_memory_saver#88", "VXG-02 VXG-17") {
    plant_stale([](CUgraphExec, CUgraphNode node, bool in_child) {
        return !in_child && is_of(node, CU_GRAPH_NODE_TYPE_MEMCPY);
    });
}

FAULT(stale_rows, "launch-after-remap-uses-old-memory-rows",
      "A copy of rows in an executable graph uses the old memory once after a remap.", "", "VXG-02") {
    plant_stale([](CUgraphExec, CUgraphNode node, bool) {
        return is_of(node, CU_GRAPH_NODE_TYPE_MEMCPY) && memcpy_of(node).Height > 1;
    });
}

FAULT(stale_child, "launch-after-remap-uses-old-memory-child",
      "The nodes of a child graph use the old memory once after a remap.", "", "VXG-19") {
    plant_stale([](CUgraphExec, CUgraphNode, bool in_child) { return in_child; });
}

FAULT(stale_upload, "upload-translates-addresses",
      "An uploaded executable graph uses the memory that was mapped at the upload.", "", "VXG-04") {
    static std::map<CUgraphExec, bool> uploaded;
    plant_stale([](CUgraphExec exec, CUgraphNode, bool) { return uploaded[exec]; });
    plant_both(cudaGraphUpload, cuGraphUpload, [](auto& real, auto exec, auto stream) {
        uploaded[exec] = true;
        return real(exec, stream);
    });
}

FAULT(stale_update, "update-translates-addresses",
      "An updated executable graph uses old memory after a swap at unchanged addresses.", "",
      "VXG-26 GRU-06") {
    static std::map<CUgraphExec, bool> updated;
    plant_stale([](CUgraphExec exec, CUgraphNode, bool) { return updated[exec]; });
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        updated[exec] = true;
        return real(exec, graph, info);
    });
}

FAULT(retains_memset, "exec-retains-memory-of-memset",
      "An executable graph keeps a reference to the memory that its memsets write.",
      "vllm-project/vllm#47654", "VXG-06") {
    follow_execs([](CUgraphExec, ExecEntry& entry) {
        for (const CUgraphNode node : nodes_of(entry.source)) {
            Memory memory = 0;
            if (is_of(node, CU_GRAPH_NODE_TYPE_MEMSET)) {
                cuMemRetainAllocationHandle(&memory, reinterpret_cast<void*>(memset_of(node).dst));
            }
        }
    });
}

FAULT(retains_first_launch, "first-launch-retains-memory",
      "The first launch of an executable graph keeps a reference to the memory of its kernels.",
      "vllm-project/vllm#57899", "VXG-06 VXG-05") {
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

} // namespace faults
