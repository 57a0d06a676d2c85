// Graphs with one conditional node whose condition is its default value, so that no device code sets it.
#pragma once

#include "tests/graph_update/update_rung.hpp"

namespace cts {

struct OneCondition {
    Graph graph;
    cudaGraphNode_t node = nullptr;
    cudaGraph_t body = nullptr; // owned by the node
};

/// An empty body, which runs when `condition` is not zero.
inline OneCondition empty_condition(CUcontext context, unsigned condition, CUgraphConditionalNodeType type,
                                    Where where = Where::current()) {
    OneCondition made{create_graph(where)};
    CUgraphNodeParams parameters{};
    parameters.type = CU_GRAPH_NODE_TYPE_CONDITIONAL;
    must(cuGraphConditionalHandleCreate(&parameters.conditional.handle, made.graph, context, condition,
                                        CU_GRAPH_COND_ASSIGN_DEFAULT),
         "cuGraphConditionalHandleCreate", where);
    parameters.conditional.type = type;
    parameters.conditional.size = 1;
    parameters.conditional.ctx = context;
    must(cuGraphAddNode(&made.node, made.graph, nullptr, nullptr, 0, &parameters), "cuGraphAddNode", where);
    made.body = parameters.conditional.phGraph_out[0];
    return made;
}

/// The body is a kernel that fills a cell.
inline OneCondition one_condition(CUcontext context, CUdeviceptr cell, uint32_t value, unsigned condition,
                                  CUgraphConditionalNodeType type = CU_GRAPH_COND_TYPE_IF,
                                  Where where = Where::current()) {
    OneCondition made = empty_condition(context, condition, type, where);
    add_kernel(made.body, UpdateRung::fill_cell(cell, value), {}, where);
    return made;
}

} // namespace cts
