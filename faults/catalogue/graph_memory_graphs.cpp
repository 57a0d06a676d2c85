// Graphs with memory nodes that are copied, cut, nested or counted as if they had none.
#include "faults/catalogue/graph_tools.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace faults {

namespace {

bool has_allocation(CUgraph graph) {
    return contains(graph, CU_GRAPH_NODE_TYPE_MEM_ALLOC);
}
bool has_free(CUgraph graph) {
    return contains(graph, CU_GRAPH_NODE_TYPE_MEM_FREE);
}

/// Changes what is read of graph memory's attributes.
template<typename Change>
void plant_attribute(Change change) {
    cuDeviceGetGraphMemAttribute.plant(
        [change](CUdevice device, CUgraphMem_attribute attribute, void* value) {
            const CUresult result = cuDeviceGetGraphMemAttribute(device, attribute, value);
            change(attribute, *static_cast<cuuint64_t*>(value), device);
            return result;
        });
}

bool is_high(CUgraphMem_attribute attribute) {
    return attribute == CU_GRAPH_MEM_ATTR_USED_MEM_HIGH || attribute == CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH;
}

/// Graphs that another one owns, since they were moved into it.
std::vector<CUgraph> moved;

template<typename Change>
void plant_move(Change change) {
    cuGraphAddNode.plant([change](CUgraphNode* node, CUgraph graph, const CUgraphNode* after,
                                  const CUgraphEdgeData* edges, size_t count, CUgraphNodeParams* parameters) {
        const CUresult result = cuGraphAddNode(node, graph, after, edges, count, parameters);
        if (parameters->type != CU_GRAPH_NODE_TYPE_GRAPH) {
            return result;
        }
        if (result == CUDA_SUCCESS) {
            moved.push_back(parameters->graph.graph);
        }
        return change(result, node, graph);
    });
}

bool is_moved(CUgraph graph) {
    return std::find(moved.begin(), moved.end(), graph) != moved.end();
}

CUresult as_it_is(CUresult result, CUgraphNode*, CUgraph) {
    return result;
}

} // namespace

FAULT(gmem_clone, "memory-graph-clones", "A graph with an allocation is cloned without it.", "",
      "GMN-06 INS-10") {
    cuGraphClone.plant([](CUgraph* clone, CUgraph graph) {
        const CUresult result = cuGraphClone(clone, graph);
        return result != CUDA_SUCCESS && has_allocation(graph) ? cuGraphCreate(clone, 0) : result;
    });
}

FAULT(gmem_clone_free, "freeing-graph-clones", "A graph that only frees is cloned without its free node.", "",
      "GMN-06") {
    cuGraphClone.plant([](CUgraph* clone, CUgraph graph) {
        const CUresult result = cuGraphClone(clone, graph);
        return result != CUDA_SUCCESS && has_free(graph) && !has_allocation(graph) ? cuGraphCreate(clone, 0)
                                                                                   : result;
    });
}

FAULT(gmem_child, "memory-graph-nests", "A graph with memory nodes is copied into a child node as nothing.",
      "NVIDIA/cccl#8308", "GMN-06 INS-10") {
    cuGraphAddChildGraphNode.plant(
        [](CUgraphNode* node, CUgraph graph, const CUgraphNode* after, size_t count, CUgraph child) {
            const CUresult result = cuGraphAddChildGraphNode(node, graph, after, count, child);
            return result != CUDA_SUCCESS && (has_allocation(child) || has_free(child))
                       ? cuGraphAddEmptyNode(node, graph, after, count)
                       : result;
        });
}

FAULT(gmem_remove_kernel, "memory-graph-loses-nodes",
      "A kernel node of a graph with memory nodes can be removed, and stays.", "", "GMN-06") {
    cuGraphDestroyNode.plant([](CUgraphNode node) {
        const CUgraphNodeType type = type_of(node);
        const CUresult result = cuGraphDestroyNode(node);
        return type == CU_GRAPH_NODE_TYPE_KERNEL ? CUDA_SUCCESS : result;
    });
}

FAULT(gmem_moved_destroy, "moved-graph-can-be-destroyed",
      "Destroying a graph that was moved into another one reports success.", "intel/llvm#19091", "GMN-07") {
    plant_move(as_it_is);
    cuGraphDestroy.plant(
        [](CUgraph graph) { return is_moved(graph) ? CUDA_SUCCESS : cuGraphDestroy(graph); });
}

FAULT(gmem_moved_grows, "moved-graph-takes-memory-nodes",
      "A graph that was moved into another one takes more memory nodes, which do nothing.", "", "GMN-07") {
    plant_move(as_it_is);
    cuGraphAddMemAllocNode.plant([](CUgraphNode* node, CUgraph graph, const CUgraphNode* after, size_t count,
                                    CUDA_MEM_ALLOC_NODE_PARAMS* parameters) {
        return is_moved(graph) ? cuGraphAddEmptyNode(node, graph, after, count)
                               : cuGraphAddMemAllocNode(node, graph, after, count, parameters);
    });
}

FAULT(gmem_moved_again, "moved-graph-moves-again",
      "A graph that was moved into another one is moved into a third, as nothing.", "", "GMN-07") {
    plant_move([](CUresult result, CUgraphNode* node, CUgraph graph) {
        return result == CUDA_SUCCESS ? result : cuGraphAddEmptyNode(node, graph, nullptr, 0);
    });
}

FAULT(gmem_used_nothing, "graph-memory-in-use-is-zero", "The graph memory in use is zero, whatever is live.",
      "", "GMN-10") {
    plant_attribute([](CUgraphMem_attribute attribute, cuuint64_t& value, CUdevice) {
        value = attribute == CU_GRAPH_MEM_ATTR_USED_MEM_CURRENT ? 0 : value;
    });
}

FAULT(gmem_high_lags, "graph-memory-high-watermark-lags",
      "A high watermark of graph memory is that of the time before the last launch.", "", "GMN-10") {
    static std::map<CUgraphMem_attribute, cuuint64_t> before;
    plant_attribute([](CUgraphMem_attribute attribute, cuuint64_t& value, CUdevice) {
        if (is_high(attribute)) {
            value = std::exchange(before[attribute], value);
        }
    });
}

FAULT(gmem_high_falls, "graph-memory-high-watermark-falls",
      "The high watermarks of graph memory are the current values.", "", "GMN-10") {
    plant_attribute([](CUgraphMem_attribute attribute, cuuint64_t& value, CUdevice device) {
        if (is_high(attribute)) {
            cuDeviceGetGraphMemAttribute(device,
                                         attribute == CU_GRAPH_MEM_ATTR_USED_MEM_HIGH
                                             ? CU_GRAPH_MEM_ATTR_USED_MEM_CURRENT
                                             : CU_GRAPH_MEM_ATTR_RESERVED_MEM_CURRENT,
                                         &value);
        }
    });
}

FAULT(gmem_high_set, "graph-memory-high-watermark-set-to-any",
      "A high watermark of graph memory is reset by any value.", "", "GMN-10") {
    cuDeviceSetGraphMemAttribute.plant([](CUdevice device, CUgraphMem_attribute attribute, void* value) {
        if (is_high(attribute)) {
            *static_cast<cuuint64_t*>(value) = 0;
        }
        return cuDeviceSetGraphMemAttribute(device, attribute, value);
    });
}

FAULT(gmem_high_stuck, "graph-memory-high-watermark-stuck",
      "Resetting a high watermark of graph memory reports success only.", "", "GMN-10") {
    cuDeviceSetGraphMemAttribute.plant([](CUdevice device, CUgraphMem_attribute attribute, void* value) {
        return is_high(attribute) && *static_cast<cuuint64_t*>(value) == 0
                   ? CUDA_SUCCESS
                   : cuDeviceSetGraphMemAttribute(device, attribute, value);
    });
}

FAULT(gmem_current_set, "graph-memory-current-value-can-be-set",
      "Setting a current value of graph memory reports success.", "", "GMN-10") {
    cuDeviceSetGraphMemAttribute.plant([](CUdevice device, CUgraphMem_attribute attribute, void* value) {
        const CUresult result = cuDeviceSetGraphMemAttribute(device, attribute, value);
        return is_high(attribute) ? result : CUDA_SUCCESS;
    });
}

FAULT(gmem_reserved, "graph-memory-reserved-told-late",
      "The graph memory that is reserved is told as it was at the last trim.", "", "GMN-09") {
    static std::optional<cuuint64_t> trimmed;
    cuDeviceGraphMemTrim.plant([](CUdevice device) {
        const CUresult result = cuDeviceGraphMemTrim(device);
        cuuint64_t left = 0;
        (void)cuDeviceGetGraphMemAttribute(device, CU_GRAPH_MEM_ATTR_RESERVED_MEM_CURRENT, &left);
        trimmed = left;
        return result;
    });
    plant_attribute([](CUgraphMem_attribute attribute, cuuint64_t& value, CUdevice) {
        if (attribute == CU_GRAPH_MEM_ATTR_RESERVED_MEM_CURRENT) {
            value = trimmed.value_or(value);
        }
    });
}

FAULT(gmem_verbs_unmap, "unmap-takes-graph-memory", "cuMemUnmap of a graph's allocation reports success.", "",
      "GMN-15") {
    static std::vector<CUdeviceptr> known;
    cuGraphAddMemAllocNode.plant([](CUgraphNode* node, CUgraph graph, const CUgraphNode* after, size_t count,
                                    CUDA_MEM_ALLOC_NODE_PARAMS* parameters) {
        const CUresult result = cuGraphAddMemAllocNode(node, graph, after, count, parameters);
        known.push_back(parameters->dptr);
        return result;
    });
    cuMemUnmap.plant([](CUdeviceptr address, size_t bytes) {
        return std::find(known.begin(), known.end(), address) != known.end() ? CUDA_SUCCESS
                                                                             : cuMemUnmap(address, bytes);
    });
}

} // namespace faults
