// Whole-graph updates that take what they have to refuse.
#include "faults/catalogue/exec_book.hpp"
#include "faults/catalogue/update_reasons.hpp"

namespace faults {

namespace {

/// Reports success for refusals that `is_overlooked(reason, nodes of the new graph, nodes of the old)`.
template<typename IsOverlooked>
void plant_overlooked(IsOverlooked is_overlooked) {
    follow_execs();
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate,
               [is_overlooked](auto& real, auto exec, auto graph, auto* info) {
                   const auto result = real(exec, graph, info);
                   const ExecEntry* entry = entry_of(exec);
                   if (answer(result).code == 0) {
                       does_now(exec, graph);
                   } else if (entry != nullptr && info != nullptr &&
                              is_overlooked(static_cast<int>(info->result), nodes_of(graph),
                                            nodes_of(entry->now == nullptr ? entry->source : entry->now))) {
                       hush(result);
                       *info = {};
                       return static_cast<decltype(real(exec, graph, info))>(success);
                   }
                   return result;
               });
}

using Nodes = std::vector<CUgraphNode>;

size_t edges(const Nodes& nodes) {
    size_t count = 0;
    for (const CUgraphNode node : nodes) {
        count += dependencies_of(node).size();
    }
    return count;
}

} // namespace

FAULT(overlooked_added, "update-takes-more-nodes",
      "A graph with one more node is taken, and the node left out.", "", "UPD-11") {
    plant_overlooked([](int reason, const Nodes& now, const Nodes& old) {
        return reason == why::topology && now.size() > old.size();
    });
}

FAULT(overlooked_removed, "update-takes-fewer-nodes",
      "A graph with fewer nodes is taken, and the others go on working.", "", "UPD-11") {
    plant_overlooked([](int reason, const Nodes& now, const Nodes& old) {
        return reason == why::topology && now.size() < old.size();
    });
}

FAULT(overlooked_edge, "update-takes-more-edges", "Additional dependencies are not compared.", "", "UPD-12") {
    plant_overlooked([](int reason, const Nodes& now, const Nodes& old) {
        return reason == why::topology && now.size() == old.size() && edges(now) > edges(old);
    });
}

FAULT(overlooked_missing_edge, "update-takes-fewer-edges", "Missing dependencies are not compared.", "",
      "UPD-12") {
    plant_overlooked([](int reason, const Nodes& now, const Nodes& old) {
        return reason == why::topology && now.size() == old.size() && edges(now) < edges(old);
    });
}

FAULT(overlooked_origin, "update-counts-edges-only",
      "Dependencies are compared by their number, not by where they come from.", "", "UPD-13 UPD-14") {
    plant_overlooked([](int reason, const Nodes& now, const Nodes& old) {
        return reason == why::topology && now.size() == old.size() && edges(now) == edges(old);
    });
}

FAULT(overlooked_type, "update-takes-other-type",
      "A memset in the place of a kernel is taken, and the kernel goes on working.", "",
      "UPD-15 UPD-29 UPD-32 UPD-33") {
    plant_overlooked([](int reason, const Nodes&, const Nodes&) { return reason == why::node_type; });
}

FAULT(overlooked_parameters, "update-takes-other-direction",
      "A copy that changes between host and device memory is taken, and goes the old way.", "",
      "UPD-21 UPD-42 UPD-18") {
    plant_overlooked([](int reason, const Nodes&, const Nodes&) { return reason == why::parameters; });
}

FAULT(overlooked_rows, "update-takes-other-pitch",
      "A memset of rows is taken when its pitch or its number of rows changes, and keeps them.", "",
      "UPD-18") {
    plant_overlooked([](int reason, const Nodes& now, const Nodes&) {
        return reason == why::parameters && type_of(now.front()) == CU_GRAPH_NODE_TYPE_MEMSET &&
               memset_of(now.front()).height > 1;
    });
}

FAULT(overlooked_function, "update-takes-other-context",
      "A kernel that another context owns is taken, and the old one goes on working.", "", "UPD-06") {
    plant_overlooked(
        [](int reason, const Nodes&, const Nodes&) { return reason == why::unsupported_function_change; });
}

FAULT(overlooked_cooperative, "update-takes-cooperative-flip",
      "A kernel may become cooperative, which is ignored.", "", "UPD-08") {
    plant_overlooked([](int reason, const Nodes& now, const Nodes&) {
        CUkernelNodeAttrValue value{};
        return (reason == why::attributes || reason == why::parameters ||
                reason == why::unsupported_function_change) &&
               cuGraphKernelNodeGetAttribute(now.front(), CU_LAUNCH_ATTRIBUTE_COOPERATIVE, &value) ==
                   CUDA_SUCCESS &&
               value.cooperative != 0;
    });
}

FAULT(overlooked_uncooperative, "update-takes-end-of-cooperation",
      "A cooperative kernel may become a plain one, which is ignored.", "", "UPD-08") {
    plant_overlooked([](int reason, const Nodes&, const Nodes& old) {
        CUkernelNodeAttrValue value{};
        return (reason == why::attributes || reason == why::parameters ||
                reason == why::unsupported_function_change) &&
               cuGraphKernelNodeGetAttribute(old.front(), CU_LAUNCH_ATTRIBUTE_COOPERATIVE, &value) ==
                   CUDA_SUCCESS &&
               value.cooperative != 0;
    });
}

FAULT(overlooked_priority, "update-takes-other-priority",
      "Another priority is taken and ignored, although the nodes run by priority.", "", "UPD-09") {
    plant_overlooked([](int reason, const Nodes&, const Nodes&) { return reason == why::attributes; });
}

FAULT(overlooked_updatable, "update-takes-device-updatable",
      "A graph with a device-updatable kernel is taken, and changes nothing.", "", "UPD-10") {
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        const auto result = real(exec, graph, info);
        for (const CUgraphNode node : nodes_of(graph)) {
            CUkernelNodeAttrValue value{};
            if (answer(result).code != 0 && type_of(node) == CU_GRAPH_NODE_TYPE_KERNEL &&
                cuGraphKernelNodeGetAttribute(node, CU_LAUNCH_ATTRIBUTE_DEVICE_UPDATABLE_KERNEL_NODE,
                                              &value) == CUDA_SUCCESS &&
                value.deviceUpdatableKernelNode.deviceUpdatable != 0) {
                hush(result);
                *info = {};
                return static_cast<decltype(real(exec, graph, info))>(success);
            }
        }
        return result;
    });
}

FAULT(overlooked_conditional, "update-takes-other-condition",
      "A conditional node may change its type, which is ignored.", "", "UPD-30") {
    plant_overlooked([](int, const Nodes& now, const Nodes&) {
        for (const CUgraphNode node : now) {
            if (type_of(node) == CU_GRAPH_NODE_TYPE_CONDITIONAL) {
                return true;
            }
        }
        return false;
    });
}

FAULT(overlooked_memory, "update-takes-memory-of-others",
      "A graph that owns memory and is instantiated elsewhere is taken, and changes nothing.", "", "UPD-31") {
    plant_overlooked([](int, const Nodes& now, const Nodes&) {
        for (const CUgraphNode node : now) {
            if (type_of(node) == CU_GRAPH_NODE_TYPE_MEM_ALLOC) {
                return true;
            }
        }
        return false;
    });
}

FAULT(overlooked_batch, "update-takes-more-operations",
      "A batch with one more memory operation is taken, and the operation left out.", "", "UPD-45") {
    plant_overlooked([](int reason, const Nodes& now, const Nodes&) {
        return (reason == why::parameters || reason == why::not_supported || reason == why::general_error) &&
               type_of(now.front()) == CU_GRAPH_NODE_TYPE_BATCH_MEM_OP;
    });
}

FAULT(overlooked_nothing, "update-takes-no-graph", "An update without a graph reports success.", "",
      "UPD-36") {
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        return graph == nullptr ? static_cast<decltype(real(exec, graph, info))>(success)
                                : real(exec, graph, info);
    });
}

} // namespace faults
