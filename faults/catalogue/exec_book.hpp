// What every executable graph was made of and does now, for defects that confuse old work with new.
#pragma once

#include "faults/catalogue/graph_tools.hpp"

#include <functional>

namespace faults {

struct ExecEntry {
    CUgraph source = nullptr;     // what it was instantiated of; null once that is destroyed
    CUgraph now = nullptr;        // a copy of what it does; null where the graph cannot be copied
    unsigned long long flags = 0; // of the instantiation
};

/// Plants the bookkeeping in every call that makes or destroys executable graphs and graphs. `made` is
/// called after each instantiation, `gone` before an executable graph is destroyed.
using ExecEvent = std::function<void(CUgraphExec exec, ExecEntry& entry)>;
void follow_execs(ExecEvent made = {}, ExecEvent gone = {});

/// Null for an executable graph that is not known.
ExecEntry* entry_of(CUgraphExec exec);
/// All executable graphs that were made of `source` and live.
std::vector<CUgraphExec> execs_of(CUgraph source);
/// Is there a live executable graph for which `holds`?
bool any_exec(const std::function<bool(const ExecEntry& entry)>& holds);
/// The executable graph does what `graph` says: keeps a copy of that.
void does_now(CUgraphExec exec, CUgraph graph);

/// Puts back in `node` what the defect keeps of `old`.
using Keep = std::function<void(CUgraphNode node, CUgraphNode old)>;
/// A copy of `graph` in which `keep` has been applied to every node and its counterpart in `old`, in the
/// order of creation and within child graphs too. Null where there is nothing to copy.
CUgraph blend(CUgraph graph, CUgraph old, const Keep& keep);

/// Plants whole-graph updates that succeed and keep part of the old work.
void plant_update_that_keeps(Keep keep);

/// As `Keep`, for nodes of one type.
Keep kernels(std::function<void(CUDA_KERNEL_NODE_PARAMS& node, const CUDA_KERNEL_NODE_PARAMS& old)> keep);
Keep memsets(std::function<void(CUDA_MEMSET_NODE_PARAMS& node, const CUDA_MEMSET_NODE_PARAMS& old)> keep);
Keep memcpys(std::function<void(CUDA_MEMCPY3D& node, const CUDA_MEMCPY3D& old)> keep);

} // namespace faults
