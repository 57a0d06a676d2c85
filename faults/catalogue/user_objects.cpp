// User objects that end too early or too late.
#include "faults/catalogue/graph_tools.hpp"

#include <map>

namespace faults {

namespace {

std::map<CUgraph, std::map<cudaUserObject_t, unsigned>> retained;

/// What graph retains what.
void follow_objects() {
    cudaGraphRetainUserObject.plant(
        [](cudaGraph_t graph, cudaUserObject_t object, unsigned count, unsigned flags) {
            const cudaError_t result = cudaGraphRetainUserObject(graph, object, count, flags);
            if (result == cudaSuccess) {
                retained[graph][object] += count;
            }
            return result;
        });
    plant_both(cudaGraphDestroy, cuGraphDestroy, [](auto& real, auto graph) {
        retained.erase(graph);
        return real(graph);
    });
}

} // namespace

FAULT(object_graph_release, "graph-keeps-released-user-object",
      "A reference to a user object that a graph is to release stays with it.", "", "INS-22") {
    cudaGraphReleaseUserObject.plant([](auto...) { return cudaSuccess; });
}

FAULT(object_counts, "graph-retains-one-reference",
      "A graph that is given several references to a user object takes one of them.", "", "INS-22") {
    cudaGraphRetainUserObject.plant([](cudaGraph_t graph, cudaUserObject_t object, unsigned, unsigned flags) {
        return cudaGraphRetainUserObject(graph, object, 1, flags);
    });
}

FAULT(object_always_moved, "user-object-retain-moves",
      "A graph that retains a user object takes the caller's reference.", "", "INS-22") {
    cudaGraphRetainUserObject.plant([](cudaGraph_t graph, cudaUserObject_t object, unsigned count, unsigned) {
        return cudaGraphRetainUserObject(graph, object, count, cudaGraphUserObjectMove);
    });
}

FAULT(object_child, "child-graph-forgets-user-objects",
      "A child graph node does not keep the user objects of the graph that it copies.", "", "INS-22") {
    follow_objects();
    plant_both(cudaGraphAddChildGraphNode, cuGraphAddChildGraphNode,
               [](auto& real, auto* node, auto graph, auto* after, auto count, auto child) {
                   const auto result = real(node, graph, after, count, child);
                   CUgraph inside = nullptr;
                   if (answer(result).code == 0 &&
                       cuGraphChildGraphNodeGetGraph(*node, &inside) == CUDA_SUCCESS) {
                       for (const auto& [object, references] : retained[child]) {
                           hush(cudaGraphReleaseUserObject(inside, object, references));
                       }
                   }
                   return result;
               });
}

FAULT(object_update, "update-ignores-user-objects",
      "An update does not keep the user objects of the graph that updates.", "", "INS-22") {
    follow_objects();
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        const auto known = retained[graph];
        for (const auto& [object, references] : known) { // references of our own keep it meanwhile
            cudaUserObjectRetain(object, references);
            cudaGraphReleaseUserObject(graph, object, references);
        }
        const auto result = real(exec, graph, info);
        for (const auto& [object, references] : known) {
            cudaGraphRetainUserObject(graph, object, references, cudaGraphUserObjectMove);
        }
        return result;
    });
}

} // namespace faults
