#include "graph/compare/update.hpp"

#include "graph/conditional/conditional.hpp"

#include <algorithm>

namespace sim {

namespace {

/// Nodes of the executable graph and of the new graph that stand for each other.
struct Pair {
    Node* current;
    const Node* wanted;
};

/// Walks both graphs and collects the pairs, or stops at the first difference that forbids the update. Nodes
/// are paired in order of insertion, dependencies in the order in which they were given.
class Comparison {
  public:
    explicit Comparison(const Exec& exec) : exec_(exec) {}

    std::optional<Refusal> graphs(const Graph& current, const Graph& wanted) {
        if (auto refusal = topology(current, wanted)) {
            return refusal;
        }
        if (current.conditions.size() != wanted.conditions.size()) {
            return Refusal{CU_GRAPH_EXEC_UPDATE_ERROR_PARAMETERS_CHANGED};
        }
        for (size_t i = 0; i < wanted.nodes().size(); ++i) {
            if (auto refusal = nodes(*current.nodes()[i], *wanted.nodes()[i])) {
                return refusal;
            }
        }
        return std::nullopt;
    }

    const std::vector<Pair>& pairs() const { return pairs_; }

  private:
    static size_t position(const Graph& graph, const Node* node) {
        const auto& all = graph.nodes();
        const auto it =
            std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.get() == node; });
        return static_cast<size_t>(it - all.begin());
    }

    static std::optional<Refusal> topology(const Graph& current, const Graph& wanted) {
        constexpr auto changed = CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED;
        if (current.nodes().size() != wanted.nodes().size()) {
            return Refusal{changed};
        }
        for (size_t i = 0; i < wanted.nodes().size(); ++i) {
            const Node& node = *wanted.nodes()[i];
            const auto& before = current.nodes()[i]->dependencies;
            if (before.size() != node.dependencies.size()) {
                return Refusal{changed, node.handle};
            }
            for (size_t k = 0; k < before.size(); ++k) {
                const Node* from = node.dependencies[k].from;
                if (position(current, before[k].from) != position(wanted, from)) {
                    return Refusal{changed, node.handle, from->handle};
                }
            }
        }
        return std::nullopt;
    }

    std::optional<Refusal> nodes(Node& current, const Node& wanted) {
        if (current.type() != wanted.type()) {
            return Refusal{CU_GRAPH_EXEC_UPDATE_ERROR_NODE_TYPE_CHANGED, wanted.handle};
        }
        const UpdateResult result = update_allows({exec_, current, wanted.content});
        if (result != CU_GRAPH_EXEC_UPDATE_SUCCESS) {
            return Refusal{result, wanted.handle};
        }
        const auto inside = graphs_inside(current);
        const auto inside_wanted = graphs_inside(wanted);
        for (size_t i = 0; i < inside.size(); ++i) {
            if (auto refusal = graphs(*inside[i], *inside_wanted[i])) {
                return refusal;
            }
        }
        pairs_.push_back({&current, &wanted});
        return std::nullopt;
    }

    const Exec& exec_;
    std::vector<Pair> pairs_;
};

void apply(Exec& exec, const Pair& pair) {
    switch (pair.current->type()) {
    case CU_GRAPH_NODE_TYPE_GRAPH: // its nodes are pairs of their own
        return;
    case CU_GRAPH_NODE_TYPE_CONDITIONAL: {
        // The kernels of the new graph set the new graph's condition.
        const auto& wanted = std::get<ConditionalBody>(pair.wanted->content.operation);
        auto& current = std::get<ConditionalBody>(pair.current->content.operation);
        current.conditional->condition = wanted.conditional->condition;
        return;
    }
    default:
        exec.replace(*pair.current, pair.wanted->content);
    }
}

std::optional<Refusal> update_part(Exec& exec, Graph& current, const Graph& wanted) {
    Comparison comparison(exec);
    if (auto refusal = comparison.graphs(current, wanted)) {
        return refusal;
    }
    for (const Pair& pair : comparison.pairs()) {
        apply(exec, pair);
    }
    current.conditions = wanted.conditions;
    exec.forget_plan();
    return std::nullopt;
}

/// Is the graph, or one around it, instantiated as another executable graph and does it own memory?
/// (Programming Guide, graph memory nodes: such a graph cannot be the argument of an update.)
bool owned_by_another(const Exec& exec, const Graph& wanted) {
    const bool owns_memory =
        wanted.any_node([](const Node& node) { return node.type() == CU_GRAPH_NODE_TYPE_MEM_ALLOC; });
    return owns_memory && wanted.instantiations != 0 && !exec.made_of(wanted);
}

} // namespace

std::optional<Refusal> update(Exec& exec, const Graph& wanted) {
    if (wanted.parent != nullptr || owned_by_another(exec, wanted)) {
        return Refusal{CU_GRAPH_EXEC_UPDATE_ERROR_NOT_SUPPORTED};
    }
    return update_part(exec, *exec.graph, wanted);
}

std::optional<Refusal> update_child(Exec& exec, Node& child_node, const Graph& wanted) {
    return update_part(exec, *std::get<ChildGraph>(child_node.content.operation).graph, wanted);
}

} // namespace sim
