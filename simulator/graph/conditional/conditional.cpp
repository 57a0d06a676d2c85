#include "graph/conditional/conditional.hpp"

#include "core/state.hpp"
#include "graph/model/newer_enumerators.hpp"

#include <algorithm>

namespace sim {

namespace {

std::unordered_map<CUgraphConditionalHandle, Condition*>& conditions() {
    static auto* const all = new std::unordered_map<CUgraphConditionalHandle, Condition*>;
    return *all;
}

bool allowed_size(CUgraphConditionalNodeType type, unsigned size) {
    if (type == CU_GRAPH_COND_TYPE_IF) {
        return size == 1 || size == 2;
    }
    return type == CU_GRAPH_COND_TYPE_WHILE ? size == 1 : type == conditional_type_switch && size > 0;
}

/// Does a conditional node of the whole graph have the condition?
bool in_use(const Graph& graph, const Condition& condition) {
    const Graph* whole = &graph;
    while (whole->parent != nullptr) {
        whole = &whole->parent->graph;
    }
    return whole->any_node([&](const Node& node) {
        const auto* body = std::get_if<ConditionalBody>(&node.content.operation);
        return body != nullptr && body->conditional->condition.get() == &condition;
    });
}

} // namespace

Condition::Condition(unsigned value_at_launch, unsigned creation_flags)
    : handle(next_handle()), default_value(value_at_launch), flags(creation_flags) {
    conditions()[handle] = this;
}

Condition::~Condition() {
    conditions().erase(handle);
}

std::shared_ptr<Condition> find_condition(const Graph& graph, CUgraphConditionalHandle handle) {
    const auto& own = graph.conditions;
    const auto it =
        std::find_if(own.begin(), own.end(), [&](const auto& one) { return one->handle == handle; });
    if (it != own.end()) {
        return *it;
    }
    // A body may use a handle of the graph around it.
    return graph.parent == nullptr ? nullptr : find_condition(graph.parent->graph, handle);
}

CUresult make_conditional(Graph& graph, CUgraphConditionalHandle handle, CUgraphConditionalNodeType type,
                          unsigned size, std::shared_ptr<Conditional>& made) {
    const auto condition = find_condition(graph, handle);
    if (condition == nullptr || in_use(graph, *condition) || !allowed_size(type, size)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    made = std::make_shared<Conditional>();
    made->condition = condition;
    made->type = type;
    for (unsigned i = 0; i < size; ++i) {
        made->bodies.push_back(Graph::create());
        made->body_handles.push_back(made->bodies.back()->handle);
    }
    return CUDA_SUCCESS;
}

size_t chosen_body(CUgraphConditionalNodeType type, unsigned value, size_t bodies) {
    if (type == CU_GRAPH_COND_TYPE_IF) {
        return value != 0 ? 0 : 1;
    }
    if (type == CU_GRAPH_COND_TYPE_WHILE) {
        return value != 0 ? 0 : bodies;
    }
    return value; // CU_GRAPH_COND_TYPE_SWITCH
}

void set_conditional(CUgraphConditionalHandle handle, unsigned value) {
    const Lock lock;
    if (const auto it = conditions().find(handle); it != conditions().end()) {
        it->second->value = value;
    }
}

bool allowed_in_body(CUgraphNodeType type) {
    return type == CU_GRAPH_NODE_TYPE_KERNEL || type == CU_GRAPH_NODE_TYPE_EMPTY ||
           type == CU_GRAPH_NODE_TYPE_MEMCPY || type == CU_GRAPH_NODE_TYPE_MEMSET ||
           type == CU_GRAPH_NODE_TYPE_GRAPH || type == CU_GRAPH_NODE_TYPE_CONDITIONAL;
}

bool inside_body(const Graph& graph) {
    for (const Node* node = graph.parent; node != nullptr; node = node->graph.parent) {
        if (node->type() == CU_GRAPH_NODE_TYPE_CONDITIONAL) {
            return true;
        }
    }
    return false;
}

} // namespace sim
