// Captures that record other work than was submitted: its shape, its bytes, its number.
#include "faults/catalogue/graph_tools.hpp"

#include <algorithm>
#include <map>

namespace faults {

namespace {

/// Changes the extents of every kernel that is captured.
template<typename Change>
void plant_captured_kernel(Change change) {
    cudaLaunchKernel.plant([change](const void* kernel, dim3 grid, dim3 block, void** arguments,
                                    size_t shared, cudaStream_t stream) {
        if (is_capturing(stream)) {
            change(grid, block, shared);
        }
        return cudaLaunchKernel(kernel, grid, block, arguments, shared, stream);
    });
}

/// Edits the graph of a capture before the caller sees it.
template<typename Edit>
void plant_end(Edit edit) {
    plant_both(cudaStreamEndCapture, cuStreamEndCapture, [edit](auto& real, auto stream, auto* graph) {
        const auto result = real(stream, graph);
        if (answer(result).code == 0) {
            edit(*graph, stream);
        }
        return result;
    });
}

} // namespace

FAULT(captured_grid, "captured-kernel-turns-grid", "A captured kernel has y and z of its grid exchanged.", "",
      "SCP-01") {
    plant_captured_kernel([](dim3& grid, dim3&, size_t&) { std::swap(grid.y, grid.z); });
}

FAULT(captured_block, "captured-kernel-flattens-block",
      "A captured kernel keeps only the x extent of its block.", "", "SCP-01") {
    plant_captured_kernel([](dim3&, dim3& block, size_t&) { block = dim3(block.x); });
}

FAULT(captured_shared, "captured-kernel-drops-shared-memory",
      "A captured kernel asks for no dynamic shared memory.", "", "SCP-01") {
    plant_captured_kernel([](dim3&, dim3&, size_t& shared) { shared = 0; });
}

FAULT(captured_value, "captured-memset-repeats-byte",
      "A captured memset of 32-bit words repeats the low byte of its value.", "", "SCP-01") {
    cuMemsetD32Async.plant([](CUdeviceptr target, unsigned value, size_t count, CUstream stream) {
        return cuMemsetD32Async(target, is_capturing(stream) ? (value & 0xFF) * 0x01010101U : value, count,
                                stream);
    });
}

FAULT(captured_memset_runtime, "captured-byte-memset-loses-odd-bytes",
      "A captured cudaMemsetAsync leaves out the bytes behind the last whole word.", "", "SCP-01") {
    cudaMemsetAsync.plant([](void* target, int value, size_t bytes, cudaStream_t stream) {
        return cudaMemsetAsync(target, value, is_capturing(stream) ? bytes / 4 * 4 : bytes, stream);
    });
}

FAULT(captured_copy_runtime, "captured-runtime-copy-loses-odd-bytes",
      "A captured cudaMemcpyAsync leaves out the bytes behind the last whole word.", "", "SCP-01") {
    cudaMemcpyAsync.plant([](void* target, const void* source, size_t bytes, cudaMemcpyKind kind,
                             cudaStream_t stream) {
        return cudaMemcpyAsync(target, source, is_capturing(stream) ? bytes / 4 * 4 : bytes, kind, stream);
    });
}

FAULT(captured_host_early, "captured-copy-reads-host-early",
      "A captured copy out of host memory takes the contents at the time of the capture.", "", "SCP-01") {
    cudaMemcpyAsync.plant(
        [](void* target, const void* source, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
            if (!is_capturing(stream) || kind == cudaMemcpyDeviceToHost || !is_host(source)) {
                return cudaMemcpyAsync(target, source, bytes, kind, stream);
            }
            auto* const staged = new char[bytes]; // stays for the graph's launches
            std::copy_n(static_cast<const char*>(source), bytes, staged);
            return cudaMemcpyAsync(target, staged, bytes, kind, stream);
        });
}

FAULT(captured_host_runs, "captured-copy-to-host-runs",
      "A captured copy to host memory is recorded and also done at once.", "", "SCP-01") {
    cudaMemcpyAsync.plant(
        [](void* target, const void* source, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
            if (is_capturing(stream) && is_host(target)) {
                relaxed([&] { return cuMemcpyDtoH(target, reinterpret_cast<CUdeviceptr>(source), bytes); });
            }
            return cudaMemcpyAsync(target, source, bytes, kind, stream);
        });
}

FAULT(captured_allocation_runtime, "captured-runtime-allocation-is-no-node",
      "cudaMallocAsync in a capture allocates at once and records nothing.", "", "SCP-15") {
    cudaMallocAsync.plant([](void** memory, size_t bytes, cudaStream_t stream) {
        if (!is_capturing(stream)) {
            return cudaMallocAsync(memory, bytes, stream);
        }
        CUdeviceptr made = 0;
        relaxed([&] { return cuMemAlloc(&made, bytes); });
        *memory = reinterpret_cast<void*>(made);
        return cudaSuccess;
    });
}

FAULT(captured_same_address, "captured-allocations-share-address",
      "The second allocation of a capture gets the address of the first, which is live.", "", "SCP-15") {
    static std::map<CUstream, CUdeviceptr> first;
    cuMemAllocAsync.plant([](CUdeviceptr* memory, size_t bytes, CUstream stream) {
        const CUresult result = cuMemAllocAsync(memory, bytes, stream);
        if (result == CUDA_SUCCESS && is_capturing(stream)) {
            if (first.contains(stream)) {
                *memory = first[stream];
            }
            first[stream] = *memory;
        }
        return result;
    });
    plant_end([](CUgraph, CUstream stream) { first.erase(stream); });
}

FAULT(captured_many, "capture-loses-node-of-many", "A capture of more than 64 nodes loses the 65th.", "",
      "SCP-01") {
    plant_end([](CUgraph graph, CUstream) {
        const auto nodes = nodes_of(graph);
        if (nodes.size() > 64) {
            cuGraphDestroyNode(nodes[64]);
        }
    });
}

FAULT(captured_second, "second-capture-loses-first-node",
      "The second capture of a stream loses its first node.", "", "SCP-01") {
    static std::map<CUstream, unsigned> ended;
    plant_end([](CUgraph graph, CUstream stream) {
        const auto nodes = nodes_of(graph);
        if (!nodes.empty() && ++ended[stream] == 2) {
            cuGraphDestroyNode(nodes.front());
        }
    });
    cuStreamCreate.plant([](CUstream* stream, unsigned flags) {
        const CUresult result = cuStreamCreate(stream, flags);
        ended.erase(*stream);
        return result;
    });
}

FAULT(captured_third_branch, "capture-joins-two-streams-only",
      "A node behind the join of three streams depends on two of them.", "", "SCP-12") {
    plant_end([](CUgraph graph, CUstream) {
        for (const CUgraphNode node : nodes_of(graph)) {
            const auto before = dependencies_of(node);
            for (size_t i = 2; i < before.size(); ++i) {
                remove_edge(graph, before[i], node);
            }
        }
    });
}

FAULT(captured_behind_first, "capture-to-graph-takes-first-dependency",
      "A capture to an existing graph begins behind the first of the given nodes only.", "", "SCP-17") {
    cuStreamBeginCaptureToGraph.plant([](CUstream stream, CUgraph graph, const CUgraphNode* behind,
                                         const CUgraphEdgeData* edges, size_t count,
                                         CUstreamCaptureMode mode) {
        return cuStreamBeginCaptureToGraph(stream, graph, behind, edges, std::min<size_t>(count, 1), mode);
    });
}

FAULT(captured_status_of_others, "capture-status-is-process-wide",
      "While a stream captures, every other stream is said to capture, too.", "", "SCP-12 SCP-01") {
    static CUstream capturing = nullptr;
    cuStreamBeginCapture.plant([](CUstream stream, CUstreamCaptureMode mode) {
        const CUresult result = cuStreamBeginCapture(stream, mode);
        capturing = result == CUDA_SUCCESS ? stream : capturing;
        return result;
    });
    plant_end([](CUgraph, CUstream) { capturing = nullptr; });
    plant_both(cudaStreamIsCapturing, cuStreamIsCapturing, [](auto& real, auto stream, auto* status) {
        const auto result = real(stream, status);
        if (answer(result).code == 0 && stream != nullptr && capturing != nullptr && stream != capturing) {
            *status = static_cast<std::remove_pointer_t<decltype(status)>>(CU_STREAM_CAPTURE_STATUS_ACTIVE);
        }
        return result;
    });
}

} // namespace faults
