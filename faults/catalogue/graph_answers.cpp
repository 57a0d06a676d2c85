// What a graph tells of itself: edges, entries, neighbours, twins, parameters.
#include "faults/catalogue/graph_tools.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace faults {

FAULT(answers_edges, "get-edges-exchanges-ends", "The edges that a graph tells run the other way round.", "",
      "INS-19") {
    cudaGraphGetEdges.plant([](cudaGraph_t graph, cudaGraphNode_t* from, cudaGraphNode_t* to, auto... more) {
        return cudaGraphGetEdges(graph, to, from, more...);
    });
}

FAULT(answers_roots, "get-roots-tells-first-only",
      "A graph with several entry nodes tells the first one only.", "", "INS-19") {
    cudaGraphGetRootNodes.plant([](cudaGraph_t graph, cudaGraphNode_t* nodes, size_t* count) {
        const cudaError_t result = cudaGraphGetRootNodes(graph, nodes, count);
        if (result == cudaSuccess) {
            *count = std::min<size_t>(*count, 1);
        }
        return result;
    });
}

FAULT(answers_dependents, "get-dependents-tells-first-only",
      "A node tells one of the nodes that depend on it only.", "", "INS-19") {
    cudaGraphNodeGetDependentNodes.plant([](cudaGraphNode_t node, auto* nodes, auto... more) {
        const cudaError_t result = cudaGraphNodeGetDependentNodes(node, nodes, more...);
        size_t* const count = std::get<sizeof...(more) - 1>(std::tuple(more...));
        if (result == cudaSuccess) {
            *count = std::min<size_t>(*count, 1);
        }
        return result;
    });
}

FAULT(answers_twin, "find-in-clone-finds-first",
      "The twin that is found in a clone is the first node of the same type.", "", "INS-19") {
    plant_both(cudaGraphNodeFindInClone, cuGraphNodeFindInClone,
               [](auto& real, auto* twin, auto node, auto clone) {
                   const auto result = real(twin, node, clone);
                   for (const CUgraphNode other : nodes_of(clone)) {
                       if (answer(result).code == 0 && type_of(other) == type_of(node)) {
                           *twin = other;
                           break;
                       }
                   }
                   return result;
               });
}

FAULT(answers_clone_priority, "clone-loses-kernel-attributes",
      "The kernels of a clone have the priority 0, whatever the original's is.", "", "INS-19") {
    plant_both(cudaGraphClone, cuGraphClone, [](auto& real, auto* clone, auto graph) {
        const auto result = real(clone, graph);
        for (const CUgraphNode node : nodes_of(answer(result).code == 0 ? *clone : nullptr)) {
            CUkernelNodeAttrValue value{};
            if (type_of(node) == CU_GRAPH_NODE_TYPE_KERNEL) {
                cuGraphKernelNodeSetAttribute(node, CU_LAUNCH_ATTRIBUTE_PRIORITY, &value);
            }
        }
        return result;
    });
}

FAULT(answers_type, "get-type-tells-empty-for-host", "A host node says that it is an empty one.", "",
      "INS-19") {
    plant_both(cudaGraphNodeGetType, cuGraphNodeGetType, [](auto& real, auto node, auto* type) {
        const auto result = real(node, type);
        if (answer(result).code == 0 && static_cast<int>(*type) == CU_GRAPH_NODE_TYPE_HOST) {
            *type = static_cast<std::remove_reference_t<decltype(*type)>>(CU_GRAPH_NODE_TYPE_EMPTY);
        }
        return result;
    });
}

FAULT(answers_memset, "memset-node-tells-no-pitch", "A memset node of rows says that its pitch is 0.", "",
      "INS-19") {
    cuGraphMemsetNodeGetParams.plant([](CUgraphNode node, CUDA_MEMSET_NODE_PARAMS* parameters) {
        const CUresult result = cuGraphMemsetNodeGetParams(node, parameters);
        parameters->pitch = 0;
        return result;
    });
}

FAULT(answers_host, "host-node-tells-no-data", "A host node tells its function and no data.", "", "INS-19") {
    cuGraphHostNodeGetParams.plant([](CUgraphNode node, CUDA_HOST_NODE_PARAMS* parameters) {
        const CUresult result = cuGraphHostNodeGetParams(node, parameters);
        parameters->userData = nullptr;
        return result;
    });
}

// Parameters that a node of a graph is set to.

FAULT(answers_set_copy, "graph-copy-setting-is-lost",
      "Setting the addresses of a copy node of a graph reports success only.", "", "INS-20") {
    cudaGraphMemcpyNodeSetParams1D.plant([](auto...) { return cudaSuccess; });
    cuGraphMemcpyNodeSetParams.plant([](auto...) { return CUDA_SUCCESS; });
}

FAULT(answers_set_memset, "graph-memset-setting-keeps-address",
      "Setting a memset node of a graph keeps its address.", "", "INS-20") {
    cudaGraphMemsetNodeSetParams.plant([](cudaGraphNode_t node, const cudaMemsetParams* parameters) {
        cudaMemsetParams changed = *parameters;
        changed.dst = reinterpret_cast<void*>(memset_of(node).dst);
        return cudaGraphMemsetNodeSetParams(node, &changed);
    });
}

FAULT(answers_set_host, "graph-host-setting-keeps-data", "Setting a host node of a graph keeps its data.", "",
      "INS-20") {
    cudaGraphHostNodeSetParams.plant([](cudaGraphNode_t node, const cudaHostNodeParams* parameters) {
        CUDA_HOST_NODE_PARAMS before{};
        cuGraphHostNodeGetParams(node, &before);
        cudaHostNodeParams changed = *parameters;
        changed.userData = before.userData;
        return cudaGraphHostNodeSetParams(node, &changed);
    });
}

FAULT(answers_set_record, "graph-record-setting-is-lost",
      "Setting the event of a record node of a graph reports success only.", "", "INS-20") {
    cudaGraphEventRecordNodeSetEvent.plant([](auto...) { return cudaSuccess; });
}

// Nodes of one kind in one graph that are taken for one.

FAULT(answers_host_shared, "set-host-reaches-other-host-nodes",
      "Setting a host node of an executable graph sets all host nodes that have the same function.", "",
      "SET-14") {
    static std::map<CUgraphNode, CUgraph> graphs;
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [](auto& real, auto* exec, auto graph, auto flags) {
                   for (const CUgraphNode node : nodes_of(graph)) {
                       graphs[node] = graph;
                   }
                   return real(exec, graph, flags);
               });
    cudaGraphExecHostNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaHostNodeParams* parameters) {
            for (const CUgraphNode other : nodes_of(graphs.contains(node) ? graphs[node] : nullptr)) {
                if (other != node && type_of(other) == CU_GRAPH_NODE_TYPE_HOST) {
                    hush(cudaGraphExecHostNodeSetParams(exec, other, parameters));
                }
            }
            return cudaGraphExecHostNodeSetParams(exec, node, parameters);
        });
}

FAULT(answers_record_shared, "set-record-reaches-other-records",
      "Setting the event of a record node of an executable graph sets that of the other record nodes, too.",
      "", "SET-14") {
    static std::map<CUgraphNode, CUgraph> graphs;
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [](auto& real, auto* exec, auto graph, auto flags) {
                   for (const CUgraphNode node : nodes_of(graph)) {
                       graphs[node] = graph;
                   }
                   return real(exec, graph, flags);
               });
    cudaGraphExecEventRecordNodeSetEvent.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, cudaEvent_t event) {
            for (const CUgraphNode other : nodes_of(graphs.contains(node) ? graphs[node] : nullptr)) {
                if (other != node && type_of(other) == CU_GRAPH_NODE_TYPE_EVENT_RECORD) {
                    hush(cudaGraphExecEventRecordNodeSetEvent(exec, other, event));
                }
            }
            return cudaGraphExecEventRecordNodeSetEvent(exec, node, event);
        });
}

FAULT(answers_memset_shared, "set-memset-reaches-next-memset",
      "Setting a memset node of an executable graph sets the next memset node, too.", "", "SET-14") {
    static std::map<CUgraphNode, CUgraphNode> next;
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [](auto& real, auto* exec, auto graph, auto flags) {
                   CUgraphNode last = nullptr;
                   for (const CUgraphNode node : nodes_of(graph)) {
                       if (type_of(node) == CU_GRAPH_NODE_TYPE_MEMSET) {
                           next[std::exchange(last, node)] = node;
                       }
                   }
                   next[last] = nullptr;
                   return real(exec, graph, flags);
               });
    cudaGraphExecMemsetNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaMemsetParams* parameters) {
            if (next.contains(node) && next[node] != nullptr) {
                hush(cudaGraphExecMemsetNodeSetParams(exec, next[node], parameters));
            }
            return cudaGraphExecMemsetNodeSetParams(exec, node, parameters);
        });
}

} // namespace faults
