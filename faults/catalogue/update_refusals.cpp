// Whole-graph updates that refuse what is legal.
#include "faults/catalogue/exec_book.hpp"
#include "faults/catalogue/update_reasons.hpp"
#include "faults/core/tracker.hpp"

#include <map>

namespace faults {

namespace {

/// Refuses an update when `differs` finds a node for which it does, compared with what the exec does.
template<typename Differs>
void plant_refusal(int reason, Differs differs) {
    follow_execs();
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate,
               [reason, differs](auto& real, auto exec, auto graph, auto* info) {
                   const ExecEntry* entry = entry_of(exec);
                   const auto nodes = nodes_of(graph);
                   const auto old = entry == nullptr ? std::vector<CUgraphNode>{} : nodes_of(entry->now);
                   for (size_t i = 0; nodes.size() == old.size() && i < nodes.size(); ++i) {
                       if (type_of(nodes[i]) == type_of(old[i]) && differs(nodes[i], old[i])) {
                           *info = {};
                           info->result = static_cast<decltype(info->result)>(reason);
                           info->errorNode = nodes[i];
                           return static_cast<decltype(real(exec, graph, info))>(update_failure);
                       }
                   }
                   const auto result = real(exec, graph, info);
                   if (answer(result).code == 0) {
                       does_now(exec, graph);
                   }
                   return result;
               });
}

} // namespace

FAULT(answer_function, "update-refuses-other-function",
      "A kernel may not change to another function, as before CUDA 11.2.", "", "UPD-05") {
    plant_refusal(why::function, [](CUgraphNode node, CUgraphNode old) {
        return type_of(node) == CU_GRAPH_NODE_TYPE_KERNEL &&
               (kernel_of(node).func != kernel_of(old).func || kernel_of(node).kern != kernel_of(old).kern);
    });
}

FAULT(answer_unlike_function, "update-refuses-unlike-function",
      "A kernel may not change to a function with more parameters.", "", "UPD-05") {
    plant_refusal(why::parameters, [](CUgraphNode node, CUgraphNode old) {
        return type_of(node) == CU_GRAPH_NODE_TYPE_KERNEL &&
               parameter_count(kernel_of(node)) > parameter_count(kernel_of(old));
    });
}

FAULT(answer_grid, "update-refuses-other-grid", "A kernel may not change its grid.", "", "UPD-04") {
    plant_refusal(why::parameters, [](CUgraphNode node, CUgraphNode old) {
        return type_of(node) == CU_GRAPH_NODE_TYPE_KERNEL &&
               kernel_of(node).gridDimX != kernel_of(old).gridDimX;
    });
}

FAULT(answer_unmapped, "update-refuses-unmapped-pointer",
      "A kernel may not be given the address of a range that is not mapped.", "", "UPD-03") {
    track();
    plant_refusal(why::parameters, [](CUgraphNode node, CUgraphNode) {
        const CUDA_KERNEL_NODE_PARAMS kernel = kernel_of(node);
        if (type_of(node) != CU_GRAPH_NODE_TYPE_KERNEL || parameter_count(kernel) == 0) {
            return false;
        }
        return lacks_memory(*static_cast<Address*>(kernel.kernelParams[0]));
    });
}

FAULT(answer_memset_value, "update-refuses-memset-value", "A memset may not change its value.", "",
      "UPD-17") {
    plant_refusal(why::parameters, [](CUgraphNode node, CUgraphNode old) {
        return type_of(node) == CU_GRAPH_NODE_TYPE_MEMSET && memset_of(node).value != memset_of(old).value;
    });
}

FAULT(answer_copy_address, "update-refuses-copy-address",
      "A copy may not change its addresses, not even within its memory.", "", "UPD-20 UPD-44") {
    plant_refusal(why::parameters, [](CUgraphNode node, CUgraphNode old) {
        return type_of(node) == CU_GRAPH_NODE_TYPE_MEMCPY &&
               memcpy_of(node).srcDevice != memcpy_of(old).srcDevice;
    });
}

FAULT(answer_host, "update-refuses-host-data", "A host node may not change its data.", "", "UPD-27") {
    plant_refusal(why::parameters, [](CUgraphNode node, CUgraphNode old) {
        CUDA_HOST_NODE_PARAMS now{}, then{};
        return type_of(node) == CU_GRAPH_NODE_TYPE_HOST &&
               cuGraphHostNodeGetParams(node, &now) == CUDA_SUCCESS &&
               cuGraphHostNodeGetParams(old, &then) == CUDA_SUCCESS && now.userData != then.userData;
    });
}

FAULT(answer_wait, "update-refuses-awaited-event", "A wait node may not change its event.", "", "UPD-27") {
    plant_refusal(why::parameters, [](CUgraphNode node, CUgraphNode old) {
        CUevent now = nullptr, then = nullptr;
        return type_of(node) == CU_GRAPH_NODE_TYPE_WAIT_EVENT &&
               cuGraphEventWaitNodeGetEvent(node, &now) == CUDA_SUCCESS &&
               cuGraphEventWaitNodeGetEvent(old, &then) == CUDA_SUCCESS && now != then;
    });
}

FAULT(answer_creation_order, "update-pairs-by-creation",
      "Nodes are paired in the order of their creation instead of by edges.", "", "UPD-16") {
    follow_execs();
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        const auto edges_by_creation = [](CUgraph of) {
            std::map<CUgraphNode, size_t> created;
            for (const CUgraphNode node : nodes_of(of)) {
                created.emplace(node, created.size());
            }
            std::vector<size_t> edges;
            for (const CUgraphNode node : nodes_of(of)) {
                for (const CUgraphNode before : dependencies_of(node)) {
                    edges.push_back(created[before]);
                }
                edges.push_back(created.size());
            }
            return edges;
        };
        const ExecEntry* entry = entry_of(exec);
        if (entry == nullptr || entry->now == nullptr ||
            edges_by_creation(entry->now) == edges_by_creation(graph)) {
            return real(exec, graph, info);
        }
        *info = {};
        info->result = static_cast<decltype(info->result)>(why::topology);
        return static_cast<decltype(real(exec, graph, info))>(update_failure);
    });
}

FAULT(answer_cooperative, "update-refuses-cooperative-kernel", "A cooperative kernel may not change at all.",
      "", "UPD-08") {
    plant_refusal(why::attributes, [](CUgraphNode node, CUgraphNode) {
        CUkernelNodeAttrValue value{};
        return type_of(node) == CU_GRAPH_NODE_TYPE_KERNEL &&
               cuGraphKernelNodeGetAttribute(node, CU_LAUNCH_ATTRIBUTE_COOPERATIVE, &value) == CUDA_SUCCESS &&
               value.cooperative != 0;
    });
}

FAULT(answer_priority, "update-compares-unused-priority",
      "A priority may not change, although the executable graph does not run by priority.", "", "UPD-09") {
    plant_refusal(why::attributes, [](CUgraphNode node, CUgraphNode old) {
        CUkernelNodeAttrValue now{}, then{};
        return type_of(node) == CU_GRAPH_NODE_TYPE_KERNEL &&
               cuGraphKernelNodeGetAttribute(node, CU_LAUNCH_ATTRIBUTE_PRIORITY, &now) == CUDA_SUCCESS &&
               cuGraphKernelNodeGetAttribute(old, CU_LAUNCH_ATTRIBUTE_PRIORITY, &then) == CUDA_SUCCESS &&
               now.priority != then.priority;
    });
}

FAULT(answer_after_remap, "update-refuses-after-remap",
      "A copy or memset is refused by an update after memory was swapped at its addresses.", "", "VXG-26") {
    static bool mapped = false;
    cuMemUnmap.plant([](CUdeviceptr address, size_t bytes) {
        mapped = true;
        return cuMemUnmap(address, bytes);
    });
    plant_refusal(why::parameters, [](CUgraphNode node, CUgraphNode) {
        return mapped &&
               (type_of(node) == CU_GRAPH_NODE_TYPE_MEMCPY || type_of(node) == CU_GRAPH_NODE_TYPE_MEMSET);
    });
}

} // namespace faults
