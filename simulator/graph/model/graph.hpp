// A graph under construction: nodes in order of insertion, edges, and who owns it.
#pragma once

#include "graph/model/node.hpp"

#include <span>

namespace sim {

struct Condition; // ../conditional/conditional.hpp
class UserObject; // user_object.hpp

class Graph : public std::enable_shared_from_this<Graph> {
  public:
    static std::shared_ptr<Graph> create();
    ~Graph();
    Graph(const Graph&) = delete;
    Graph& operator=(const Graph&) = delete;

    /// Adds a node behind the nodes named in `edges`. INVALID_VALUE: a dependency of another graph, or the
    /// same dependency twice.
    CUresult add(NodeContent content, std::span<const Edge> edges, Node*& added);
    CUresult check_edges(std::span<const Edge> edges) const;
    void remove(Node& node);

    const std::vector<std::unique_ptr<Node>>& nodes() const { return nodes_; }
    std::vector<Node*> dependents(const Node& node) const;

    /// Copy of nodes, edges and conditions; child graphs and conditional bodies are copied too. Every copied
    /// node knows its origin.
    std::shared_ptr<Graph> copy() const;

    /// Nodes such that every node follows its dependencies; ready nodes in order of insertion. When the graph
    /// has a cycle, `on_cycle` is one of its nodes and the order is incomplete.
    std::vector<Node*> order(Node*& on_cycle) const;

    /// Does `wanted(node)` hold for a node of this graph, or of a child graph or conditional body?
    template<typename Predicate>
    bool any_node(const Predicate& wanted) const;

    const CUgraph handle;
    Node* parent = nullptr;      // the child graph or conditional node that owns this graph
    CUgraph origin = nullptr;    // the graph that this one is a copy of
    bool moved = false;          // given to the parent (CU_GRAPH_CHILD_GRAPH_OWNERSHIP_MOVE)
    unsigned captures = 0;       // capture sequences that write into this graph now
    unsigned instantiations = 0; // live executable graphs made of this graph
    std::vector<std::shared_ptr<Condition>> conditions; // in order of creation
    std::map<UserObject*, unsigned> user_objects;       // references that the graph holds

    /// Gives up the references that it holds for clones of the other's (Programming Guide, CUDA user objects:
    /// an update replaces them).
    void take_user_objects(const Graph& other);

  private:
    Graph();
    std::vector<std::unique_ptr<Node>> nodes_;
};

Graph* find_graph(CUgraph handle);

/// Graphs inside a node: the child graph, or the bodies of a conditional node.
std::vector<std::shared_ptr<Graph>> graphs_inside(const Node& node);

template<typename Predicate>
bool Graph::any_node(const Predicate& wanted) const {
    for (const auto& node : nodes_) {
        if (wanted(*node)) {
            return true;
        }
        for (const auto& inner : graphs_inside(*node)) {
            if (inner->any_node(wanted)) {
                return true;
            }
        }
    }
    return false;
}

} // namespace sim
