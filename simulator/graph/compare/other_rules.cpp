// Memory and conditional nodes, and the choice of the rule by type.
#include "graph/compare/rules.hpp"
#include "graph/conditional/conditional.hpp"

namespace sim {

UpdateResult update_allocation(const Change& change) {
    // Every allocation node has an address of its own, so only the very node that was instantiated matches.
    const bool same = change.current.content.allocation == change.wanted.allocation;
    return same ? CU_GRAPH_EXEC_UPDATE_SUCCESS : CU_GRAPH_EXEC_UPDATE_ERROR;
}

UpdateResult update_free(const Change& change) {
    const bool same = std::get<FreeMemory>(change.current.content.operation).address ==
                      std::get<FreeMemory>(change.wanted.operation).address;
    return same ? CU_GRAPH_EXEC_UPDATE_SUCCESS : CU_GRAPH_EXEC_UPDATE_ERROR;
}

UpdateResult update_conditional(const Change& change) {
    const auto& current = *std::get<ConditionalBody>(change.current.content.operation).conditional;
    const auto& wanted = *std::get<ConditionalBody>(change.wanted.operation).conditional;
    const bool same = current.type == wanted.type && current.bodies.size() == wanted.bodies.size();
    return same ? CU_GRAPH_EXEC_UPDATE_SUCCESS : CU_GRAPH_EXEC_UPDATE_ERROR_PARAMETERS_CHANGED;
}

UpdateResult update_allows(const Change& change) {
    switch (change.current.type()) {
    case CU_GRAPH_NODE_TYPE_KERNEL:
        return update_kernel(change);
    case CU_GRAPH_NODE_TYPE_MEMCPY:
        return update_copy(change);
    case CU_GRAPH_NODE_TYPE_MEMSET:
        return update_fill(change);
    case CU_GRAPH_NODE_TYPE_MEM_ALLOC:
        return update_allocation(change);
    case CU_GRAPH_NODE_TYPE_MEM_FREE:
        return update_free(change);
    case CU_GRAPH_NODE_TYPE_CONDITIONAL:
        return update_conditional(change);
    case CU_GRAPH_NODE_TYPE_BATCH_MEM_OP:
        return update_memory_operations(change);
    default: // host functions and events may change freely, empty nodes have nothing to change
        return CU_GRAPH_EXEC_UPDATE_SUCCESS;
    }
}

CUresult set_allows(const Change& change) {
    switch (change.current.type()) {
    case CU_GRAPH_NODE_TYPE_KERNEL:
        return set_kernel(change);
    case CU_GRAPH_NODE_TYPE_MEMCPY:
        return set_copy(change);
    case CU_GRAPH_NODE_TYPE_MEMSET:
        return set_fill(change);
    case CU_GRAPH_NODE_TYPE_BATCH_MEM_OP:
        return set_memory_operations(change);
    case CU_GRAPH_NODE_TYPE_HOST:
    case CU_GRAPH_NODE_TYPE_EVENT_RECORD:
    case CU_GRAPH_NODE_TYPE_WAIT_EVENT:
        return CUDA_SUCCESS;
    default:
        return CUDA_ERROR_NOT_SUPPORTED;
    }
}

} // namespace sim
