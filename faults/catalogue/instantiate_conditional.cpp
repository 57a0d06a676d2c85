// Conditional nodes that choose, repeat or take the wrong body.
#include "faults/catalogue/graph_tools.hpp"

#include <algorithm>
#include <map>

namespace faults {

namespace {

bool is_conditional(const CUgraphNodeParams& parameters, CUgraphConditionalNodeType type) {
    return parameters.type == CU_GRAPH_NODE_TYPE_CONDITIONAL && parameters.conditional.type == type;
}

/// Every graph that is the body of a conditional node.
std::map<CUgraph, bool> bodies;

template<typename Change>
void plant_conditional(Change change) {
    cuGraphAddNode.plant([change](CUgraphNode* node, CUgraph graph, const CUgraphNode* after,
                                  const CUgraphEdgeData* edges, size_t count, CUgraphNodeParams* parameters) {
        return change(node, graph, after, edges, count, parameters);
    });
}

CUresult add_and_note(CUgraphNode* node, CUgraph graph, const CUgraphNode* after,
                      const CUgraphEdgeData* edges, size_t count, CUgraphNodeParams* parameters) {
    const CUresult result = cuGraphAddNode(node, graph, after, edges, count, parameters);
    for (unsigned i = 0; result == CUDA_SUCCESS && parameters->type == CU_GRAPH_NODE_TYPE_CONDITIONAL &&
                         i < parameters->conditional.size;
         ++i) {
        bodies[parameters->conditional.phGraph_out[i]] = true;
    }
    return result;
}

void follow_bodies() {
    plant_conditional(add_and_note);
}

} // namespace

FAULT(conditional_default, "conditional-ignores-default",
      "A condition is zero at every launch, whatever its default value.", "", "INS-12") {
    cuGraphConditionalHandleCreate.plant(
        [](CUgraphConditionalHandle* handle, CUgraph graph, CUcontext context, unsigned, unsigned flags) {
            return cuGraphConditionalHandleCreate(handle, graph, context, 0, flags);
        });
}

FAULT(conditional_default_once, "conditional-default-not-applied",
      "The default value of a condition is not applied at a launch: what the last one left counts.", "",
      "INS-12 UPD-30") {
    cuGraphConditionalHandleCreate.plant(
        [](CUgraphConditionalHandle* handle, CUgraph graph, CUcontext context, unsigned value, unsigned) {
            return cuGraphConditionalHandleCreate(handle, graph, context, value, 0);
        });
}

FAULT(conditional_bodies_turned, "conditional-exchanges-bodies",
      "The two bodies of an IF with an else are exchanged.", "", "INS-12") {
    plant_conditional([](auto* node, auto graph, auto* after, auto* edges, auto count, auto* parameters) {
        const CUresult result = cuGraphAddNode(node, graph, after, edges, count, parameters);
        if (result == CUDA_SUCCESS && is_conditional(*parameters, CU_GRAPH_COND_TYPE_IF) &&
            parameters->conditional.size == 2) {
            static CUgraph turned[2];
            turned[0] = parameters->conditional.phGraph_out[1];
            turned[1] = parameters->conditional.phGraph_out[0];
            parameters->conditional.phGraph_out = turned;
        }
        return result;
    });
}

#if CUDA_VERSION >= 12080
FAULT(conditional_switch, "conditional-switch-counts-from-one",
      "The value of a SWITCH chooses the body in front of the right one.", "", "INS-12") {
    plant_conditional([](auto* node, auto graph, auto* after, auto* edges, auto count, auto* parameters) {
        const CUresult result = cuGraphAddNode(node, graph, after, edges, count, parameters);
        if (result == CUDA_SUCCESS && is_conditional(*parameters, CU_GRAPH_COND_TYPE_SWITCH)) {
            static CUgraph turned[64];
            const unsigned size = std::min(parameters->conditional.size, 64U);
            std::rotate_copy(parameters->conditional.phGraph_out, parameters->conditional.phGraph_out + 1,
                             parameters->conditional.phGraph_out + size, turned);
            parameters->conditional.phGraph_out = turned;
        }
        return result;
    });
}
#endif

FAULT(conditional_while_once, "conditional-while-runs-once",
      "The body of a WHILE runs at most once in a launch.", "", "INS-12") {
    plant_conditional([](auto* node, auto graph, auto* after, auto* edges, auto count, auto* parameters) {
        if (is_conditional(*parameters, CU_GRAPH_COND_TYPE_WHILE)) {
            parameters->conditional.type = CU_GRAPH_COND_TYPE_IF;
        }
        return cuGraphAddNode(node, graph, after, edges, count, parameters);
    });
}

FAULT(conditional_order, "conditional-does-not-wait",
      "A conditional node does not wait for the nodes that it is added behind.", "", "INS-12") {
    plant_conditional([](auto* node, auto graph, auto* after, auto* edges, auto count, auto* parameters) {
        const bool free = parameters->type == CU_GRAPH_NODE_TYPE_CONDITIONAL;
        return cuGraphAddNode(node, graph, free ? nullptr : after, free ? nullptr : edges, free ? 0 : count,
                              parameters);
    });
}

FAULT(conditional_size, "conditional-takes-any-size",
      "A conditional node with more bodies than its type allows is taken, with as many as it may have.", "",
      "INS-17") {
    plant_conditional([](auto* node, auto graph, auto* after, auto* edges, auto count, auto* parameters) {
        const unsigned wanted = parameters->conditional.size;
        CUresult result = cuGraphAddNode(node, graph, after, edges, count, parameters);
        if (result != CUDA_SUCCESS && parameters->type == CU_GRAPH_NODE_TYPE_CONDITIONAL && wanted > 1) {
            parameters->conditional.size = 1;
            result = cuGraphAddNode(node, graph, after, edges, count, parameters);
        }
        return result;
    });
}

FAULT(conditional_cooperative, "conditional-refuses-cooperative-kernel",
      "A cooperative kernel is refused in the body of a conditional node.", "NVIDIA-NeMo/Speech#9869",
      "INS-12") {
    follow_bodies();
    cudaGraphInstantiate.plant([](cudaGraphExec_t* exec, cudaGraph_t graph, unsigned long long flags) {
        for (const auto& [body, known] : bodies) {
            for (const CUgraphNode node : nodes_of(body)) {
                CUkernelNodeAttrValue value{};
                if (type_of(node) == CU_GRAPH_NODE_TYPE_KERNEL &&
                    cuGraphKernelNodeGetAttribute(node, CU_LAUNCH_ATTRIBUTE_COOPERATIVE, &value) ==
                        CUDA_SUCCESS &&
                    value.cooperative != 0) {
                    return cudaErrorInvalidValue;
                }
            }
        }
        return cudaGraphInstantiate(exec, graph, flags);
    });
}

FAULT(conditional_empty, "conditional-refuses-empty-body",
      "A graph with a conditional node whose body is empty cannot be instantiated.", "openxla/xla#25769",
      "INS-12") {
    follow_bodies();
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [](auto& real, auto* exec, auto graph, auto flags) {
                   const bool empty = contains(graph, CU_GRAPH_NODE_TYPE_CONDITIONAL) &&
                                      std::any_of(bodies.begin(), bodies.end(), [](const auto& body) {
                                          return nodes_of(body.first).empty();
                                      });
                   return empty ? static_cast<decltype(real(exec, graph, flags))>(invalid_value)
                                : real(exec, graph, flags);
               });
}

FAULT(conditional_event, "conditional-body-takes-event-node",
      "An event node may be added to the body of a conditional node, and does nothing.", "", "INS-17") {
    plant_conditional([](auto* node, auto graph, auto* after, auto* edges, auto count, auto* parameters) {
        return bodies.contains(graph) && parameters->type == CU_GRAPH_NODE_TYPE_EVENT_RECORD
                   ? cuGraphAddEmptyNode(node, graph, after, count)
                   : add_and_note(node, graph, after, edges, count, parameters);
    });
}

FAULT(conditional_host, "conditional-body-takes-host-node",
      "A host node may be added to the body of a conditional node, and is not run.", "", "INS-17") {
    follow_bodies();
    cuGraphAddHostNode.plant([](CUgraphNode* node, CUgraph graph, const CUgraphNode* after, size_t count,
                                const CUDA_HOST_NODE_PARAMS* parameters) {
        return bodies.contains(graph) ? cuGraphAddEmptyNode(node, graph, after, count)
                                      : cuGraphAddHostNode(node, graph, after, count, parameters);
    });
}

FAULT(conditional_allocation, "conditional-body-takes-allocation",
      "A body with an allocation is accepted until its graph is launched.", "pytorch/pytorch#191483",
      "GMN-13") {
    follow_bodies();
    cuGraphAddMemAllocNode.plant([](CUgraphNode* node, CUgraph graph, const CUgraphNode* after, size_t count,
                                    CUDA_MEM_ALLOC_NODE_PARAMS* parameters) {
        return bodies.contains(graph) ? cuGraphAddEmptyNode(node, graph, after, count)
                                      : cuGraphAddMemAllocNode(node, graph, after, count, parameters);
    });
}

FAULT(conditional_clone, "conditional-graph-clones",
      "A graph with a conditional node is cloned without that node.", "", "INS-17") {
    cuGraphClone.plant([](CUgraph* clone, CUgraph graph) {
        const CUresult result = cuGraphClone(clone, graph);
        return result != CUDA_SUCCESS && contains(graph, CU_GRAPH_NODE_TYPE_CONDITIONAL)
                   ? cuGraphCreate(clone, 0)
                   : result;
    });
}

FAULT(conditional_child, "conditional-graph-nests",
      "A graph with a conditional node is taken as a child graph, of which nothing runs.", "", "INS-17") {
    cuGraphAddChildGraphNode.plant(
        [](CUgraphNode* node, CUgraph graph, const CUgraphNode* after, size_t count, CUgraph child) {
            const CUresult result = cuGraphAddChildGraphNode(node, graph, after, count, child);
            return result != CUDA_SUCCESS && contains(child, CU_GRAPH_NODE_TYPE_CONDITIONAL)
                       ? cuGraphAddEmptyNode(node, graph, after, count)
                       : result;
        });
}

FAULT(conditional_invalidated, "conditional-body-capture-crashes",
      "Ending the capture around the invalidated capture of a conditional body crashes.",
      "NVIDIA/cuda-python#2918", "INS-13") {
    static bool poisoned = false;
    cuStreamEndCapture.plant([](CUstream stream, CUgraph* graph) {
        if (poisoned) {
            __builtin_trap();
        }
        const CUresult result = cuStreamEndCapture(stream, graph);
        poisoned = result == CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
        return result;
    });
}

} // namespace faults
