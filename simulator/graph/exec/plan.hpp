// The work of an executable graph, flattened into the order in which it runs. A plan is a copy: a launch
// keeps the parameters that it started with (cuGraphExecUpdate changes later launches only).
#pragma once

#include "graph/conditional/conditional.hpp"
#include "graph/memory/allocation.hpp"

namespace sim {

class Exec;
struct Step;
using Plan = std::vector<Step>;

struct Step {
    Operation operation;
    std::shared_ptr<GraphAllocation> allocation; // what AllocateMemory and FreeMemory refer to
    std::shared_ptr<Condition> condition;        // conditional steps only
    CUgraphConditionalNodeType type = CU_GRAPH_COND_TYPE_IF;
    std::vector<Plan> bodies;
};

Plan make_plan(const Exec& exec, const Graph& graph);

/// The allocations that the plan makes and does not free itself.
std::vector<std::shared_ptr<GraphAllocation>> allocations_left_by(const Plan& plan);

/// The allocations of other graphs that the plan frees.
std::vector<std::shared_ptr<GraphAllocation>> allocations_taken_by(const Plan& plan);

/// Runs the steps on this thread; call it without the lock. Stops at the first step that fails.
CUresult run(const Plan& plan);

} // namespace sim
