// Nodes that meet borders, aliases, missing memory and the memory of other processes.
#include "faults/catalogue/exec_book.hpp"

#include <algorithm>
#include <deque>
#include <mutex>

namespace faults {

namespace {

/// The bytes from `address` to the end of its mapping; `bytes` when there is no border before.
size_t up_to_border(CUdeviceptr address, size_t bytes) {
    CUdeviceptr base = 0;
    size_t size = 0;
    return cuMemGetAddressRange(&base, &size, address) == CUDA_SUCCESS
               ? std::min<size_t>(bytes, size - (address - base))
               : bytes;
}

} // namespace

FAULT(border_copy, "copy-node-stops-at-border",
      "A copy node that spans two mappings copies the first part only.", "openucx/ucx#11461",
      "VXG-15 SET-05") {
    cudaGraphAddMemcpyNode1D.plant([](cudaGraphNode_t* node, cudaGraph_t graph, const cudaGraphNode_t* after,
                                      size_t count, void* target, const void* source, size_t bytes,
                                      cudaMemcpyKind kind) {
        bytes = up_to_border(reinterpret_cast<CUdeviceptr>(target), bytes);
        bytes = up_to_border(reinterpret_cast<CUdeviceptr>(source), bytes);
        return cudaGraphAddMemcpyNode1D(node, graph, after, count, target, source, bytes, kind);
    });
}

FAULT(border_memset, "memset-node-stops-at-border",
      "A memset node that spans two mappings sets the first part only.", "", "VXG-15") {
    cudaGraphAddMemsetNode.plant([](cudaGraphNode_t* node, cudaGraph_t graph, const cudaGraphNode_t* after,
                                    size_t count, const cudaMemsetParams* parameters) {
        cudaMemsetParams changed = *parameters;
        if (changed.height == 1) {
            changed.width = up_to_border(reinterpret_cast<CUdeviceptr>(changed.dst),
                                         changed.width * changed.elementSize) /
                            changed.elementSize;
        }
        return cudaGraphAddMemsetNode(node, graph, after, count, &changed);
    });
}

FAULT(alias_order, "aliases-lose-order",
      "Nodes that use one memory at two addresses are not ordered by their edge, and the later runs first.",
      "", "VXG-13") {
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [](auto& real, auto* exec, auto graph, auto flags) {
                   const CUgraph copy = copy_of(graph);
                   const auto nodes = nodes_of(copy);
                   const auto memory_of = [](CUgraphNode node, size_t argument) {
                       const CUDA_KERNEL_NODE_PARAMS kernel = kernel_of(node);
                       CUmemGenericAllocationHandle memory = 0;
                       if (type_of(node) == CU_GRAPH_NODE_TYPE_KERNEL && parameter_count(kernel) > argument &&
                           cuMemRetainAllocationHandle(&memory,
                                                       *static_cast<void**>(kernel.kernelParams[argument])) ==
                               CUDA_SUCCESS) {
                           cuMemRelease(memory);
                       }
                       return memory;
                   };
                   const auto address_of = [](CUgraphNode node, size_t argument) {
                       return *static_cast<void**>(kernel_of(node).kernelParams[argument]);
                   };
                   // One kernel writes its first operand, the next reads its second.
                   if (nodes.size() != 2 || memory_of(nodes[0], 0) == 0 ||
                       memory_of(nodes[0], 0) != memory_of(nodes[1], 1) ||
                       address_of(nodes[0], 0) == address_of(nodes[1], 1)) {
                       return real(exec, graph, flags);
                   }
                   remove_edge(copy, nodes[0], nodes[1]);
                   cuGraphAddDependencies(copy, &nodes[1], &nodes[0], 1);
                   return real(exec, copy, flags);
               });
}

FAULT(missing_memory, "launch-hides-missing-memory",
      "A launch on a range without memory reports success, and so does the wait behind it.", "", "VXG-07") {
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const auto result = real(exec, stream);
        hush(result);
        return static_cast<decltype(real(exec, stream))>(success);
    });
    plant_both(cudaStreamSynchronize, cuStreamSynchronize, [](auto& real, auto stream) {
        const auto result = real(stream);
        hush(result);
        return answer(result).code == 700 ? static_cast<decltype(real(stream))>(success) : result;
    });
}

FAULT(event_early, "event-behind-launch-is-early",
      "An event that is recorded behind a launch is complete before the launch is.",
      "NVIDIA/TensorRT-LLM#11641 vllm-project/vllm#43020", "VXG-17 VXG-23") {
    struct Launch {
        CUgraphExec exec;
        CUstream stream;
    };
    static std::recursive_mutex mutex;
    static std::deque<Launch> held;
    static const auto release = [] {
        const std::lock_guard lock(mutex);
        for (const Launch& launch : std::exchange(held, {})) {
            cuGraphLaunch(launch.exec, launch.stream);
        }
    };
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        release();
        if (stream == nullptr) {
            return real(exec, stream);
        }
        const std::lock_guard lock(mutex);
        held.push_back({exec, stream});
        return static_cast<decltype(real(exec, stream))>(success);
    });
    plant_both(cudaStreamSynchronize, cuStreamSynchronize, [](auto& real, auto stream) {
        release();
        return real(stream);
    });
    plant_both(cudaDeviceSynchronize, cuCtxSynchronize, [](auto& real) {
        release();
        return real();
    });
}

FAULT(imported, "second-launch-on-imported-memory-is-lost",
      "In a process that has imported memory, the second launch of an executable graph does nothing.", "",
      "VXG-20") {
    static bool imports = false;
    static int launches = 0;
    cuMemImportFromShareableHandle.plant(
        [](CUmemGenericAllocationHandle* memory, void* handle, CUmemAllocationHandleType type) {
            imports = true;
            return cuMemImportFromShareableHandle(memory, handle, type);
        });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        return imports && ++launches == 2 ? static_cast<decltype(real(exec, stream))>(success)
                                          : real(exec, stream);
    });
}

FAULT(captured_range, "capture-detaches-new-range",
      "A kernel that is captured on a range that was made during the capture is recorded as nothing.",
      "NVIDIA/nccl#1137", "VXG-27 SCP-09") {
    static CUdeviceptr made = 0;
    static size_t made_bytes = 0;
    cuMemAddressReserve.plant(
        [](CUdeviceptr* address, size_t bytes, size_t alignment, CUdeviceptr hint, unsigned long long flags) {
            const CUresult result = cuMemAddressReserve(address, bytes, alignment, hint, flags);
            made = result == CUDA_SUCCESS ? *address : 0;
            made_bytes = bytes;
            return result;
        });
    cudaStreamBeginCapture.plant([](cudaStream_t stream, cudaStreamCaptureMode mode) {
        made_bytes = 0; // what was there before is fine
        return cudaStreamBeginCapture(stream, mode);
    });
    cuStreamBeginCapture.plant([](CUstream stream, CUstreamCaptureMode mode) {
        made_bytes = 0;
        return cuStreamBeginCapture(stream, mode);
    });
    cudaLaunchKernel.plant([](const void* kernel, dim3 grid, dim3 block, void** arguments, size_t shared,
                              cudaStream_t stream) {
        const CUdeviceptr operand =
            arguments == nullptr || arguments[0] == nullptr ? 0 : *static_cast<CUdeviceptr*>(arguments[0]);
        return is_capturing(stream) && operand >= made && operand < made + made_bytes
                   ? cudaSuccess
                   : cudaLaunchKernel(kernel, grid, block, arguments, shared, stream);
    });
}

} // namespace faults
