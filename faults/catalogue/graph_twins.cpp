// Calls that exist twice, of which one form is wrong, and conditional bodies of more than a node or two.
#include "faults/catalogue/exec_book.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace faults {

FAULT(twins_enabled, "driver-set-enabled-does-nothing", "cuGraphNodeSetEnabled reports success only.", "",
      "SET-11") {
    cuGraphNodeSetEnabled.plant([](CUgraphExec, CUgraphNode, unsigned) { return CUDA_SUCCESS; });
}

FAULT(twins_child, "driver-set-child-does-nothing",
      "cuGraphExecChildGraphNodeSetParams reports success only.", "", "SET-10") {
    cuGraphExecChildGraphNodeSetParams.plant([](CUgraphExec, CUgraphNode, CUgraph) { return CUDA_SUCCESS; });
}

FAULT(twins_host, "driver-set-host-keeps-function",
      "cuGraphExecHostNodeSetParams sets the data of a host node and keeps its function.", "", "SET-15") {
    cuGraphExecHostNodeSetParams.plant(
        [](CUgraphExec exec, CUgraphNode node, const CUDA_HOST_NODE_PARAMS* parameters) {
            CUDA_HOST_NODE_PARAMS changed{};
            cuGraphHostNodeGetParams(node, &changed);
            changed.userData = parameters->userData;
            return cuGraphExecHostNodeSetParams(exec, node, &changed);
        });
}

FAULT(twins_event, "driver-set-record-does-nothing",
      "cuGraphExecEventRecordNodeSetEvent reports success only.", "", "SET-15") {
    cuGraphExecEventRecordNodeSetEvent.plant([](CUgraphExec, CUgraphNode, CUevent) { return CUDA_SUCCESS; });
}

FAULT(twins_kernel_buffer, "kernel-node-buffer-ends-at-64-bytes",
      "Of arguments that are given to a kernel node in one buffer those behind the first 64 bytes are zero.",
      "", "INS-18") {
    cuGraphAddKernelNode.plant([](CUgraphNode* node, CUgraph graph, const CUgraphNode* after, size_t count,
                                  const CUDA_KERNEL_NODE_PARAMS* parameters) {
        if (parameters->extra == nullptr) {
            return cuGraphAddKernelNode(node, graph, after, count, parameters);
        }
        // The buffer's address and a pointer to its size, each behind its key.
        const auto* const given = static_cast<const char*>(parameters->extra[1]);
        size_t bytes = *static_cast<size_t*>(parameters->extra[3]);
        std::vector<char> cut(given, given + bytes);
        std::fill(cut.begin() + static_cast<std::ptrdiff_t>(std::min<size_t>(bytes, 64)), cut.end(), 0);
        void* extra[] = {CU_LAUNCH_PARAM_BUFFER_POINTER, cut.data(), CU_LAUNCH_PARAM_BUFFER_SIZE, &bytes,
                         CU_LAUNCH_PARAM_END};
        CUDA_KERNEL_NODE_PARAMS changed = *parameters;
        changed.extra = extra;
        return cuGraphAddKernelNode(node, graph, after, count, &changed);
    });
}

FAULT(twins_copy, "driver-copy-node-ignores-positions",
      "cuGraphAddMemcpyNode copies from the start of its source, whatever the position in it.", "",
      "VXG-02") {
    cuGraphAddMemcpyNode.plant([](CUgraphNode* node, CUgraph graph, const CUgraphNode* after, size_t count,
                                  const CUDA_MEMCPY3D* copy, CUcontext context) {
        CUDA_MEMCPY3D changed = *copy;
        changed.srcXInBytes = changed.srcY = changed.srcZ = 0;
        return cuGraphAddMemcpyNode(node, graph, after, count, &changed, context);
    });
}

FAULT(twins_capture_to_graph, "runtime-capture-to-graph-drops-dependencies",
      "cudaStreamBeginCaptureToGraph ignores the nodes behind which it is to begin.", "", "SCP-17") {
    cudaStreamBeginCaptureToGraph.plant([](cudaStream_t stream, cudaGraph_t graph, const cudaGraphNode_t*,
                                           const cudaGraphEdgeData*, size_t, cudaStreamCaptureMode mode) {
        return cudaStreamBeginCaptureToGraph(stream, graph, nullptr, nullptr, 0, mode);
    });
}

FAULT(twins_generic, "graph-generic-setting-keeps-arguments",
      "The generic call sets the grid of a kernel node of a graph and keeps its arguments.", "", "INS-20") {
    cudaGraphNodeSetParams.plant([](cudaGraphNode_t node, cudaGraphNodeParams* parameters) {
        cudaGraphNodeParams changed = *parameters;
        cudaKernelNodeParams before{};
        if (parameters->type == cudaGraphNodeTypeKernel &&
            cudaGraphKernelNodeGetParams(node, &before) == cudaSuccess) {
            changed.kernel.kernelParams = before.kernelParams;
        }
        return cudaGraphNodeSetParams(node, &changed);
    });
}

FAULT(twins_attributes, "copying-attributes-does-nothing",
      "Copying the attributes of a kernel node to another one reports success only.", "", "INS-19") {
    cuGraphKernelNodeCopyAttributes.plant([](CUgraphNode, CUgraphNode) { return CUDA_SUCCESS; });
}

namespace {

/// Bodies of conditional nodes, and how many kernels have been added to each.
std::map<CUgraph, unsigned> known_bodies;

void follow_bodies() {
    cuGraphAddNode.plant([](CUgraphNode* node, CUgraph graph, const CUgraphNode* after,
                            const CUgraphEdgeData* edges, size_t count, CUgraphNodeParams* parameters) {
        const CUresult result = cuGraphAddNode(node, graph, after, edges, count, parameters);
        if (result == CUDA_SUCCESS && parameters->type == CU_GRAPH_NODE_TYPE_CONDITIONAL) {
            for (unsigned i = 0; i < parameters->conditional.size; ++i) {
                known_bodies[parameters->conditional.phGraph_out[i]] = 0;
            }
        }
        return result;
    });
}

} // namespace

FAULT(twins_body_size, "conditional-body-loses-17th-kernel",
      "The 17th kernel that is added to the body of a conditional node does nothing.", "", "INS-12") {
    follow_bodies();
    cudaGraphAddKernelNode.plant([](cudaGraphNode_t* node, cudaGraph_t graph, const cudaGraphNode_t* after,
                                    size_t count, const cudaKernelNodeParams* parameters) {
        const auto body = known_bodies.find(graph);
        return body != known_bodies.end() && ++body->second == 17
                   ? static_cast<cudaError_t>(cuGraphAddEmptyNode(node, graph, after, count))
                   : cudaGraphAddKernelNode(node, graph, after, count, parameters);
    });
}

FAULT(twins_body_join, "conditional-body-turns-second-edge",
      "A kernel in the body of a conditional node runs before the second of the nodes that it depends on.",
      "", "INS-12") {
    follow_bodies();
    cudaGraphAddKernelNode.plant([](cudaGraphNode_t* node, cudaGraph_t graph, const cudaGraphNode_t* after,
                                    size_t count, const cudaKernelNodeParams* parameters) {
        const bool turned = known_bodies.contains(graph) && count == 2;
        const cudaError_t result = cudaGraphAddKernelNode(node, graph, after, turned ? 1 : count, parameters);
        if (turned && result == cudaSuccess) {
            cuGraphAddDependencies(graph, node, &after[1], 1);
        }
        return result;
    });
}

FAULT(twins_conditions, "conditional-behind-conditional-runs-first",
      "A conditional node that depends on another one runs before it.", "", "INS-12") {
    cuGraphAddNode.plant([](CUgraphNode* node, CUgraph graph, const CUgraphNode* after,
                            const CUgraphEdgeData* edges, size_t count, CUgraphNodeParams* parameters) {
        const bool turned = count == 1 && parameters->type == CU_GRAPH_NODE_TYPE_CONDITIONAL &&
                            type_of(*after) == CU_GRAPH_NODE_TYPE_CONDITIONAL;
        const CUgraphNode before = turned ? *after : nullptr;
        const CUresult result =
            cuGraphAddNode(node, graph, turned ? nullptr : after, edges, turned ? 0 : count, parameters);
        if (turned && result == CUDA_SUCCESS) {
            cuGraphAddDependencies(graph, node, &before, 1);
        }
        return result;
    });
}

} // namespace faults
