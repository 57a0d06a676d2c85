// Settings of a kernel node, or of any node by the generic call, that are lost or go too far.
#include "faults/catalogue/exec_book.hpp"
#include "faults/core/tracker.hpp"

#include <algorithm>

namespace faults {

namespace {

/// Changes what a kernel node is set to; `before` is what its graph says.
template<typename Change>
void plant_kernel(Change change) {
    cudaGraphExecKernelNodeSetParams.plant(
        [change](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaKernelNodeParams* parameters) {
            cudaKernelNodeParams wanted = *parameters, before{};
            if (type_of(node) == CU_GRAPH_NODE_TYPE_KERNEL &&
                cudaGraphKernelNodeGetParams(node, &before) == cudaSuccess) {
                std::vector<void*> arguments;
                cudaFunction_t function = nullptr;
                (void)cudaGetFuncBySymbol(&function, wanted.func);
                size_t offset = 0, size = 0;
                while (cuFuncGetParamInfo(function, arguments.size(), &offset, &size) == CUDA_SUCCESS) {
                    arguments.push_back(wanted.kernelParams[arguments.size()]);
                }
                wanted.kernelParams = arguments.data();
                change(wanted, before, arguments.size());
                return cudaGraphExecKernelNodeSetParams(exec, node, &wanted);
            }
            return cudaGraphExecKernelNodeSetParams(exec, node, parameters);
        });
}

/// Refusals of a kernel's parameters become successes without effect where `is_overlooked` for the node.
template<typename IsOverlooked>
void plant_overlooked_kernel(IsOverlooked is_overlooked) {
    cudaGraphExecKernelNodeSetParams.plant(
        [is_overlooked](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaKernelNodeParams* parameters) {
            const cudaError_t result = cudaGraphExecKernelNodeSetParams(exec, node, parameters);
            if (result == cudaSuccess || !is_overlooked(exec, node)) {
                return result;
            }
            hush(result);
            return cudaSuccess;
        });
}

bool is_of_source(CUgraphExec exec, CUgraphNode node) {
    const ExecEntry* entry = entry_of(exec);
    const auto nodes = entry == nullptr ? std::vector<CUgraphNode>{} : nodes_of(entry->source);
    return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

/// Changes what the generic call sets.
template<typename Change>
void plant_generic(Change change) {
    cudaGraphExecNodeSetParams.plant(
        [change](cudaGraphExec_t exec, cudaGraphNode_t node, cudaGraphNodeParams* parameters) {
            cudaGraphNodeParams changed = *parameters;
            change(node, changed);
            return cudaGraphExecNodeSetParams(exec, node, &changed);
        });
}

} // namespace

FAULT(set_kernel_nothing, "set-kernel-does-nothing", "Setting a kernel node reports success only.", "",
      "SET-01 SET-02 SET-14 VXG-11") {
    cudaGraphExecKernelNodeSetParams.plant([](auto...) { return cudaSuccess; });
}

FAULT(set_kernel_grid, "set-kernel-keeps-grid", "Setting a kernel node keeps its grid.", "", "SET-01") {
    plant_kernel([](auto& wanted, const auto& before, size_t) { wanted.gridDim = before.gridDim; });
}

FAULT(set_kernel_first, "set-kernel-keeps-first-argument",
      "Setting a kernel node keeps its first argument, which is mostly where it writes.", "",
      "SET-01 SET-02 SET-14 SET-11") {
    plant_kernel([](auto& wanted, const auto& before, size_t count) {
        if (count > 0 && wanted.func == before.func) {
            wanted.kernelParams[0] = before.kernelParams[0];
        }
    });
}

FAULT(set_kernel_scalars, "set-kernel-changes-pointers-only",
      "Setting a kernel node keeps its last argument.", "", "SET-02 SET-11 SET-14") {
    plant_kernel([](auto& wanted, const auto& before, size_t count) {
        if (count > 1 && wanted.func == before.func) {
            wanted.kernelParams[count - 1] = before.kernelParams[count - 1];
        }
    });
}

FAULT(set_kernel_function, "set-kernel-keeps-function",
      "A kernel node that is set to another function is left as it is.", "", "SET-01") {
    cudaGraphExecKernelNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaKernelNodeParams* parameters) {
            cudaKernelNodeParams before{};
            return type_of(node) == CU_GRAPH_NODE_TYPE_KERNEL &&
                           cudaGraphKernelNodeGetParams(node, &before) == cudaSuccess &&
                           before.func != parameters->func
                       ? cudaSuccess
                       : cudaGraphExecKernelNodeSetParams(exec, node, parameters);
        });
}

FAULT(set_kernel_source, "set-kernel-changes-source-node",
      "Setting a kernel node of an executable graph also changes the node of its graph.", "", "SET-01") {
    cudaGraphExecKernelNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaKernelNodeParams* parameters) {
            const cudaError_t result = cudaGraphExecKernelNodeSetParams(exec, node, parameters);
            if (result == cudaSuccess) {
                (void)cudaGraphKernelNodeSetParams(node, parameters);
            }
            return result;
        });
}

FAULT(set_kernel_like, "set-kernel-reaches-next-node",
      "Setting a kernel node also sets the next node of the graph that runs the same function.", "",
      "SET-14") {
    follow_execs();
    cudaGraphExecKernelNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaKernelNodeParams* parameters) {
            const cudaError_t result = cudaGraphExecKernelNodeSetParams(exec, node, parameters);
            const ExecEntry* entry = entry_of(exec);
            const auto nodes = entry == nullptr ? std::vector<CUgraphNode>{} : nodes_of(entry->source);
            const auto found = std::find(nodes.begin(), nodes.end(), node);
            if (result == cudaSuccess && found != nodes.end() && found + 1 != nodes.end()) {
                hush(cudaGraphExecKernelNodeSetParams(exec, *(found + 1), parameters));
            }
            return result;
        });
}

FAULT(set_kernel_unmapped, "set-kernel-refuses-unmapped-pointer",
      "A kernel node cannot be set to the address of a range that is not mapped.", "", "SET-01") {
    track();
    cudaGraphExecKernelNodeSetParams.plant([](cudaGraphExec_t exec, cudaGraphNode_t node,
                                              const cudaKernelNodeParams* parameters) {
        const bool unmapped = parameters->kernelParams != nullptr && parameters->kernelParams[0] != nullptr &&
                              lacks_memory(*static_cast<Address*>(parameters->kernelParams[0]));
        return unmapped ? cudaErrorInvalidValue : cudaGraphExecKernelNodeSetParams(exec, node, parameters);
    });
}

FAULT(set_kernel_allocator, "set-kernel-refuses-managed-pointer",
      "A kernel node cannot be set to an address in managed memory.", "", "SET-01") {
    cudaGraphExecKernelNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaKernelNodeParams* parameters) {
            unsigned managed = 0;
            cuPointerGetAttribute(&managed, CU_POINTER_ATTRIBUTE_IS_MANAGED,
                                  *static_cast<CUdeviceptr*>(parameters->kernelParams[0]));
            return managed != 0 ? cudaErrorInvalidValue
                                : cudaGraphExecKernelNodeSetParams(exec, node, parameters);
        });
}

FAULT(set_kernel_foreign, "set-kernel-takes-foreign-node",
      "Setting a kernel node that belongs to another graph reports success.", "", "SET-03") {
    follow_execs();
    plant_overlooked_kernel([](CUgraphExec exec, CUgraphNode node) { return !is_of_source(exec, node); });
}

FAULT(set_kernel_context, "set-kernel-takes-other-context",
      "Setting a kernel node to a function of another context reports success.", "", "SET-01") {
    follow_execs();
    plant_overlooked_kernel([](CUgraphExec exec, CUgraphNode node) { return is_of_source(exec, node); });
}

FAULT(set_kernel_inner, "set-kernel-misses-child-graphs",
      "Setting a kernel node inside a child graph reports success only.", "", "SET-10") {
    follow_execs();
    cudaGraphExecKernelNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaKernelNodeParams* parameters) {
            const ExecEntry* entry = entry_of(exec);
            return entry != nullptr && contains(entry->source, CU_GRAPH_NODE_TYPE_GRAPH) &&
                           !is_of_source(exec, node)
                       ? cudaSuccess
                       : cudaGraphExecKernelNodeSetParams(exec, node, parameters);
        });
}

FAULT(set_kernel_updatable, "set-kernel-misses-device-updatable",
      "Setting a kernel node that the device may update reports success only.", "", "SET-22") {
    cudaGraphExecKernelNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaKernelNodeParams* parameters) {
            CUkernelNodeAttrValue value{};
            return cuGraphKernelNodeGetAttribute(node, CU_LAUNCH_ATTRIBUTE_DEVICE_UPDATABLE_KERNEL_NODE,
                                                 &value) == CUDA_SUCCESS &&
                           value.deviceUpdatableKernelNode.deviceUpdatable != 0
                       ? cudaSuccess
                       : cudaGraphExecKernelNodeSetParams(exec, node, parameters);
        });
}

FAULT(set_generic_kernel, "set-generic-keeps-kernel-arguments",
      "The generic call sets the grid of a kernel node and keeps its arguments.", "", "SET-08") {
    plant_generic([](CUgraphNode node, cudaGraphNodeParams& parameters) {
        cudaKernelNodeParams before{};
        if (parameters.type == cudaGraphNodeTypeKernel &&
            cudaGraphKernelNodeGetParams(node, &before) == cudaSuccess) {
            parameters.kernel.kernelParams = before.kernelParams;
        }
    });
}

FAULT(set_generic_copy, "set-generic-keeps-copy-source",
      "The generic call sets the target of a copy node and keeps its source.", "", "SET-08") {
    plant_generic([](CUgraphNode node, cudaGraphNodeParams& parameters) {
        if (parameters.type == cudaGraphNodeTypeMemcpy) {
            parameters.memcpy.copyParams.srcPtr.ptr = reinterpret_cast<void*>(memcpy_of(node).srcDevice);
        }
    });
}

FAULT(set_generic_memset, "set-generic-keeps-memset-address",
      "The generic call keeps the address of a memset node.", "", "SET-08 SET-09") {
    plant_generic([](CUgraphNode node, cudaGraphNodeParams& parameters) {
        if (parameters.type == cudaGraphNodeTypeMemset) {
            parameters.memset.dst = reinterpret_cast<void*>(memset_of(node).dst);
        }
    });
}

FAULT(set_generic_rows, "set-generic-ignores-memset-rows",
      "The generic call ignores a change of rows or pitch instead of refusing it.", "", "SET-08") {
    plant_generic([](CUgraphNode node, cudaGraphNodeParams& parameters) {
        if (parameters.type == cudaGraphNodeTypeMemset && memset_of(node).height > 1) {
            const CUDA_MEMSET_NODE_PARAMS before = memset_of(node);
            parameters.memset.pitch = before.pitch;
            parameters.memset.width = before.width;
            parameters.memset.height = before.height;
            parameters.memset.elementSize = before.elementSize;
        }
    });
}

FAULT(set_generic_type, "set-generic-takes-other-type",
      "The generic call takes the parameters of another node type and does nothing.", "", "SET-08") {
    cudaGraphExecNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, cudaGraphNodeParams* parameters) {
            return static_cast<int>(type_of(node)) != static_cast<int>(parameters->type)
                       ? cudaSuccess
                       : cudaGraphExecNodeSetParams(exec, node, parameters);
        });
}

FAULT(set_generic_memory, "set-generic-takes-memory-nodes",
      "The generic call takes new parameters for an allocation node and does nothing.", "", "SET-08") {
    cudaGraphExecNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, cudaGraphNodeParams* parameters) {
            return parameters->type == cudaGraphNodeTypeMemAlloc
                       ? cudaSuccess
                       : cudaGraphExecNodeSetParams(exec, node, parameters);
        });
}

} // namespace faults
