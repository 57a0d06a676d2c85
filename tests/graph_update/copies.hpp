// Copy nodes of a given direction, and copies of several rows.
#pragma once

#include "tests/graph_update/update_rung.hpp"

namespace cts {

inline OneNode one_copy_of_kind(CUdeviceptr target, CUdeviceptr source, cudaMemcpyKind kind,
                                size_t bytes = UpdateRung::cell_bytes, Where where = Where::current()) {
    OneNode made{create_graph(where)};
    must(cudaGraphAddMemcpyNode1D(&made.node, made.graph, nullptr, 0, pointer(target), pointer(source), bytes,
                                  kind),
         "cudaGraphAddMemcpyNode1D", where);
    return made;
}

/// Rows of 512 bytes, 1 KiB from row to row on both sides, `height` rows in each of `depth` slices.
inline cudaMemcpy3DParms copy_of_rows(CUdeviceptr target, CUdeviceptr source, size_t height = 4,
                                      size_t depth = 1) {
    cudaMemcpy3DParms parameters{};
    parameters.srcPtr = {pointer(source), 1024, 1024, height};
    parameters.dstPtr = {pointer(target), 1024, 1024, height};
    parameters.extent = {512, height, depth};
    parameters.kind = cudaMemcpyDeviceToDevice;
    return parameters;
}
inline OneNode one_copy_of_rows(const cudaMemcpy3DParms& parameters, Where where = Where::current()) {
    OneNode made{create_graph(where)};
    must(cudaGraphAddMemcpyNode(&made.node, made.graph, nullptr, 0, &parameters), "cudaGraphAddMemcpyNode",
         where);
    return made;
}

/// Two pinned host cells, watched by the rung's board.
struct HostCells {
    explicit HostCells(UpdateRung& rung, Where where = Where::current())
        : memory(allocate_pinned(2 * UpdateRung::cell_bytes, where)) {
        rung.board.watch("the host cells", at(0), 2 * UpdateRung::cell_bytes);
    }
    CUdeviceptr at(size_t index) const {
        return device_address(memory.get()) + index * UpdateRung::cell_bytes;
    }

    PinnedMemory memory;
};

} // namespace cts
