#include "graph/memory/nodes.hpp"

#include "core/context.hpp"
#include "core/state.hpp"
#include "graph/api/api.hpp"
#include "graph/conditional/conditional.hpp"
#include "graph/memory/allocation.hpp"

namespace sim::graphs {

namespace {

/// The graph and the edges of a place, or INVALID_VALUE.
CUresult resolve(const Place& place, Graph*& graph, std::vector<Edge>& edges) {
    graph = find_graph(place.graph);
    if (graph == nullptr || edges_of(place.dependencies, place.data, place.count, edges) != CUDA_SUCCESS) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    return graph->check_edges(edges);
}

CUresult add(CUgraphNode* added, Graph& graph, const std::vector<Edge>& edges, NodeContent content) {
    if (content.context == nullptr) {
        Context* context = current_context();
        content.context = context == nullptr ? nullptr : context->handle();
    }
    Node* node = nullptr;
    const CUresult result = graph.add(std::move(content), edges, node);
    if (result == CUDA_SUCCESS) {
        *added = node->handle;
    }
    return result;
}

} // namespace

CUresult add_node(CUgraphNode* added, const Place& place, NodeContent content) {
    const Lock lock;
    Graph* graph = nullptr;
    std::vector<Edge> edges;
    if (added == nullptr || resolve(place, graph, edges) != CUDA_SUCCESS) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    return add(added, *graph, edges, std::move(content));
}

CUresult add_child(CUgraphNode* added, const Place& place, CUgraph child, Ownership ownership) {
    const Lock lock;
    Graph* graph = nullptr;
    std::vector<Edge> edges;
    Graph* inner = find_graph(child);
    if (added == nullptr || resolve(place, graph, edges) != CUDA_SUCCESS || inner == nullptr ||
        inner == graph) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const bool move = ownership == Ownership::move;
    if (inner->any_node([](const Node& node) { return node.type() == CU_GRAPH_NODE_TYPE_CONDITIONAL; }) ||
        (!move && has_memory_nodes(*inner))) {
        return CUDA_ERROR_NOT_SUPPORTED;
    }
    NodeContent content;
    if (!move) {
        content.operation = ChildGraph{inner->copy()};
        return add(added, *graph, edges, std::move(content));
    }
    if (inner->parent != nullptr || inner->captures != 0 || inner->instantiations != 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    content.operation = ChildGraph{inner->shared_from_this()};
    const CUresult result = add(added, *graph, edges, std::move(content));
    if (result == CUDA_SUCCESS) {
        inner->moved = true;
        destroy(child); // the parent keeps it alive
    }
    return result;
}

CUresult add_allocation(CUgraphNode* added, const Place& place, size_t bytes,
                        const CUmemPoolProps& properties, Address* address) {
    const Lock lock;
    Graph* graph = nullptr;
    std::vector<Edge> edges;
    if (added == nullptr || resolve(place, graph, edges) != CUDA_SUCCESS || graph->moved) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (inside_body(*graph)) {
        return CUDA_ERROR_NOT_SUPPORTED;
    }
    NodeContent content;
    if (const CUresult result = make_allocation(bytes, properties, content); result != CUDA_SUCCESS) {
        return result;
    }
    *address = content.allocation->address;
    return add(added, *graph, edges, std::move(content));
}

CUresult add_free(CUgraphNode* added, const Place& place, Address address) {
    const Lock lock;
    Graph* graph = nullptr;
    std::vector<Edge> edges;
    if (added == nullptr || resolve(place, graph, edges) != CUDA_SUCCESS || graph->moved) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (inside_body(*graph)) {
        return CUDA_ERROR_NOT_SUPPORTED;
    }
    NodeContent content;
    if (const CUresult result = make_free(*graph, address, content); result != CUDA_SUCCESS) {
        return result;
    }
    return add(added, *graph, edges, std::move(content));
}

CUresult add_conditional(CUgraphNode* added, const Place& place, CUDA_CONDITIONAL_NODE_PARAMS& params) {
    const Lock lock;
    Graph* graph = nullptr;
    std::vector<Edge> edges;
    if (added == nullptr || resolve(place, graph, edges) != CUDA_SUCCESS) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    std::shared_ptr<Conditional> conditional;
    const CUresult made = make_conditional(*graph, params.handle, params.type, params.size, conditional);
    if (made != CUDA_SUCCESS) {
        return made;
    }
    params.phGraph_out = conditional->body_handles.data();
    NodeContent content;
    content.context = params.ctx;
    content.operation = ConditionalBody{std::move(conditional)};
    return add(added, *graph, edges, std::move(content));
}

CUresult create_condition(CUgraphConditionalHandle* made, CUgraph graph, unsigned value, unsigned flags) {
    const Lock lock;
    Graph* found = find_graph(graph);
    if (made == nullptr || found == nullptr || (flags & ~unsigned{CU_GRAPH_COND_ASSIGN_DEFAULT}) != 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    found->conditions.push_back(std::make_shared<Condition>(value, flags));
    *made = found->conditions.back()->handle;
    return CUDA_SUCCESS;
}

CUresult destroy_node(CUgraphNode node) {
    const Lock lock;
    Node* found = find_node(node);
    if (found == nullptr || found->graph.captures != 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (has_memory_nodes(found->graph)) {
        return CUDA_ERROR_NOT_SUPPORTED;
    }
    found->graph.remove(*found);
    return CUDA_SUCCESS;
}

} // namespace sim::graphs
