// Captured copies and fills of rows, host functions and events that come out other than they went in.
#include "faults/catalogue/graph_tools.hpp"

#include <map>
#include <set>
#include <utility>

namespace faults {

FAULT(captured_rows_copy, "captured-rows-copy-loses-last-row",
      "A captured copy of several rows leaves out the last one.", "", "SCP-01") {
    cuMemcpy2DAsync.plant([](const CUDA_MEMCPY2D* copy, CUstream stream) {
        CUDA_MEMCPY2D changed = *copy;
        changed.Height -= is_capturing(stream) && copy->Height > 1 ? 1 : 0;
        return cuMemcpy2DAsync(&changed, stream);
    });
}

FAULT(captured_slices_copy, "captured-slices-copy-loses-heights",
      "A captured copy of several slices takes them as high as they are copied.", "", "SCP-01") {
    cuMemcpy3DAsync.plant([](const CUDA_MEMCPY3D* copy, CUstream stream) {
        CUDA_MEMCPY3D changed = *copy;
        if (is_capturing(stream)) {
            changed.srcHeight = changed.dstHeight = changed.Height;
        }
        return cuMemcpy3DAsync(&changed, stream);
    });
}

FAULT(captured_rows_memset, "captured-rows-memset-packs-rows",
      "A captured memset of several rows sets them one behind the other, whatever the pitch.", "", "SCP-01") {
    cuMemsetD2D32Async.plant(
        [](CUdeviceptr target, size_t pitch, unsigned value, size_t width, size_t height, CUstream stream) {
            return cuMemsetD2D32Async(target, is_capturing(stream) ? width * 4 : pitch, value, width, height,
                                      stream);
        });
}

FAULT(captured_halves_memset, "captured-half-word-memset-repeats-byte",
      "A captured memset of 16-bit elements repeats the lower byte of its value.", "", "SCP-01") {
    cuMemsetD16Async.plant([](CUdeviceptr target, unsigned short value, size_t count, CUstream stream) {
        const auto low = static_cast<unsigned short>((value & 0xFFU) * 0x0101U);
        return cuMemsetD16Async(target, is_capturing(stream) ? low : value, count, stream);
    });
}

FAULT(captured_host_function, "captured-host-function-also-runs",
      "A host function that is launched into a capture is recorded and also runs at once.", "", "SCP-01") {
    cuLaunchHostFunc.plant([](CUstream stream, CUhostFn function, void* data) {
        if (is_capturing(stream)) {
            function(data);
        }
        return cuLaunchHostFunc(stream, function, data);
    });
}

FAULT(captured_external_record, "captured-external-record-is-no-node",
      "Recording an event that is marked external in a capture leaves no node in the graph.", "", "SCP-12") {
    cuEventRecordWithFlags.plant([](CUevent event, CUstream stream, unsigned flags) {
        return is_capturing(stream) ? CUDA_SUCCESS : cuEventRecordWithFlags(event, stream, flags);
    });
}

FAULT(captured_event_again, "captured-event-keeps-first-record",
      "An event that a capture records twice stands for the first time.", "", "SCP-12") {
    static std::set<CUevent> recorded;
    const auto record = [](auto& real, auto event, auto stream) {
        if (!is_capturing(stream)) {
            recorded.erase(event);
            return real(event, stream);
        }
        return recorded.insert(event).second ? real(event, stream)
                                             : static_cast<decltype(real(event, stream))>(success);
    };
    plant_both(cudaEventRecord, cuEventRecord, record);
    cudaEventDestroy.plant([](cudaEvent_t event) {
        recorded.erase(event);
        return cudaEventDestroy(event);
    });
}

FAULT(captured_ids, "capture-ids-repeat", "Two captures of one stream have the same id.", "", "SCP-20") {
    cuStreamGetCaptureInfo.plant([](CUstream stream, CUstreamCaptureStatus* status, cuuint64_t* id,
                                    CUgraph* graph, const CUgraphNode** nodes, const CUgraphEdgeData** edges,
                                    size_t* count) {
        const CUresult result = cuStreamGetCaptureInfo(stream, status, id, graph, nodes, edges, count);
        if (result == CUDA_SUCCESS && id != nullptr && *status == CU_STREAM_CAPTURE_STATUS_ACTIVE) {
            *id = 1;
        }
        return result;
    });
}

FAULT(captured_tip, "capture-info-tells-one-dependency",
      "A stream that captures behind several nodes tells the first of them only.", "", "SCP-20") {
    cuStreamGetCaptureInfo.plant([](CUstream stream, CUstreamCaptureStatus* status, cuuint64_t* id,
                                    CUgraph* graph, const CUgraphNode** nodes, const CUgraphEdgeData** edges,
                                    size_t* count) {
        const CUresult result = cuStreamGetCaptureInfo(stream, status, id, graph, nodes, edges, count);
        if (result == CUDA_SUCCESS && count != nullptr && *count > 1) {
            *count = 1;
        }
        return result;
    });
}

FAULT(captured_dependencies, "capture-dependencies-set-adds",
      "Setting the nodes behind which a capture goes on adds them to those that it has.", "", "SCP-20") {
    cuStreamUpdateCaptureDependencies.plant([](CUstream stream, CUgraphNode* nodes, size_t count, unsigned) {
        return cuStreamUpdateCaptureDependencies(stream, nodes, count, CU_STREAM_ADD_CAPTURE_DEPENDENCIES);
    });
}

FAULT(captured_per_thread, "per-thread-capture-loses-edges",
      "Work that is captured in the per-thread default stream is in no order.", "", "SCP-02") {
    plant_both(cudaStreamEndCapture, cuStreamEndCapture, [](auto& real, auto stream, auto* graph) {
        const auto result = real(stream, graph);
        if (answer(result).code == 0 && stream == CU_STREAM_PER_THREAD) {
            for (const CUgraphNode node : nodes_of(*graph)) {
                for (const CUgraphNode before : dependencies_of(node)) {
                    remove_edge(*graph, before, node);
                    cuGraphAddDependencies(*graph, &node, &before, 1);
                }
            }
        }
        return result;
    });
}

FAULT(captured_second_fork, "capture-fork-of-fork-loses-edge",
      "The first node of a stream that was forked from a forked stream waits for nothing.", "", "SCP-12") {
    static std::set<CUstream> joined;         // streams that joined a capture by an event
    static std::map<CUevent, bool> from_fork; // events that a joined stream recorded
    static std::set<CUstream> second;         // streams forked from such
    plant_both(cudaEventRecord, cuEventRecord, [](auto& real, auto event, auto stream) {
        from_fork[event] = is_capturing(stream) && joined.contains(stream);
        return real(event, stream);
    });
    const auto wait = [](auto& real, auto stream, auto event, auto flags) {
        const bool capturing = is_capturing(stream);
        const auto result = real(stream, event, flags);
        if (answer(result).code == 0 && !capturing && is_capturing(stream)) {
            joined.insert(stream);
            if (from_fork[event]) {
                second.insert(stream);
            }
        }
        return result;
    };
    plant_both(cudaStreamWaitEvent, cuStreamWaitEvent, wait);
    cudaLaunchKernel.plant(
        [](const void* kernel, dim3 grid, dim3 block, void** arguments, size_t shared, cudaStream_t stream) {
            if (second.erase(stream) == 1 && is_capturing(stream)) {
                cuStreamUpdateCaptureDependencies(stream, nullptr, 0, CU_STREAM_SET_CAPTURE_DEPENDENCIES);
            }
            return cudaLaunchKernel(kernel, grid, block, arguments, shared, stream);
        });
    plant_both(cudaStreamEndCapture, cuStreamEndCapture, [](auto& real, auto stream, auto* graph) {
        joined.clear();
        second.clear();
        return real(stream, graph);
    });
}

} // namespace faults
