// Event nodes. An event that was never recorded refuses to be timed, so timing tells whether a record node
// has recorded it.
#pragma once

#include "tests/graph_update/update_rung.hpp"

namespace cts {

inline OneNode one_record(cudaEvent_t event, Where where = Where::current()) {
    OneNode made{create_graph(where)};
    must(cudaGraphAddEventRecordNode(&made.node, made.graph, nullptr, 0, event),
         "cudaGraphAddEventRecordNode", where);
    return made;
}

/// A wait for `event`, and behind it a kernel that fills a cell.
inline OneNode one_wait(cudaEvent_t event, CUdeviceptr cell, uint32_t value, Where where = Where::current()) {
    OneNode made{create_graph(where)};
    must(cudaGraphAddEventWaitNode(&made.node, made.graph, nullptr, 0, event), "cudaGraphAddEventWaitNode",
         where);
    add_kernel(made.graph, UpdateRung::fill_cell(cell, value), {made.node}, where);
    return made;
}

/// Source: Driver API, cuEventElapsedTime. `event` was created with timing.
inline bool recorded(cudaEvent_t event) {
    float milliseconds = 0;
    const bool timed = cudaEventElapsedTime(&milliseconds, event, event) == cudaSuccess;
    if (!timed) {
        (void)cudaGetLastError(); // the refusal is the answer
    }
    return timed;
}

} // namespace cts
