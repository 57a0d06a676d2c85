#include "graph/compare/pairing.hpp"

#include <set>

namespace sim {

namespace {

constexpr auto changed = CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED;

std::vector<Node*> exits(const Graph& graph) {
    std::set<const Node*> inner;
    for (const auto& node : graph.nodes()) {
        for (const Edge& edge : node->dependencies) {
            inner.insert(edge.from);
        }
    }
    std::vector<Node*> found;
    for (const auto& node : graph.nodes()) {
        if (!inner.contains(node.get())) {
            found.push_back(node.get());
        }
    }
    return found;
}

class Matching {
  public:
    /// False when one of the two is already paired with a third.
    bool add(Node* current, Node* wanted) {
        const auto known = partner_.find(wanted);
        if (known != partner_.end() || taken_.contains(current)) {
            return known != partner_.end() && known->second == current;
        }
        partner_[wanted] = current;
        taken_.insert(current);
        open_.push_back({current, wanted});
        return true;
    }

    /// Pairs whatever leads to the nodes that are paired already.
    std::optional<Refusal> follow_dependencies() {
        for (size_t next = 0; next < open_.size(); ++next) {
            const auto& before = open_[next].current->dependencies;
            const Node* node = open_[next].wanted;
            if (before.size() != node->dependencies.size()) {
                return Refusal{changed, node->handle};
            }
            for (size_t i = 0; i < before.size(); ++i) {
                Node* from = node->dependencies[i].from;
                if (!add(before[i].from, from)) {
                    return Refusal{changed, node->handle, from->handle};
                }
            }
        }
        return std::nullopt;
    }

    Node* partner(const Node* wanted) const {
        const auto known = partner_.find(wanted);
        return known == partner_.end() ? nullptr : known->second;
    }

  private:
    std::map<const Node*, Node*> partner_;
    std::set<const Node*> taken_;
    std::vector<Pair> open_;
};

} // namespace

std::optional<Refusal> pair_nodes(const Graph& current, const Graph& wanted, std::vector<Pair>& pairs) {
    if (current.nodes().size() != wanted.nodes().size()) {
        return Refusal{changed};
    }
    const auto current_exits = exits(current);
    const auto wanted_exits = exits(wanted);
    if (wanted_exits.size() > current_exits.size()) {
        return Refusal{changed, wanted_exits[current_exits.size()]->handle};
    }
    Matching matching;
    for (size_t i = 0; i < wanted_exits.size(); ++i) {
        matching.add(current_exits[i], wanted_exits[i]);
    }
    if (auto refusal = matching.follow_dependencies()) {
        return refusal;
    }
    for (const auto& node : wanted.nodes()) {
        Node* partner = matching.partner(node.get());
        if (partner == nullptr) {
            return Refusal{changed, node->handle}; // a cycle, which no exit waits for
        }
        pairs.push_back({partner, node.get()});
    }
    return std::nullopt;
}

} // namespace sim
