// A node of a graph: what it does (content) and what must happen before (edges).
#pragma once

#include "core/operation.hpp"
#include "graph/model/handles.hpp"

#include <map>
#include <memory>
#include <vector>

namespace sim {

class Graph;
struct Node;
struct GraphAllocation; // ../memory/allocation.hpp

struct Edge {
    Node* from = nullptr;
    CUgraphEdgeData data{};
};

bool operator==(const Edge& left, const Edge& right);

/// A full dependency, which queries without edge data can express.
bool plain(const CUgraphEdgeData& data);

using Attributes = std::map<CUlaunchAttributeID, CUlaunchAttributeValue>;

/// All of a node that instantiation copies and an update replaces.
struct NodeContent {
    Operation operation;
    Attributes attributes;                       // kernel nodes only
    CUcontext context = nullptr;                 // in which kernel, memcpy and memset nodes run
    std::shared_ptr<GraphAllocation> allocation; // memory allocation nodes only
};

/// Gives the attributes of one kernel node (cooperative and priority included) to another; nothing for other
/// nodes. Setting parameters does not change attributes.
void keep_attributes(NodeContent& target, const NodeContent& source);

struct Node {
    Node(Graph& owner, NodeContent what);
    ~Node();
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    CUgraphNodeType type() const;

    const CUgraphNode handle;
    Graph& graph;
    CUgraphNode origin = nullptr; // the node that this one is a copy of
    NodeContent content;
    std::vector<Edge> dependencies;       // in the order in which they were given
    std::vector<void*> argument_pointers; // what KernelNodeGetParams hands out; points into content
};

Node* find_node(CUgraphNode handle);

} // namespace sim
