#include "graph/exec/plan.hpp"

#include "core/context.hpp"
#include "core/state.hpp"
#include "graph/exec/exec.hpp"

#include <algorithm>

namespace sim {

namespace {

Step conditional_step(const Exec& exec, const Conditional& conditional) {
    Step step;
    step.condition = conditional.condition;
    step.type = conditional.type;
    for (const auto& body : conditional.bodies) {
        step.bodies.push_back(make_plan(exec, *body));
    }
    return step;
}

const Plan* body_of(const Step& step) {
    const Lock lock;
    const size_t body = chosen_body(step.type, step.condition->value, step.bodies.size());
    return body < step.bodies.size() ? &step.bodies[body] : nullptr;
}

CUresult run(const Step& step) {
    if (step.condition != nullptr) {
        do {
            const Plan* body = body_of(step);
            if (body == nullptr) {
                return CUDA_SUCCESS;
            }
            if (const CUresult result = run(*body); result != CUDA_SUCCESS) {
                return result;
            }
        } while (step.type == CU_GRAPH_COND_TYPE_WHILE);
        return CUDA_SUCCESS;
    }
    if (std::holds_alternative<AllocateMemory>(step.operation)) {
        const Lock lock;
        return step.allocation->make_live();
    }
    if (std::holds_alternative<FreeMemory>(step.operation)) {
        const Lock lock;
        step.allocation->release();
        return CUDA_SUCCESS;
    }
    return execute(step.operation);
}

} // namespace

Plan make_plan(const Exec& exec, const Graph& graph) {
    Plan plan;
    Node* on_cycle = nullptr; // instantiation has refused cycles
    for (const Node* node : graph.order(on_cycle)) {
        const NodeContent& content = node->content;
        if (!exec.enabled(*node) || node->type() == CU_GRAPH_NODE_TYPE_EMPTY) {
            continue;
        }
        if (const auto* child = std::get_if<ChildGraph>(&content.operation)) {
            Plan inner = make_plan(exec, *child->graph);
            std::move(inner.begin(), inner.end(), std::back_inserter(plan));
        } else if (const auto* body = std::get_if<ConditionalBody>(&content.operation)) {
            plan.push_back(conditional_step(exec, *body->conditional));
        } else {
            Step step;
            step.operation = content.operation;
            step.allocation = content.allocation;
            plan.push_back(std::move(step));
        }
    }
    return plan;
}

std::vector<std::shared_ptr<GraphAllocation>> allocations_left_by(const Plan& plan) {
    std::vector<std::shared_ptr<GraphAllocation>> left;
    for (const Step& step : plan) {
        if (std::holds_alternative<AllocateMemory>(step.operation)) {
            left.push_back(step.allocation);
        }
    }
    for (const Step& step : plan) {
        if (std::holds_alternative<FreeMemory>(step.operation)) {
            std::erase(left, step.allocation);
        }
    }
    return left;
}

std::vector<std::shared_ptr<GraphAllocation>> allocations_taken_by(const Plan& plan) {
    std::vector<std::shared_ptr<GraphAllocation>> taken;
    for (const Step& step : plan) {
        if (std::holds_alternative<FreeMemory>(step.operation)) {
            taken.push_back(step.allocation);
        }
    }
    for (const Step& step : plan) {
        if (std::holds_alternative<AllocateMemory>(step.operation)) {
            std::erase(taken, step.allocation);
        }
    }
    return taken;
}

CUresult run(const Plan& plan) {
    for (const Step& step : plan) {
        if (const CUresult result = run(step); result != CUDA_SUCCESS) {
            return result;
        }
        // A fault is no failure of the call, but nothing runs after it.
        if (const CUresult fault = sticky_error(); fault != CUDA_SUCCESS) {
            return fault;
        }
    }
    return CUDA_SUCCESS;
}

} // namespace sim
