// Captures that run, lose or misread the work that they record.
#include "faults/catalogue/graph_tools.hpp"

#include <algorithm>
#include <map>

namespace faults {

namespace {

/// What the capture ended with, for defects that edit the graph before the caller sees it.
template<typename Edit>
void plant_after_capture(Edit edit) {
    plant_both(cudaStreamEndCapture, cuStreamEndCapture, [edit](auto& real, auto stream, auto* graph) {
        const auto result = real(stream, graph);
        if (answer(result).code == 0) {
            edit(*graph);
        }
        return result;
    });
}

/// Lets work that was started on the side end before anybody looks.
void plant_wait_for_side_stream() {
    plant_after_capture([](CUgraph) { cuStreamSynchronize(side_stream()); });
}

} // namespace

FAULT(capture_runs_kernel, "capture-runs-kernel",
      "A kernel that is launched into a capture is recorded and also runs at once.", "", "SCP-01 GRU-01") {
    plant_wait_for_side_stream();
    cudaLaunchKernel.plant(
        [](const void* kernel, dim3 grid, dim3 block, void** arguments, size_t shared, cudaStream_t stream) {
            if (is_capturing(stream)) {
                (void)cudaLaunchKernel(kernel, grid, block, arguments, shared, side_stream());
            }
            return cudaLaunchKernel(kernel, grid, block, arguments, shared, stream);
        });
}

FAULT(capture_runs_memset, "capture-runs-memset",
      "A memset that is submitted to a capture is recorded and also runs at once.", "", "SCP-01") {
    plant_wait_for_side_stream();
    cuMemsetD32Async.plant([](CUdeviceptr target, unsigned value, size_t count, CUstream stream) {
        if (is_capturing(stream)) {
            cuMemsetD32Async(target, value, count, side_stream());
        }
        return cuMemsetD32Async(target, value, count, stream);
    });
}

FAULT(capture_copies_early, "capture-reads-copy-source",
      "A captured copy takes the contents of its source at the time of the capture.", "", "SCP-01") {
    plant_wait_for_side_stream();
    cuMemcpyAsync.plant([](CUdeviceptr target, CUdeviceptr source, size_t bytes, CUstream stream) {
        if (!is_capturing(stream)) {
            return cuMemcpyAsync(target, source, bytes, stream);
        }
        CUdeviceptr staged = 0;
        relaxed([&] { return cuMemAlloc(&staged, bytes); }); // stays for the graph's launches
        cuMemcpyAsync(staged, source, bytes, side_stream());
        return cuMemcpyAsync(target, staged, bytes, stream);
    });
}

FAULT(capture_loses_last_node, "capture-loses-last-node",
      "The last node of a capture of several is missing from the graph.", "", "SCP-09 SCP-12 SCP-18") {
    plant_after_capture([](CUgraph graph) {
        const auto nodes = nodes_of(graph);
        if (nodes.size() > 1 && !has_dependents(nodes.back())) {
            cuGraphDestroyNode(nodes.back());
        }
    });
}

FAULT(capture_drops_join, "capture-drops-joined-edge",
      "A node behind the join of two streams depends on one of them only.", "", "SCP-12") {
    plant_after_capture([](CUgraph graph) {
        for (const CUgraphNode node : nodes_of(graph)) {
            const auto before = dependencies_of(node);
            for (size_t i = 1; i < before.size(); ++i) {
                remove_edge(graph, before[i], node);
            }
        }
    });
}

FAULT(capture_drops_fork, "capture-drops-forked-edge",
      "The first node of a forked stream does not depend on the stream that it was forked from.", "",
      "SCP-12") {
    cuStreamWaitEvent.plant([](CUstream stream, CUevent event, unsigned flags) {
        if (capture_status(stream) == CU_STREAM_CAPTURE_STATUS_NONE) {
            return cuStreamWaitEvent(stream, event, flags);
        }
        return cuStreamWaitEvent(stream, event, CU_EVENT_WAIT_EXTERNAL); // a wait at run time, no edge
    });
}

FAULT(capture_order, "capture-records-no-order",
      "The second node that a stream captures does not depend on the first.", "", "SCP-09 SCP-17") {
    plant_after_capture([](CUgraph graph) {
        const auto nodes = nodes_of(graph);
        if (nodes.size() > 1) {
            for (const CUgraphNode before : dependencies_of(nodes[1])) {
                remove_edge(graph, before, nodes[1]);
            }
        }
    });
}

FAULT(capture_external_wait, "capture-ignores-external-flag",
      "A wait for an event from outside that is marked external is judged as if it were not.", "", "SCP-12") {
    cuStreamWaitEvent.plant([](CUstream stream, CUevent event, unsigned) {
        return cuStreamWaitEvent(stream, event, CU_EVENT_WAIT_DEFAULT);
    });
}

FAULT(capture_exchanges_operands, "capture-exchanges-parameters",
      "A captured kernel gets its second and third parameter exchanged where they have one size.", "",
      "GRU-02 GRU-03") {
    plant_after_capture([](CUgraph graph) {
        for (const CUgraphNode node : nodes_of(graph)) {
            if (type_of(node) != CU_GRAPH_NODE_TYPE_KERNEL) {
                continue;
            }
            CUDA_KERNEL_NODE_PARAMS parameters = kernel_of(node);
            const size_t count = parameter_count(parameters);
            size_t offset = 0, second = 0, third = 0;
            if (count > 2 && cuFuncGetParamInfo(parameters.func, 1, &offset, &second) == CUDA_SUCCESS &&
                cuFuncGetParamInfo(parameters.func, 2, &offset, &third) == CUDA_SUCCESS && second == third) {
                std::vector<void*> arguments(parameters.kernelParams, parameters.kernelParams + count);
                std::swap(arguments[1], arguments[2]);
                parameters.kernelParams = arguments.data();
                cuGraphKernelNodeSetParams(node, &parameters);
            }
        }
    });
}

FAULT(capture_append, "capture-to-graph-drops-dependencies",
      "A capture to an existing graph ignores the nodes behind which it is to begin.", "", "SCP-17") {
    cuStreamBeginCaptureToGraph.plant([](CUstream stream, CUgraph graph, const CUgraphNode*,
                                         const CUgraphEdgeData*, size_t, CUstreamCaptureMode mode) {
        return cuStreamBeginCaptureToGraph(stream, graph, nullptr, nullptr, 0, mode);
    });
}

FAULT(capture_append_behind_all, "capture-to-graph-follows-everything",
      "A capture to an existing graph that names no nodes begins behind the last one.", "", "SCP-17") {
    cuStreamBeginCaptureToGraph.plant([](CUstream stream, CUgraph graph, const CUgraphNode* behind,
                                         const CUgraphEdgeData* edges, size_t count,
                                         CUstreamCaptureMode mode) {
        const auto nodes = nodes_of(graph);
        return count == 0 && !nodes.empty()
                   ? cuStreamBeginCaptureToGraph(stream, graph, &nodes.back(), nullptr, 1, mode)
                   : cuStreamBeginCaptureToGraph(stream, graph, behind, edges, count, mode);
    });
}

FAULT(capture_lazy, "capture-breaks-on-lazy-load",
      "The first launch of a kernel in a process loads its code, which invalidates a capture.",
      "mujocolab/mjlab#413", "SCP-16") {
    static std::map<const void*, bool> loaded;
    cudaLaunchKernel.plant(
        [](const void* kernel, dim3 grid, dim3 block, void** arguments, size_t shared, cudaStream_t stream) {
            if (is_capturing(stream) && !loaded[kernel]) {
                (void)cudaStreamSynchronize(stream); // prohibited: it costs the capture
                return cudaErrorStreamCaptureUnsupported;
            }
            loaded[kernel] = true;
            return cudaLaunchKernel(kernel, grid, block, arguments, shared, stream);
        });
}

FAULT(capture_drops_free, "capture-drops-free", "Freeing memory in a capture succeeds and is not recorded.",
      "", "SCP-15") {
    cuMemFreeAsync.plant([](CUdeviceptr memory, CUstream stream) {
        return is_capturing(stream) ? CUDA_SUCCESS : cuMemFreeAsync(memory, stream);
    });
}

FAULT(capture_foreign_free, "capture-takes-foreign-free",
      "Freeing memory in a capture that no graph allocated reports success.", "", "SCP-15") {
    cuMemFreeAsync.plant([](CUdeviceptr memory, CUstream stream) {
        const bool captured = is_capturing(stream);
        const CUresult result = cuMemFreeAsync(memory, stream);
        return captured && result == CUDA_ERROR_INVALID_VALUE ? CUDA_SUCCESS : result;
    });
}

FAULT(capture_frees_kept, "capture-frees-kept-allocation",
      "An allocation that a capture leaves live is freed at the end of the graph.", "NVIDIA/warp#1418",
      "SCP-15") {
    plant_after_capture([](CUgraph graph) {
        std::vector<CUgraphNode> last;
        std::vector<CUdeviceptr> live;
        for (const CUgraphNode node : nodes_of(graph)) {
            CUDA_MEM_ALLOC_NODE_PARAMS allocated{};
            CUdeviceptr freed = 0;
            if (type_of(node) == CU_GRAPH_NODE_TYPE_MEM_ALLOC &&
                cuGraphMemAllocNodeGetParams(node, &allocated) == CUDA_SUCCESS) {
                live.push_back(allocated.dptr);
            } else if (type_of(node) == CU_GRAPH_NODE_TYPE_MEM_FREE &&
                       cuGraphMemFreeNodeGetParams(node, &freed) == CUDA_SUCCESS) {
                std::erase(live, freed);
            }
            if (!has_dependents(node)) {
                last.push_back(node);
            }
        }
        for (const CUdeviceptr memory : live) {
            CUgraphNode node = nullptr;
            cuGraphAddMemFreeNode(&node, graph, last.data(), last.size(), memory);
        }
    });
}

FAULT(capture_copy_extent, "captured-copy-loses-extent",
      "The parameters that a captured copy reports are one element short.", "NVIDIA/cuda-python#2649",
      "SCP-14") {
    cuGraphMemcpyNodeGetParams.plant([](CUgraphNode node, CUDA_MEMCPY3D* parameters) {
        const CUresult result = cuGraphMemcpyNodeGetParams(node, parameters);
        parameters->WidthInBytes -= parameters->WidthInBytes > 4 ? 4 : 0;
        return result;
    });
}

FAULT(capture_alloc_size, "captured-allocation-reports-no-size",
      "The node of a captured allocation reports the address of the allocation but not its size.", "",
      "SCP-15 GMN-01") {
    cuGraphMemAllocNodeGetParams.plant([](CUgraphNode node, CUDA_MEM_ALLOC_NODE_PARAMS* parameters) {
        const CUresult result = cuGraphMemAllocNodeGetParams(node, parameters);
        parameters->bytesize = 0;
        return result;
    });
}

FAULT(capture_poisoned_by_destroy, "exec-destroy-breaks-capture",
      "Destroying an executable graph invalidates a capture that is in progress elsewhere.",
      "NVIDIA/warp#992", "SCP-18") {
    static CUstream capturing = nullptr;
    cuStreamBeginCapture.plant([](CUstream stream, CUstreamCaptureMode mode) {
        capturing = stream;
        return cuStreamBeginCapture(stream, mode);
    });
    cuGraphExecDestroy.plant([](CUgraphExec exec) {
        if (capturing != nullptr && is_capturing(capturing)) {
            cuStreamSynchronize(capturing); // prohibited: it costs the capture
        }
        return cuGraphExecDestroy(exec);
    });
    cuStreamEndCapture.plant([](CUstream stream, CUgraph* graph) {
        capturing = nullptr;
        return cuStreamEndCapture(stream, graph);
    });
}

} // namespace faults
