#include "graph/exec/instantiable.hpp"

#include "core/memory.hpp"
#include "graph/conditional/conditional.hpp"
#include "graph/model/newer_enumerators.hpp"

namespace sim {

namespace {

constexpr unsigned long long known_flags =
    CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH | CUDA_GRAPH_INSTANTIATE_FLAG_UPLOAD |
    CUDA_GRAPH_INSTANTIATE_FLAG_DEVICE_LAUNCH | CUDA_GRAPH_INSTANTIATE_FLAG_USE_NODE_PRIORITY;
constexpr unsigned long long exclusive_flags =
    CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH | CUDA_GRAPH_INSTANTIATE_FLAG_DEVICE_LAUNCH;

bool of_graph_allocation(Address address) {
    const auto place = placement(address);
    return place && place->kind == RangeKind::graph;
}

CUresult fail(Outcome& outcome, CUgraphInstantiateResult why, const Node* node, CUresult result) {
    outcome = {why, node == nullptr ? nullptr : node->handle};
    return result;
}

bool once_only(const Node& node) {
    return node.type() == CU_GRAPH_NODE_TYPE_MEM_ALLOC || node.type() == CU_GRAPH_NODE_TYPE_MEM_FREE ||
           node.type() == CU_GRAPH_NODE_TYPE_CONDITIONAL;
}

bool unused_condition(const Graph& graph) {
    for (const auto& condition : graph.conditions) {
        const bool used = graph.any_node([&](const Node& node) {
            const auto* body = std::get_if<ConditionalBody>(&node.content.operation);
            return body != nullptr && body->conditional->condition == condition;
        });
        if (!used) {
            return true;
        }
    }
    return false;
}

bool pageable(Address address) {
    return !placement(address);
}

/// Driver API, cuGraphInstantiateWithParams: what a graph for device launch may contain.
bool launchable_from_device(const Node& node) {
    switch (node.type()) {
    case CU_GRAPH_NODE_TYPE_KERNEL:
    case CU_GRAPH_NODE_TYPE_MEMSET:
    case CU_GRAPH_NODE_TYPE_GRAPH:
        return true;
    case CU_GRAPH_NODE_TYPE_MEMCPY: {
        const auto& copy = std::get<Copy>(node.content.operation);
        return !pageable(copy.source) && !pageable(copy.target);
    }
    default:
        return false;
    }
}

/// The checks of one graph and of all graphs inside it.
CUresult check_nodes(const Graph& graph, unsigned long long flags, bool in_body, Outcome& outcome) {
    Node* on_cycle = nullptr;
    graph.order(on_cycle);
    if (on_cycle != nullptr) {
        return fail(outcome, CUDA_GRAPH_INSTANTIATE_INVALID_STRUCTURE, on_cycle, CUDA_ERROR_INVALID_VALUE);
    }
    if (unused_condition(graph)) {
        return fail(outcome, instantiate_condition_unused, nullptr, CUDA_ERROR_INVALID_VALUE);
    }
    const bool device_launch = (flags & CUDA_GRAPH_INSTANTIATE_FLAG_DEVICE_LAUNCH) != 0;
    for (const auto& node : graph.nodes()) {
        if (device_launch && !launchable_from_device(*node)) {
            return fail(outcome, CUDA_GRAPH_INSTANTIATE_NODE_OPERATION_NOT_SUPPORTED, node.get(),
                        CUDA_ERROR_NOT_SUPPORTED);
        }
        if (in_body && !allowed_in_body(node->type())) {
            return fail(outcome, CUDA_GRAPH_INSTANTIATE_ERROR, node.get(), CUDA_ERROR_NOT_SUPPORTED);
        }
        if (!operands_valid(node->content.operation)) {
            return fail(outcome, CUDA_GRAPH_INSTANTIATE_ERROR, node.get(), CUDA_ERROR_INVALID_VALUE);
        }
        const bool body = in_body || node->type() == CU_GRAPH_NODE_TYPE_CONDITIONAL;
        for (const auto& inner : graphs_inside(*node)) {
            if (const CUresult result = check_nodes(*inner, flags, body, outcome); result != CUDA_SUCCESS) {
                return result;
            }
        }
    }
    return CUDA_SUCCESS;
}

} // namespace

bool operands_valid(const Operation& operation) {
    if (const auto* copy = std::get_if<Copy>(&operation)) {
        return of_graph_allocation(copy->source) || of_graph_allocation(copy->target) ||
               check(operation) == CUDA_SUCCESS;
    }
    if (const auto* fill = std::get_if<Fill>(&operation)) {
        return of_graph_allocation(fill->target) || check(operation) == CUDA_SUCCESS;
    }
    return true;
}

CUresult instantiable(const Graph& graph, unsigned long long flags, Outcome& outcome) {
    const auto error = CUDA_GRAPH_INSTANTIATE_ERROR;
    if ((flags & ~known_flags) != 0 || (flags & exclusive_flags) == exclusive_flags) {
        return fail(outcome, error, nullptr, CUDA_ERROR_INVALID_VALUE);
    }
    if (graph.captures != 0 || graph.moved || inside_body(graph)) {
        return fail(outcome, error, nullptr, CUDA_ERROR_INVALID_VALUE);
    }
    if (graph.instantiations != 0 && graph.any_node(once_only)) {
        return fail(outcome, error, nullptr, CUDA_ERROR_NOT_SUPPORTED);
    }
    if ((flags & CUDA_GRAPH_INSTANTIATE_FLAG_DEVICE_LAUNCH) != 0) {
        if (graph.nodes().empty()) {
            return fail(outcome, CUDA_GRAPH_INSTANTIATE_INVALID_STRUCTURE, nullptr, CUDA_ERROR_INVALID_VALUE);
        }
        const CUcontext first = graph.nodes().front()->content.context;
        const Node* stranger = nullptr;
        const auto is_stranger = [&](const Node& node) {
            stranger = node.content.context != first ? &node : nullptr;
            return stranger != nullptr;
        };
        if (graph.any_node(is_stranger)) {
            return fail(outcome, CUDA_GRAPH_INSTANTIATE_MULTIPLE_CTXS_NOT_SUPPORTED, stranger,
                        CUDA_ERROR_NOT_SUPPORTED);
        }
    }
    return check_nodes(graph, flags, false, outcome);
}

} // namespace sim
