#include "graph/compare/pairing.hpp"
#include "graph/conditional/conditional.hpp"

namespace sim {

namespace {

/// Walks both graphs and collects the pairs, or stops at the first difference that forbids the update.
class Comparison {
  public:
    explicit Comparison(const Exec& exec) : exec_(exec) {}

    std::optional<Refusal> graphs(Graph& current, const Graph& wanted) {
        graphs_.emplace_back(&current, &wanted);
        std::vector<Pair> pairs;
        if (auto refusal = pair_nodes(current, wanted, pairs)) {
            return refusal;
        }
        if (current.conditions.size() != wanted.conditions.size()) {
            return Refusal{CU_GRAPH_EXEC_UPDATE_ERROR_PARAMETERS_CHANGED};
        }
        for (const Pair& pair : pairs) {
            if (auto refusal = nodes(*pair.current, *pair.wanted)) {
                return refusal;
            }
        }
        return std::nullopt;
    }

    const std::vector<Pair>& node_pairs() const { return pairs_; }
    const std::vector<std::pair<Graph*, const Graph*>>& graph_pairs() const { return graphs_; }

  private:
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
    std::vector<std::pair<Graph*, const Graph*>> graphs_;
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
    for (const Pair& pair : comparison.node_pairs()) {
        apply(exec, pair);
    }
    for (const auto& [part, wanted_part] : comparison.graph_pairs()) {
        part->conditions = wanted_part->conditions;
        part->take_user_objects(*wanted_part);
    }
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
    if (wanted.moved || owned_by_another(exec, wanted)) {
        return Refusal{CU_GRAPH_EXEC_UPDATE_ERROR_NOT_SUPPORTED};
    }
    return update_part(exec, *exec.graph, wanted);
}

std::optional<Refusal> update_child(Exec& exec, Node& child_node, const Graph& wanted) {
    return update_part(exec, *std::get<ChildGraph>(child_node.content.operation).graph, wanted);
}

} // namespace sim
