// Memory allocation and free nodes: what may be added to a graph (Driver API, cuGraphAddMemAllocNode and
// cuGraphAddMemFreeNode).
#pragma once

#include "graph/model/graph.hpp"

namespace sim {

/// INVALID_VALUE: zero bytes, a handle type other than NONE, a location that is no device. OUT_OF_MEMORY.
CUresult make_allocation(size_t bytes, const CUmemPoolProps& properties, NodeContent& made);

/// INVALID_VALUE: not the address of a graph allocation, or one that must not be freed in this graph.
CUresult make_free(Graph& graph, Address address, NodeContent& made);

/// Does the graph, or one inside it, have memory nodes? Such a graph is not cloned and loses no node or edge.
bool has_memory_nodes(const Graph& graph);

} // namespace sim
