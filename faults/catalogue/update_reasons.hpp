// Why an update is refused, as plain numbers: the two APIs have one enumeration each
// (cudaGraphExecUpdateResult, CUgraphExecUpdateResult) with the same values.
#pragma once

#include <cuda.h>

namespace faults::why {

enum : int {
    general_error = CU_GRAPH_EXEC_UPDATE_ERROR,
    topology = CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED,
    node_type = CU_GRAPH_EXEC_UPDATE_ERROR_NODE_TYPE_CHANGED,
    function = CU_GRAPH_EXEC_UPDATE_ERROR_FUNCTION_CHANGED,
    parameters = CU_GRAPH_EXEC_UPDATE_ERROR_PARAMETERS_CHANGED,
    not_supported = CU_GRAPH_EXEC_UPDATE_ERROR_NOT_SUPPORTED,
    unsupported_function_change = CU_GRAPH_EXEC_UPDATE_ERROR_UNSUPPORTED_FUNCTION_CHANGE,
    attributes = CU_GRAPH_EXEC_UPDATE_ERROR_ATTRIBUTES_CHANGED,
};

} // namespace faults::why
