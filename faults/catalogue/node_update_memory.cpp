// Settings of memset, host and event nodes that are lost, or taken where they have to be refused.
#include "faults/catalogue/exec_book.hpp"
#include "faults/core/tracker.hpp"

#include <algorithm>

namespace faults {

namespace {

template<typename Change>
void plant_memset(Change change) {
    cudaGraphExecMemsetNodeSetParams.plant(
        [change](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaMemsetParams* parameters) {
            cudaMemsetParams wanted = *parameters;
            if (type_of(node) == CU_GRAPH_NODE_TYPE_MEMSET) {
                change(wanted, memset_of(node));
            }
            return cudaGraphExecMemsetNodeSetParams(exec, node, &wanted);
        });
}

/// Settings of a memset that are refused and for which `is_overlooked` report success instead.
template<typename IsOverlooked>
void plant_overlooked_memset(IsOverlooked is_overlooked) {
    cudaGraphExecMemsetNodeSetParams.plant(
        [is_overlooked](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaMemsetParams* parameters) {
            const cudaError_t result = cudaGraphExecMemsetNodeSetParams(exec, node, parameters);
            if (result == cudaSuccess || !is_overlooked(node, *parameters)) {
                return result;
            }
            hush(result);
            return cudaSuccess;
        });
}

} // namespace

FAULT(set_memset_value, "set-memset-keeps-value", "Setting a memset node keeps its value.", "",
      "SET-07 SET-17 SET-21") {
    plant_memset([](auto& wanted, const auto& before) { wanted.value = before.value; });
}

FAULT(set_memset_address, "set-memset-keeps-address", "Setting a memset node keeps its address.", "",
      "SET-07 SET-21") {
    plant_memset([](auto& wanted, const auto& before) { wanted.dst = reinterpret_cast<void*>(before.dst); });
}

FAULT(set_memset_width, "set-memset-keeps-width",
      "Setting a memset node to another width reports success and keeps the width.", "", "SET-07") {
    plant_memset([](auto& wanted, const auto& before) {
        if (wanted.width != 0 && wanted.height == 1 && before.height == 1) {
            wanted.width = before.width;
        }
    });
}

FAULT(set_memset_rows, "set-memset-ignores-rows",
      "A memset node of rows ignores another width, pitch or number of rows instead of refusing it.", "",
      "SET-07") {
    plant_memset([](auto& wanted, const auto& before) {
        if (before.height > 1) {
            wanted.width = before.width;
            wanted.height = before.height;
            wanted.pitch = before.pitch;
            wanted.elementSize = before.elementSize;
        }
    });
}

FAULT(set_memset_line, "set-memset-takes-more-rows",
      "A memset node of one row is set to several and goes on setting one.", "", "SET-07") {
    plant_memset([](auto& wanted, const auto& before) {
        if (before.height == 1 && wanted.height > 1) {
            wanted.height = 1;
        }
    });
}

FAULT(set_memset_zero, "set-memset-takes-nothing", "A memset node is set to nothing and stays as it is.", "",
      "SET-07") {
    plant_overlooked_memset(
        [](CUgraphNode, const auto& wanted) { return wanted.width == 0 || wanted.height == 0; });
}

FAULT(set_memset_host, "set-memset-takes-host-memory",
      "A memset node of device memory is set to host memory and stays as it is.", "", "SET-07") {
    plant_overlooked_memset([](CUgraphNode node, const auto& wanted) {
        return is_host(wanted.dst) && type_of(node) == CU_GRAPH_NODE_TYPE_MEMSET;
    });
}

FAULT(set_memset_unmapped, "set-memset-takes-unmapped-range",
      "A memset node is set to a range without memory and stays as it is.", "", "SET-07") {
    track();
    plant_overlooked_memset([](CUgraphNode node, const auto& wanted) {
        return type_of(node) == CU_GRAPH_NODE_TYPE_MEMSET &&
               lacks_memory(reinterpret_cast<Address>(wanted.dst));
    });
}

FAULT(set_memset_type, "set-memset-takes-other-type",
      "The parameters of a memset are taken for a node of another type, and ignored.", "", "SET-16") {
    plant_overlooked_memset(
        [](CUgraphNode node, const auto&) { return type_of(node) != CU_GRAPH_NODE_TYPE_MEMSET; });
}

FAULT(set_memset_edges, "set-memset-compares-edges",
      "A memset node whose edges have changed in its graph cannot be set any more.", "", "SET-17") {
    follow_execs();
    cudaGraphExecMemsetNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaMemsetParams* parameters) {
            const ExecEntry* entry = entry_of(exec);
            const auto nodes = entry == nullptr ? std::vector<CUgraphNode>{} : nodes_of(entry->source);
            const auto then = entry == nullptr ? std::vector<CUgraphNode>{} : nodes_of(entry->now);
            for (size_t i = 0; i < std::min(nodes.size(), then.size()); ++i) {
                if (nodes[i] == node && dependencies_of(node).size() != dependencies_of(then[i]).size()) {
                    return cudaErrorInvalidValue;
                }
            }
            return cudaGraphExecMemsetNodeSetParams(exec, node, parameters);
        });
}

FAULT(set_memset_thirtieth, "set-memset-misses-every-thirtieth",
      "Every thirtieth setting of a memset node reports success only.", "", "SET-21") {
    cudaGraphExecMemsetNodeSetParams.plant(
        [every = Nth(30)](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaMemsetParams* parameters) {
            return every() ? cudaSuccess : cudaGraphExecMemsetNodeSetParams(exec, node, parameters);
        });
}

FAULT(set_memset_managed, "set-memset-keeps-address-for-managed",
      "A memset node that is set to managed memory reports success and keeps its address.", "", "SET-18") {
    plant_memset([](auto& wanted, const auto& before) {
        unsigned managed = 0;
        cuPointerGetAttribute(&managed, CU_POINTER_ATTRIBUTE_IS_MANAGED,
                              reinterpret_cast<CUdeviceptr>(wanted.dst));
        wanted.dst = managed != 0 ? reinterpret_cast<void*>(before.dst) : wanted.dst;
    });
}

FAULT(set_host, "set-host-keeps-function", "Setting a host node changes its data and keeps its function.", "",
      "SET-15") {
    cudaGraphExecHostNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaHostNodeParams* parameters) {
            CUDA_HOST_NODE_PARAMS before{};
            cudaHostNodeParams wanted = *parameters;
            if (type_of(node) == CU_GRAPH_NODE_TYPE_HOST &&
                cuGraphHostNodeGetParams(node, &before) == CUDA_SUCCESS) {
                wanted.fn = before.fn;
            }
            return cudaGraphExecHostNodeSetParams(exec, node, &wanted);
        });
}

FAULT(set_record, "set-record-keeps-event", "Setting the event of a record node reports success only.", "",
      "SET-15") {
    cudaGraphExecEventRecordNodeSetEvent.plant([](auto...) { return cudaSuccess; });
}

FAULT(set_wait, "set-wait-changes-source-node",
      "Setting the event of a wait node also changes the node of the graph.", "", "SET-15") {
    cudaGraphExecEventWaitNodeSetEvent.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, cudaEvent_t event) {
            cuGraphEventWaitNodeSetEvent(node, event);
            return cudaGraphExecEventWaitNodeSetEvent(exec, node, event);
        });
}

} // namespace faults
