// Conditional nodes: a value that kernels set, and the bodies that it chooses (Programming Guide, conditional
// graph nodes).
#pragma once

#include "graph/model/graph.hpp"

namespace sim {

/// What a conditional handle names. Shared by the graph that created it and the copies of that graph: only
/// one instantiation of such a graph may live, so one value is enough.
struct Condition {
    Condition(unsigned value_at_launch, unsigned creation_flags);
    ~Condition();
    Condition(const Condition&) = delete;
    Condition& operator=(const Condition&) = delete;

    const CUgraphConditionalHandle handle;
    unsigned default_value = 0;
    unsigned flags = 0; // CU_GRAPH_COND_ASSIGN_DEFAULT: the default is assigned at each launch
    unsigned value = 0;
};

/// Null for an unknown handle.
std::shared_ptr<Condition> find_condition(const Graph& graph, CUgraphConditionalHandle handle);

struct Conditional {
    std::shared_ptr<Condition> condition;
    CUgraphConditionalNodeType type = CU_GRAPH_COND_TYPE_IF;
    std::vector<std::shared_ptr<Graph>> bodies;
    std::vector<CUgraph> body_handles; // the array that phGraph_out points to
};

/// The index of the body that a value chooses; `bodies` for none.
size_t chosen_body(CUgraphConditionalNodeType type, unsigned value, size_t bodies);

/// What kernels call as cudaGraphSetConditional. Takes the lock; ignores unknown handles.
void set_conditional(CUgraphConditionalHandle handle, unsigned value);

/// A conditional node's content with `size` empty bodies. INVALID_VALUE: unknown handle, a handle that
/// another node uses, or a size that the type does not allow.
CUresult make_conditional(Graph& graph, CUgraphConditionalHandle handle, CUgraphConditionalNodeType type,
                          unsigned size, std::shared_ptr<Conditional>& made);

/// May a node of this type be in the body of a conditional node?
bool allowed_in_body(CUgraphNodeType type);

/// Is the graph the body of a conditional node, at any depth?
bool inside_body(const Graph& graph);

} // namespace sim
