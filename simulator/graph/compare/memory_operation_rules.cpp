#include "graph/compare/rules.hpp"

namespace sim {

namespace {

bool waits(CUstreamBatchMemOpType operation) {
    return operation == CU_STREAM_MEM_OP_WAIT_VALUE_32 || operation == CU_STREAM_MEM_OP_WAIT_VALUE_64;
}

/// Driver API, cuGraphExecBatchMemOpNodeSetParams: addresses, values and the comparison of a wait may change;
/// the kind of each operation, other flags and the count may not.
bool may_become(const CUstreamBatchMemOpParams& current, const CUstreamBatchMemOpParams& wanted) {
    if (current.operation != wanted.operation) {
        return false;
    }
    switch (current.operation) {
    case CU_STREAM_MEM_OP_WRITE_VALUE_32:
    case CU_STREAM_MEM_OP_WRITE_VALUE_64:
        return current.writeValue.flags == wanted.writeValue.flags;
    case CU_STREAM_MEM_OP_FLUSH_REMOTE_WRITES:
        return current.flushRemoteWrites.flags == wanted.flushRemoteWrites.flags;
    case CU_STREAM_MEM_OP_BARRIER:
        return current.memoryBarrier.flags == wanted.memoryBarrier.flags;
    default:
        return waits(current.operation);
    }
}

bool may_become(const Change& change) {
    const auto& current = std::get<MemoryOperations>(change.current.content.operation);
    const auto& wanted = std::get<MemoryOperations>(change.wanted.operation);
    if (current.operations.size() != wanted.operations.size() || current.flags != wanted.flags) {
        return false;
    }
    for (size_t i = 0; i < current.operations.size(); ++i) {
        if (!may_become(current.operations[i], wanted.operations[i])) {
            return false;
        }
    }
    return true;
}

} // namespace

UpdateResult update_memory_operations(const Change& change) {
    return may_become(change) ? CU_GRAPH_EXEC_UPDATE_SUCCESS : CU_GRAPH_EXEC_UPDATE_ERROR_PARAMETERS_CHANGED;
}

CUresult set_memory_operations(const Change& change) {
    return may_become(change) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

} // namespace sim
