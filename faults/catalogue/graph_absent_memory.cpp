// Launches that look for memory where none of their nodes works, or lose sight of it where it came back.
#include "faults/catalogue/exec_book.hpp"
#include "faults/core/tracker.hpp"

#include <map>
#include <set>
#include <utility>

namespace faults {

namespace {

bool misses(CUgraphNode node) {
    for (const Address operand : operands_of(node)) {
        if (lacks_memory(operand)) {
            return true;
        }
    }
    return false;
}

/// A launch is refused where a disabled node of `type` misses its memory.
void plant_checks_disabled(CUgraphNodeType type) {
    static std::map<CUgraphExec, std::set<CUgraphNode>> disabled;
    track();
    follow_execs({}, [](CUgraphExec exec, ExecEntry&) { disabled.erase(exec); });
    plant_both(cudaGraphNodeSetEnabled, cuGraphNodeSetEnabled,
               [](auto& real, auto exec, auto node, auto state) {
                   const auto result = real(exec, node, state);
                   if (answer(result).code == 0 && state == 0) {
                       disabled[exec].insert(node);
                   } else {
                       disabled[exec].erase(node);
                   }
                   return result;
               });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [type](auto& real, auto exec, auto stream) {
        const Lock lock;
        for (const CUgraphNode node : disabled[exec]) {
            if (type_of(node) == type && misses(node)) {
                return static_cast<decltype(real(exec, stream))>(invalid_value);
            }
        }
        return real(exec, stream);
    });
}

} // namespace

FAULT(disabled_kernel, "launch-checks-memory-of-disabled-kernel",
      "A launch is refused when a disabled kernel's address has no memory.", "", "SET-11") {
    plant_checks_disabled(CU_GRAPH_NODE_TYPE_KERNEL);
}

FAULT(disabled_copy, "launch-checks-memory-of-disabled-copy",
      "A launch is refused when a disabled copy's address has no memory.", "", "SET-11") {
    plant_checks_disabled(CU_GRAPH_NODE_TYPE_MEMCPY);
}

FAULT(body_not_taken, "launch-checks-memory-of-body-not-taken",
      "A launch is refused when an address of a conditional body has no memory, also if it is not to run.",
      "", "VXG-19") {
    static std::map<CUgraph, std::set<CUgraph>> bodies;
    track();
    follow_execs();
    cuGraphAddNode.plant([](CUgraphNode* node, CUgraph graph, const CUgraphNode* after,
                            const CUgraphEdgeData* edges, size_t count, CUgraphNodeParams* parameters) {
        const CUresult result = cuGraphAddNode(node, graph, after, edges, count, parameters);
        for (unsigned i = 0; result == CUDA_SUCCESS && parameters->type == CU_GRAPH_NODE_TYPE_CONDITIONAL &&
                             i < parameters->conditional.size;
             ++i) {
            bodies[graph].insert(parameters->conditional.phGraph_out[i]);
        }
        return result;
    });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const Lock lock;
        const ExecEntry* entry = entry_of(exec);
        for (const CUgraph body :
             entry == nullptr || entry->source == nullptr ? std::set<CUgraph>{} : bodies[entry->source]) {
            for (const CUgraphNode node : nodes_of(body)) {
                if (misses(node)) {
                    return static_cast<decltype(real(exec, stream))>(invalid_value);
                }
            }
        }
        return real(exec, stream);
    });
}

namespace {

bool works_in(const ExecEntry& entry, Address address, size_t bytes) {
    for (const CUgraphNode node : nodes_of(entry.now)) {
        for (const Address operand : operands_of(node)) {
            if (operand >= address && operand < address + bytes) {
                return true;
            }
        }
    }
    return false;
}

} // namespace

FAULT(renewed_reservation, "freed-reservation-ends-execs",
      "An executable graph does nothing after the reservation of its addresses was freed, though the same "
      "addresses were reserved and mapped again.",
      "", "VXG-05") {
    static std::set<CUgraphExec> dead;
    static std::map<CUgraphExec, bool> known;
    track();
    follow_execs([](CUgraphExec exec, ExecEntry&) { known[exec] = true; },
                 [](CUgraphExec exec, ExecEntry&) {
                     dead.erase(exec);
                     known.erase(exec);
                 });
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        for (const auto& [exec, live] : known) {
            if (const ExecEntry* entry = entry_of(exec);
                entry != nullptr && works_in(*entry, address, bytes)) {
                dead.insert(exec);
            }
        }
        return tracked::free(address, bytes);
    });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        return dead.contains(exec) ? static_cast<decltype(real(exec, stream))>(success) : real(exec, stream);
    });
}

FAULT(inner_swap, "launch-after-inner-swap-is-lost",
      "The launch after memory inside of a range was swapped, between parts that stay, does nothing.", "",
      "VXG-12") {
    static std::set<Address> holes;
    static bool disturbed = false;
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const bool inner = mapping_at(address - 1).has_value() && mapping_at(address + bytes).has_value();
        const CUresult result = tracked::unmap(address, bytes);
        if (result == CUDA_SUCCESS && inner) {
            holes.insert(address);
        }
        return result;
    });
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        disturbed = disturbed || (result == CUDA_SUCCESS && holes.contains(address));
        return result;
    });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        holes.clear();
        return std::exchange(disturbed, false) ? static_cast<decltype(real(exec, stream))>(success)
                                               : real(exec, stream);
    });
}

} // namespace faults
