#include "faults/catalogue/graph_tools.hpp"

namespace faults {

CUstreamCaptureStatus capture_status(CUstream stream) {
    CUstreamCaptureStatus status = CU_STREAM_CAPTURE_STATUS_NONE;
    return cuStreamIsCapturing(stream, &status) == CUDA_SUCCESS ? status : CU_STREAM_CAPTURE_STATUS_NONE;
}

CUstream side_stream() {
    static CUstream stream = relaxed([] {
        CUstream created = nullptr;
        cuStreamCreate(&created, CU_STREAM_NON_BLOCKING);
        return created;
    });
    return stream;
}

std::vector<CUgraphNode> nodes_of(CUgraph graph) {
    size_t count = 0;
    if (graph == nullptr || cuGraphGetNodes(graph, nullptr, &count) != CUDA_SUCCESS) {
        return {};
    }
    std::vector<CUgraphNode> nodes(count);
    if (count > 0) {
        cuGraphGetNodes(graph, nodes.data(), &count);
    }
    return nodes;
}

CUgraphNodeType type_of(CUgraphNode node) {
    CUgraphNodeType type = CU_GRAPH_NODE_TYPE_EMPTY;
    cuGraphNodeGetType(node, &type);
    return type;
}

std::vector<CUgraphNode> dependencies_of(CUgraphNode node) {
    size_t count = 0;
    cuGraphNodeGetDependencies(node, nullptr, &count);
    std::vector<CUgraphNode> nodes(count);
    if (count > 0) {
        cuGraphNodeGetDependencies(node, nodes.data(), &count);
    }
    return nodes;
}

bool has_dependents(CUgraphNode node) {
    size_t count = 0;
    cuGraphNodeGetDependentNodes(node, nullptr, &count);
    return count > 0;
}

void remove_edge(CUgraph graph, CUgraphNode from, CUgraphNode to) {
    cuGraphRemoveDependencies(graph, &from, &to, 1);
}

bool contains(CUgraph graph, CUgraphNodeType type) {
    for (const CUgraphNode node : nodes_of(graph)) {
        if (type_of(node) == type) {
            return true;
        }
    }
    return false;
}

CUgraph copy_of(CUgraph graph) {
    CUgraph copy = nullptr;
    return cuGraphClone(&copy, graph) == CUDA_SUCCESS ? copy : nullptr;
}

CUDA_KERNEL_NODE_PARAMS kernel_of(CUgraphNode node) {
    CUDA_KERNEL_NODE_PARAMS parameters{};
    cuGraphKernelNodeGetParams(node, &parameters);
    return parameters;
}

CUDA_MEMSET_NODE_PARAMS memset_of(CUgraphNode node) {
    CUDA_MEMSET_NODE_PARAMS parameters{};
    cuGraphMemsetNodeGetParams(node, &parameters);
    return parameters;
}

CUDA_MEMCPY3D memcpy_of(CUgraphNode node) {
    CUDA_MEMCPY3D parameters{};
    cuGraphMemcpyNodeGetParams(node, &parameters);
    return parameters;
}

size_t parameter_count(const CUDA_KERNEL_NODE_PARAMS& parameters) {
    size_t count = 0, offset = 0, size = 0;
    while ((parameters.func != nullptr
                ? cuFuncGetParamInfo(parameters.func, count, &offset, &size)
                : cuKernelGetParamInfo(parameters.kern, count, &offset, &size)) == CUDA_SUCCESS) {
        ++count;
    }
    return count;
}

std::vector<CUdeviceptr> operands_of(CUgraphNode node) {
    std::vector<CUdeviceptr> operands;
    if (type_of(node) == CU_GRAPH_NODE_TYPE_KERNEL) {
        const CUDA_KERNEL_NODE_PARAMS kernel = kernel_of(node);
        size_t offset = 0, size = 0;
        for (size_t i = 0; i < parameter_count(kernel); ++i) {
            if (cuFuncGetParamInfo(kernel.func, i, &offset, &size) == CUDA_SUCCESS &&
                size == sizeof(CUdeviceptr)) {
                operands.push_back(*static_cast<CUdeviceptr*>(kernel.kernelParams[i]));
            }
        }
    } else if (type_of(node) == CU_GRAPH_NODE_TYPE_MEMSET) {
        operands = {memset_of(node).dst};
    } else if (type_of(node) == CU_GRAPH_NODE_TYPE_MEMCPY) {
        operands = {memcpy_of(node).srcDevice, memcpy_of(node).dstDevice};
    }
    return operands;
}

bool is_host(const void* memory) {
    unsigned type = 0;
    return cuPointerGetAttribute(&type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE,
                                 reinterpret_cast<CUdeviceptr>(memory)) != CUDA_SUCCESS ||
           type == CU_MEMORYTYPE_HOST;
}

} // namespace faults
