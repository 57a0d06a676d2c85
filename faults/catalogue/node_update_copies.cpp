// Settings of copy nodes that are lost, or taken where they have to be refused.
#include "faults/catalogue/exec_book.hpp"

#include <algorithm>

namespace faults {

namespace {

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

} // namespace

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

FAULT(set_copy_remapped, "set-copy-after-remap-reads-nothing",
      "A copy node that is set to the addresses that it has is disabled.", "", "SET-06") {
    cudaGraphExecMemcpyNodeSetParams1D.plant([](cudaGraphExec_t exec, cudaGraphNode_t node, void* target,
                                                const void* source, size_t bytes, cudaMemcpyKind kind) {
        const CUDA_MEMCPY3D before = memcpy_of(node);
        const cudaError_t result =
            cudaGraphExecMemcpyNodeSetParams1D(exec, node, target, source, bytes, kind);
        if (result == cudaSuccess && end_of(before.srcDevice, before.srcHost) == source &&
            end_of(before.dstDevice, before.dstHost) == target) {
            cuGraphNodeSetEnabled(exec, node, 0);
        }
        return result;
    });
}

} // namespace faults
