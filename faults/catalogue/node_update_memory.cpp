// Settings of copy, memset and other nodes that are lost, or taken where they have to be refused.
#include "faults/catalogue/exec_book.hpp"

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

struct Copy {
    void* target;
    const void* source;
    size_t bytes;
    cudaMemcpyKind kind;
};

template<typename Change>
void plant_copy(Change change) {
    cudaGraphExecMemcpyNodeSetParams1D.plant([change](cudaGraphExec_t exec, cudaGraphNode_t node,
                                                      void* target, const void* source, size_t bytes,
                                                      cudaMemcpyKind kind) {
        Copy wanted{target, source, bytes, kind};
        if (type_of(node) == CU_GRAPH_NODE_TYPE_MEMCPY) {
            change(wanted, memcpy_of(node));
        }
        return cudaGraphExecMemcpyNodeSetParams1D(exec, node, wanted.target, wanted.source, wanted.bytes,
                                                  wanted.kind);
    });
}

template<typename IsOverlooked>
void plant_overlooked_copy(IsOverlooked is_overlooked) {
    cudaGraphExecMemcpyNodeSetParams1D.plant([is_overlooked](cudaGraphExec_t exec, cudaGraphNode_t node,
                                                             void* target, const void* source, size_t bytes,
                                                             cudaMemcpyKind kind) {
        const cudaError_t result =
            cudaGraphExecMemcpyNodeSetParams1D(exec, node, target, source, bytes, kind);
        if (result == cudaSuccess || !is_overlooked(Copy{target, source, bytes, kind}, memcpy_of(node))) {
            return result;
        }
        hush(result);
        return cudaSuccess;
    });
}

void* end_of(CUdeviceptr device, const void* host) {
    return device != 0 ? reinterpret_cast<void*>(device) : const_cast<void*>(host);
}

bool is_host(const void* memory) {
    unsigned type = 0;
    return cuPointerGetAttribute(&type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE,
                                 reinterpret_cast<CUdeviceptr>(memory)) != CUDA_SUCCESS ||
           type == CU_MEMORYTYPE_HOST;
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
    plant_overlooked_memset([](CUgraphNode node, const auto& wanted) {
        CUmemGenericAllocationHandle handle = 0;
        if (type_of(node) != CU_GRAPH_NODE_TYPE_MEMSET || is_host(wanted.dst)) {
            return false;
        }
        const bool mapped = cuMemRetainAllocationHandle(&handle, wanted.dst) == CUDA_SUCCESS;
        return mapped ? (cuMemRelease(handle), false) : true;
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

FAULT(set_copy_source, "set-copy-keeps-source", "Setting a copy node keeps its source.", "",
      "SET-04 SET-18") {
    plant_copy([](Copy& wanted, const CUDA_MEMCPY3D& before) {
        wanted.source = end_of(before.srcDevice, before.srcHost);
    });
}

FAULT(set_copy_target, "set-copy-keeps-target", "Setting a copy node keeps its target.", "",
      "SET-04 SET-18") {
    plant_copy([](Copy& wanted, const CUDA_MEMCPY3D& before) {
        wanted.target = end_of(before.dstDevice, before.dstHost);
    });
}

FAULT(set_copy_host, "set-copy-keeps-host-address",
      "Setting a copy node keeps the address of its end in host memory.", "", "SET-04") {
    plant_copy([](Copy& wanted, const CUDA_MEMCPY3D& before) {
        if (wanted.kind == cudaMemcpyHostToDevice) {
            wanted.source = end_of(before.srcDevice, before.srcHost);
        }
    });
}

FAULT(set_copy_size, "set-copy-keeps-size",
      "Setting a copy node to another size reports success and keeps the size.", "", "SET-05") {
    plant_copy([](Copy& wanted, const CUDA_MEMCPY3D& before) {
        wanted.bytes = wanted.bytes == 0 || wanted.bytes > (1U << 20) ? wanted.bytes : before.WidthInBytes;
    });
}

FAULT(set_copy_zero, "set-copy-takes-nothing", "A copy node is set to no bytes and stays as it is.", "",
      "SET-05") {
    plant_overlooked_copy([](const Copy& wanted, const CUDA_MEMCPY3D&) { return wanted.bytes == 0; });
}

FAULT(set_copy_beyond, "set-copy-takes-too-much",
      "A copy node is set to more bytes than its memory has, and copies what there is.", "", "SET-05") {
    plant_copy([](Copy& wanted, const CUDA_MEMCPY3D&) {
        CUdeviceptr base = 0;
        size_t size = 0;
        const auto source = reinterpret_cast<CUdeviceptr>(wanted.source);
        if (cuMemGetAddressRange(&base, &size, source) == CUDA_SUCCESS) {
            wanted.bytes = std::min<size_t>(wanted.bytes, size - (source - base));
        }
    });
}

FAULT(set_copy_direction, "set-copy-takes-other-direction",
      "A copy node that is set to another direction is left as it is, with success.", "", "SET-04") {
    plant_overlooked_copy([](const Copy& wanted, const CUDA_MEMCPY3D& before) {
        return is_host(wanted.source) != is_host(end_of(before.srcDevice, before.srcHost)) ||
               is_host(wanted.target) != is_host(end_of(before.dstDevice, before.dstHost));
    });
}

FAULT(set_copy_rows, "set-copy-takes-rows",
      "A copy node of several rows is set to one, with success and without effect.", "", "SET-04") {
    plant_overlooked_copy([](const Copy&, const CUDA_MEMCPY3D& before) { return before.Height > 1; });
}

FAULT(set_rows, "set-copy-rows-does-nothing",
      "Setting the parameters of a copy of rows reports success and does nothing.", "", "SET-04") {
    cudaGraphExecMemcpyNodeSetParams.plant([](auto...) { return cudaSuccess; });
}

FAULT(set_copy_allocator, "set-copy-takes-other-allocator",
      "A copy node is set from virtual memory to cudaMalloc memory, with success and without effect.", "",
      "SET-20") {
    plant_overlooked_copy([](const Copy& wanted, const CUDA_MEMCPY3D&) {
        return wanted.bytes > 0 && !is_host(wanted.source) && !is_host(wanted.target);
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
