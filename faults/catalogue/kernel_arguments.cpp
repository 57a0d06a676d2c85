// Kernel nodes that lose what lies behind the first few plain arguments: the fifth, large ones, those far
// back in the parameter buffer, the dynamic shared memory.
#include "faults/catalogue/exec_book.hpp"

#include <algorithm>
#include <cstddef>

namespace faults {

namespace {

/// The arguments of a launch in storage of their own, each with its place in the parameter buffer.
class Arguments {
  public:
    Arguments(const void* symbol, void** given) {
        cudaFunction_t function = nullptr;
        if (given == nullptr || cudaGetFuncBySymbol(&function, symbol) != cudaSuccess) {
            (void)cudaGetLastError();
            return;
        }
        size_t offset = 0, size = 0;
        while (cuFuncGetParamInfo(function, values.size(), &offset, &size) == CUDA_SUCCESS) {
            const auto* const from = static_cast<const std::byte*>(given[values.size()]);
            values.emplace_back(from, from + size);
            offsets.push_back(offset);
        }
        for (auto& value : values) {
            pointers_.push_back(value.data());
        }
    }
    /// Null where nothing is known of the kernel.
    void** get() { return pointers_.empty() ? nullptr : pointers_.data(); }

    std::vector<std::vector<std::byte>> values;
    std::vector<size_t> offsets;

  private:
    std::vector<void*> pointers_;
};

void lose_fifth(Arguments& arguments) {
    if (arguments.values.size() >= 5) {
        std::ranges::fill(arguments.values[4], std::byte{0});
    }
}
void cut_large(Arguments& arguments) {
    for (auto& value : arguments.values) {
        std::fill(value.begin() + static_cast<std::ptrdiff_t>(std::min<size_t>(value.size(), 8)), value.end(),
                  std::byte{0});
    }
}
void lose_far(Arguments& arguments) {
    for (size_t i = 0; i < arguments.values.size(); ++i) {
        if (arguments.offsets[i] >= 64) {
            std::ranges::fill(arguments.values[i], std::byte{0});
        }
    }
}
/// An argument behind padding is read from where the one before it ends.
void lose_padding(Arguments& arguments) {
    for (size_t i = 1; i < arguments.values.size(); ++i) {
        const size_t end = arguments.offsets[i - 1] + arguments.values[i - 1].size();
        const size_t gap = arguments.offsets[i] - end;
        auto& value = arguments.values[i];
        if (gap > 0 && gap < value.size()) {
            std::rotate(value.begin(), value.end() - static_cast<std::ptrdiff_t>(gap), value.end());
            std::fill_n(value.begin(), gap, std::byte{0});
        }
    }
}

using Spoil = void (*)(Arguments&);

void spoil_added(Spoil spoil) {
    cudaGraphAddKernelNode.plant([spoil](cudaGraphNode_t* node, cudaGraph_t graph,
                                         const cudaGraphNode_t* after, size_t count,
                                         const cudaKernelNodeParams* parameters) {
        Arguments arguments(parameters->func, parameters->kernelParams);
        spoil(arguments);
        cudaKernelNodeParams changed = *parameters;
        changed.kernelParams = arguments.get() == nullptr ? parameters->kernelParams : arguments.get();
        return cudaGraphAddKernelNode(node, graph, after, count, &changed);
    });
}

void spoil_captured(Spoil spoil) {
    cudaLaunchKernel.plant(
        [spoil](const void* kernel, dim3 grid, dim3 block, void** given, size_t shared, cudaStream_t stream) {
            if (!is_capturing(stream)) {
                return cudaLaunchKernel(kernel, grid, block, given, shared, stream);
            }
            Arguments arguments(kernel, given);
            spoil(arguments);
            return cudaLaunchKernel(kernel, grid, block, arguments.get() == nullptr ? given : arguments.get(),
                                    shared, stream);
        });
}

void spoil_set(Spoil spoil) {
    cudaGraphExecKernelNodeSetParams.plant(
        [spoil](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaKernelNodeParams* parameters) {
            Arguments arguments(parameters->func, parameters->kernelParams);
            spoil(arguments);
            cudaKernelNodeParams changed = *parameters;
            changed.kernelParams = arguments.get() == nullptr ? parameters->kernelParams : arguments.get();
            return cudaGraphExecKernelNodeSetParams(exec, node, &changed);
        });
}

/// Updates that keep of every argument of the same kernel what `keeps(offset, size)` says, from that byte on.
template<typename Keeps>
void keep_arguments(Keeps keeps) {
    plant_update_that_keeps([keeps](CUgraphNode node, CUgraphNode old) {
        if (type_of(node) != CU_GRAPH_NODE_TYPE_KERNEL) {
            return;
        }
        CUDA_KERNEL_NODE_PARAMS now = kernel_of(node);
        const CUDA_KERNEL_NODE_PARAMS then = kernel_of(old);
        std::vector<std::vector<std::byte>> values;
        std::vector<void*> pointers;
        size_t offset = 0, size = 0;
        while (now.func == then.func &&
               cuFuncGetParamInfo(now.func, values.size(), &offset, &size) == CUDA_SUCCESS) {
            const size_t i = values.size(), from = std::min<size_t>(size, keeps(offset, size));
            const auto *const given = static_cast<const std::byte*>(now.kernelParams[i]),
                              *const kept = static_cast<const std::byte*>(then.kernelParams[i]);
            values.emplace_back(given, given + size);
            std::copy(kept + from, kept + size, values.back().begin() + static_cast<std::ptrdiff_t>(from));
        }
        for (auto& value : values) {
            pointers.push_back(value.data());
        }
        if (!pointers.empty()) {
            now.kernelParams = pointers.data();
            cuGraphKernelNodeSetParams(node, &now);
        }
    });
}

} // namespace

FAULT(arguments_fifth, "kernel-node-loses-fifth-argument", "The fifth argument of a kernel node is zero.", "",
      "INS-18") {
    spoil_added(lose_fifth);
}
FAULT(arguments_large, "kernel-node-cuts-large-arguments",
      "Arguments of a kernel node that are larger than 8 bytes keep the first 8 of them.", "", "INS-18") {
    spoil_added(cut_large);
}
FAULT(arguments_far, "kernel-node-loses-far-arguments",
      "Arguments of a kernel node that lie behind the first 64 bytes are zero.", "", "INS-18") {
    spoil_added(lose_far);
}
FAULT(arguments_padding, "kernel-node-ignores-padding",
      "An argument of a kernel node that is aligned to more than the one before it is taken from too far in "
      "front.",
      "", "INS-18") {
    spoil_added(lose_padding);
}
FAULT(arguments_captured_large, "captured-kernel-cuts-large-arguments",
      "Arguments of a captured kernel that are larger than 8 bytes keep the first 8 of them.", "", "INS-18") {
    spoil_captured(cut_large);
}
FAULT(arguments_captured_far, "captured-kernel-loses-far-arguments",
      "Arguments of a captured kernel that lie behind the first 64 bytes are zero.", "", "INS-18") {
    spoil_captured(lose_far);
}
FAULT(arguments_set_large, "set-kernel-cuts-large-arguments",
      "Arguments that a kernel node is set to keep the first 8 bytes.", "", "INS-18") {
    spoil_set(cut_large);
}
FAULT(arguments_set_far, "set-kernel-loses-far-arguments",
      "Arguments that a kernel node is set to are zero behind the first 64 bytes.", "", "INS-18") {
    spoil_set(lose_far);
}
FAULT(arguments_update_large, "update-keeps-tail-of-large-arguments",
      "An update changes the first 8 bytes of each argument of a kernel.", "", "INS-18") {
    keep_arguments([](size_t, size_t) { return 8; });
}
FAULT(arguments_update_far, "update-keeps-far-arguments",
      "An update changes the arguments of a kernel in the first 64 bytes.", "", "INS-18") {
    keep_arguments([](size_t offset, size_t size) { return offset >= 64 ? 0 : size; });
}
FAULT(arguments_update_small, "update-keeps-small-arguments",
      "An update changes the arguments of a kernel that are at least 4 bytes large.", "", "INS-18") {
    keep_arguments([](size_t, size_t size) { return size < 4 ? 0 : size; });
}
FAULT(arguments_update_shared, "update-keeps-shared-memory",
      "An update keeps the dynamic shared memory of a kernel.", "", "INS-18") {
    plant_update_that_keeps(
        kernels([](auto& now, const auto& old) { now.sharedMemBytes = old.sharedMemBytes; }));
}
FAULT(arguments_set_shared, "set-kernel-keeps-shared-memory",
      "Setting a kernel node keeps its dynamic shared memory.", "", "INS-18") {
    cudaGraphExecKernelNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaKernelNodeParams* parameters) {
            cudaKernelNodeParams changed = *parameters;
            changed.sharedMemBytes =
                type_of(node) == CU_GRAPH_NODE_TYPE_KERNEL ? kernel_of(node).sharedMemBytes : 0;
            return cudaGraphExecKernelNodeSetParams(exec, node, &changed);
        });
}

/// An update in place, node after node: a node that takes over what another one had finds it changed already.
FAULT(arguments_exchanged, "update-loses-exchanged-arguments",
      "When two kernels of a graph exchange their arguments in an update, the second keeps its own.", "",
      "UPD-03") {
    follow_execs();
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        const ExecEntry* entry = entry_of(exec);
        const CUgraph mixed = entry == nullptr || entry->now == nullptr ? nullptr : copy_of(graph);
        const auto nodes = nodes_of(mixed), old = nodes_of(mixed == nullptr ? nullptr : entry->now);
        bool exchanged = false;
        for (size_t i = 0; nodes.size() == old.size() && i < nodes.size(); ++i) {
            for (size_t j = i + 1; j < nodes.size(); ++j) {
                if (type_of(nodes[i]) == CU_GRAPH_NODE_TYPE_KERNEL && !operands_of(nodes[i]).empty() &&
                    operands_of(nodes[i]) != operands_of(nodes[j]) &&
                    operands_of(nodes[i]) == operands_of(old[j]) &&
                    operands_of(nodes[j]) == operands_of(old[i])) {
                    const CUDA_KERNEL_NODE_PARAMS kept = kernel_of(old[j]);
                    cuGraphKernelNodeSetParams(nodes[j], &kept);
                    exchanged = true;
                }
            }
        }
        const auto result = real(exec, graph, info);
        CUgraphExecUpdateResultInfo unseen{};
        if (answer(result).code == 0) {
            does_now(exec, graph);
            if (exchanged && cuGraphExecUpdate(exec, mixed, &unseen) == CUDA_SUCCESS) {
                does_now(exec, mixed);
            }
        }
        return result;
    });
}

} // namespace faults
