#include "core/capture.hpp"
#include "core/context.hpp"
#include "core/state.hpp"
#include "graph/api/api.hpp"
#include "graph/api/owned_execs.hpp"
#include "graph/exec/plan.hpp"
#include "graph/memory/nodes.hpp"

namespace sim::graphs {

namespace {

/// Conditions created with CU_GRAPH_COND_ASSIGN_DEFAULT start every launch with their default.
void assign_defaults(const Graph& graph) {
    for (const auto& condition : graph.conditions) {
        if ((condition->flags & CU_GRAPH_COND_ASSIGN_DEFAULT) != 0) {
            condition->value = condition->default_value;
        }
    }
    for (const auto& node : graph.nodes()) {
        for (const auto& inner : graphs_inside(*node)) {
            assign_defaults(*inner);
        }
    }
}

/// Physical memory for all allocations of the plan.
CUresult back_allocations(const Plan& plan) {
    for (const Step& step : plan) {
        if (std::holds_alternative<AllocateMemory>(step.operation)) {
            if (const CUresult result = step.allocation->back(); result != CUDA_SUCCESS) {
                return result;
            }
        }
    }
    return CUDA_SUCCESS;
}

/// Allocations that the previous launch left: freed with AUTO_FREE_ON_LAUNCH, otherwise INVALID_VALUE.
CUresult clear_leftovers(const Exec& exec, const Plan& plan) {
    const bool auto_free = (exec.flags & CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH) != 0;
    for (const auto& allocation : allocations_left_by(plan)) {
        if (!allocation->live) {
            continue;
        }
        if (!auto_free) {
            return CUDA_ERROR_INVALID_VALUE;
        }
        allocation->release();
    }
    return CUDA_SUCCESS;
}

CUresult find_ready_stream(CUstream handle, Stream** stream) {
    if (const CUresult result = find_stream(handle, stream); result != CUDA_SUCCESS) {
        return result;
    }
    if (const CUresult error = sticky_error(); error != CUDA_SUCCESS) {
        return error;
    }
    return (*stream)->legacy ? refuse_implicit(**stream) : CUDA_SUCCESS;
}

/// A launch into a capturing stream becomes a child graph node.
CUresult capture_launch(Stream& stream, const Exec& exec) {
    if (has_memory_nodes(*exec.graph)) {
        return CUDA_ERROR_NOT_SUPPORTED;
    }
    return capture(stream, ChildGraph{exec.graph->copy()});
}

/// The plan as of now, with its memory in place.
CUresult prepare(Exec& exec, std::shared_ptr<const Plan>& plan) {
    const Lock lock;
    plan = exec.plan();
    for (const auto& allocation : allocations_taken_by(*plan)) {
        if (!allocation->live) {
            return CUDA_ERROR_INVALID_VALUE;
        }
    }
    if (const CUresult result = clear_leftovers(exec, *plan); result != CUDA_SUCCESS) {
        return result;
    }
    const CUresult result = back_allocations(*plan);
    if (result == CUDA_SUCCESS) {
        assign_defaults(*exec.graph);
    }
    return result;
}

} // namespace

CUresult upload(CUgraphExec exec, CUstream stream) {
    const Lock lock;
    Exec* found = find_exec(exec);
    if (found == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    Stream* target = nullptr;
    if (const CUresult result = find_ready_stream(stream, &target); result != CUDA_SUCCESS) {
        return result;
    }
    if (capturing(*target)) {
        return refuse_synchronise(*target);
    }
    return back_allocations(*found->plan());
}

CUresult launch(CUgraphExec exec, CUstream stream) {
    std::shared_ptr<Exec> found;
    {
        const Lock lock;
        const auto owned = owned_execs().find(exec);
        if (owned == owned_execs().end()) {
            return CUDA_ERROR_INVALID_VALUE;
        }
        found = owned->second;
        Stream* target = nullptr;
        if (const CUresult result = find_ready_stream(stream, &target); result != CUDA_SUCCESS) {
            return result;
        }
        if (capturing(*target)) {
            return capture_launch(*target, *found);
        }
    }
    const std::lock_guard one_at_a_time(found->running);
    std::shared_ptr<const Plan> plan;
    if (const CUresult result = prepare(*found, plan); result != CUDA_SUCCESS) {
        return result;
    }
    const CUresult result = run(*plan);
    // A fault of the work shows at the next call, not at the launch.
    return sticky_error() != CUDA_SUCCESS ? CUDA_SUCCESS : result;
}

} // namespace sim::graphs
