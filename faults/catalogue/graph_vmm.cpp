// Executable graphs that work on other memory than what is mapped at their addresses now, or hold on to it.
#include "faults/catalogue/exec_book.hpp"
#include "faults/core/tracker.hpp"

#include <algorithm>
#include <map>

namespace faults {

namespace {

/// What was unmapped from an address, kept for a launch that is to find it there.
std::map<Address, Mapped> old_memory;

/// The bodies of conditional nodes.
std::map<CUgraphNode, std::vector<CUgraph>> bodies;

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
        for (const CUgraph body : bodies[node]) {
            if (works_on(exec, body, range, suffers, true)) {
                return true;
            }
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
        const CUgraph work = entry == nullptr ? nullptr : entry->now == nullptr ? entry->source : entry->now;
        for (auto& [address, old] : old_memory) {
            const auto mapping = mapping_at(address);
            Memory now = 0;
            if (!mapping || mapping->base != old.base || mapping->bytes != old.bytes ||
                !works_on(exec, work, old, suffers, false) ||
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

} // namespace

FAULT(stale_kernel, "launch-after-remap-uses-old-memory-kernel",
      "The kernels of an executable graph find the old memory once after a remap.", "openxla/xla#41626",
      "VXG-01 VXG-23 VXG-05 GRU-07") {
    plant_stale([](CUgraphExec, CUgraphNode node, bool in_child) {
        return !in_child && type_of(node) == CU_GRAPH_NODE_TYPE_KERNEL;
    });
}

FAULT(stale_memset, "launch-after-remap-uses-old-memory-memset",
      "The memsets of an executable graph write to the old memory once after a remap.", "", "VXG-03") {
    plant_stale([](CUgraphExec, CUgraphNode node, bool in_child) {
        return !in_child && type_of(node) == CU_GRAPH_NODE_TYPE_MEMSET;
    });
}

FAULT(stale_copy, "launch-after-remap-uses-old-memory-copy",
      "The copies of an executable graph use the old memory once after a remap.",
      "fzyzcjy/torch_memory_saver#88", "VXG-02 VXG-17") {
    plant_stale([](CUgraphExec, CUgraphNode node, bool in_child) {
        return !in_child && type_of(node) == CU_GRAPH_NODE_TYPE_MEMCPY;
    });
}

FAULT(stale_rows, "launch-after-remap-uses-old-memory-rows",
      "A copy of rows in an executable graph uses the old memory once after a remap.", "", "VXG-02") {
    plant_stale([](CUgraphExec, CUgraphNode node, bool) {
        return type_of(node) == CU_GRAPH_NODE_TYPE_MEMCPY && memcpy_of(node).Height > 1;
    });
}

FAULT(stale_child, "launch-after-remap-uses-old-memory-child",
      "The nodes of a child graph use the old memory once after a remap.", "", "VXG-19") {
    plant_stale([](CUgraphExec, CUgraphNode, bool in_child) { return in_child; });
}

FAULT(stale_body, "launch-after-remap-uses-old-memory-body",
      "The nodes of a conditional body use the old memory once after a remap.", "", "VXG-19") {
    plant_stale([](CUgraphExec exec, CUgraphNode, bool inside) {
        return inside && entry_of(exec)->now == nullptr; // such a graph cannot be copied
    });
    cuGraphAddNode.plant([](CUgraphNode* node, CUgraph graph, const CUgraphNode* after,
                            const CUgraphEdgeData* edges, size_t count, CUgraphNodeParams* parameters) {
        const CUresult result = cuGraphAddNode(node, graph, after, edges, count, parameters);
        if (result == CUDA_SUCCESS && parameters->type == CU_GRAPH_NODE_TYPE_CONDITIONAL) {
            const CUgraph* first = parameters->conditional.phGraph_out;
            bodies[*node].assign(first, first + parameters->conditional.size);
        }
        return result;
    });
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

} // namespace faults
