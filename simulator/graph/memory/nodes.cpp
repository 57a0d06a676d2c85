#include "graph/memory/nodes.hpp"

#include "graph/memory/allocation.hpp"

namespace sim {

namespace {

const Graph& whole(const Graph& graph) {
    return graph.parent == nullptr ? graph : whole(graph.parent->graph);
}

bool has_node(const Graph& graph, CUgraphNodeType type, const std::shared_ptr<GraphAllocation>& allocation) {
    return whole(graph).any_node(
        [&](const Node& node) { return node.type() == type && node.content.allocation == allocation; });
}

} // namespace

CUresult make_allocation(size_t bytes, const CUmemPoolProps& properties, NodeContent& made) {
    if (bytes == 0 || properties.handleTypes != CU_MEM_HANDLE_TYPE_NONE ||
        properties.allocType != CU_MEM_ALLOCATION_TYPE_PINNED ||
        properties.location.type != CU_MEM_LOCATION_TYPE_DEVICE || properties.location.id != 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (const CUresult result = GraphAllocation::create(bytes, made.allocation); result != CUDA_SUCCESS) {
        return result;
    }
    made.operation = AllocateMemory{made.allocation->address, bytes, properties};
    return CUDA_SUCCESS;
}

CUresult make_free(Graph& graph, Address address, NodeContent& made) {
    const auto allocation = find_graph_allocation(address);
    if (allocation == nullptr || allocation->freed_by_owner ||
        has_node(graph, CU_GRAPH_NODE_TYPE_MEM_FREE, allocation)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const bool own = has_node(graph, CU_GRAPH_NODE_TYPE_MEM_ALLOC, allocation);
    if (own && allocation->freed_elsewhere) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    (own ? allocation->freed_by_owner : allocation->freed_elsewhere) = true;
    made.allocation = allocation;
    made.operation = FreeMemory{address};
    return CUDA_SUCCESS;
}

bool has_memory_nodes(const Graph& graph) {
    return graph.any_node([](const Node& node) {
        return node.type() == CU_GRAPH_NODE_TYPE_MEM_ALLOC || node.type() == CU_GRAPH_NODE_TYPE_MEM_FREE;
    });
}

} // namespace sim
