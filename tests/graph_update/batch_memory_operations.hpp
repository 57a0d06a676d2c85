// Batch memory operation nodes that write words.
#pragma once

#include "tests/graph_update/update_rung.hpp"

#include <vector>

namespace cts {

inline CUstreamBatchMemOpParams write_word(CUdeviceptr address, uint32_t value) {
    CUstreamBatchMemOpParams operation{};
    operation.writeValue.operation = CU_STREAM_MEM_OP_WRITE_VALUE_32;
    operation.writeValue.address = address;
    operation.writeValue.value = value;
    return operation;
}

/// A wait that holds at once when the word at `address` is `value`.
inline CUstreamBatchMemOpParams wait_for_word(CUdeviceptr address, uint32_t value,
                                              unsigned comparison = CU_STREAM_WAIT_VALUE_EQ) {
    CUstreamBatchMemOpParams operation{};
    operation.waitValue.operation = CU_STREAM_MEM_OP_WAIT_VALUE_32;
    operation.waitValue.address = address;
    operation.waitValue.value = value;
    operation.waitValue.flags = comparison;
    return operation;
}

/// The node's parameters, which point into `operations`.
inline CUDA_BATCH_MEM_OP_NODE_PARAMS batch_parameters(CUcontext context,
                                                      std::vector<CUstreamBatchMemOpParams>& operations) {
    CUDA_BATCH_MEM_OP_NODE_PARAMS parameters{};
    parameters.ctx = context;
    parameters.count = static_cast<unsigned>(operations.size());
    parameters.paramArray = operations.data();
    return parameters;
}

inline OneNode one_batch(CUcontext context, std::vector<CUstreamBatchMemOpParams> operations,
                         Where where = Where::current()) {
    OneNode made{create_graph(where)};
    const CUDA_BATCH_MEM_OP_NODE_PARAMS parameters = batch_parameters(context, operations);
    must(cuGraphAddBatchMemOpNode(&made.node, made.graph, nullptr, 0, &parameters),
         "cuGraphAddBatchMemOpNode", where);
    return made;
}

} // namespace cts
