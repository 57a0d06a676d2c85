#include "faults/catalogue/exec_book.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

namespace faults {

namespace {

std::recursive_mutex mutex;
std::map<CUgraphExec, ExecEntry> book; // addresses of entries are stable

void enter(CUgraphExec exec, CUgraph source, unsigned long long flags, const ExecEvent& made) {
    const std::lock_guard lock(mutex);
    ExecEntry& entry = book[exec];
    entry = {source, copy_of(source), flags};
    if (made) {
        made(exec, entry);
    }
}

void forget(CUgraphExec exec, const ExecEvent& gone) {
    const std::lock_guard lock(mutex);
    const auto found = book.find(exec);
    if (found != book.end()) {
        if (gone) {
            gone(exec, found->second);
        }
        if (found->second.now != nullptr) {
            cuGraphDestroy(found->second.now);
        }
        book.erase(found);
    }
}

void forget_source(CUgraph graph) {
    const std::lock_guard lock(mutex);
    for (auto& [exec, entry] : book) {
        entry.source = entry.source == graph ? nullptr : entry.source;
    }
}

CUgraph inside(CUgraphNode node) {
    CUgraph child = nullptr;
    cuGraphChildGraphNodeGetGraph(node, &child);
    return child;
}

void keep_in(CUgraph graph, CUgraph old, const Keep& keep) {
    const auto nodes = nodes_of(graph);
    const auto old_nodes = nodes_of(old);
    for (size_t i = 0; i < std::min(nodes.size(), old_nodes.size()); ++i) {
        if (type_of(nodes[i]) != type_of(old_nodes[i])) {
            continue;
        }
        if (type_of(nodes[i]) == CU_GRAPH_NODE_TYPE_GRAPH) {
            keep_in(inside(nodes[i]), inside(old_nodes[i]), keep);
        }
        keep(nodes[i], old_nodes[i]);
    }
}

} // namespace

void follow_execs(ExecEvent made, ExecEvent gone) {
    plant_both(cudaGraphInstantiate, cuGraphInstantiateWithFlags,
               [made](auto& real, auto* exec, auto graph, auto flags) {
                   const auto result = real(exec, graph, flags);
                   if (answer(result).code == 0) {
                       enter(*exec, graph, flags, made);
                   }
                   return result;
               });
    plant_both(cudaGraphInstantiateWithParams, cuGraphInstantiateWithParams,
               [made](auto& real, auto* exec, auto graph, auto* parameters) {
                   const auto result = real(exec, graph, parameters);
                   if (answer(result).code == 0) {
                       enter(*exec, graph, parameters->flags, made);
                   }
                   return result;
               });
    plant_both(cudaGraphExecDestroy, cuGraphExecDestroy, [gone](auto& real, auto exec) {
        forget(exec, gone);
        return real(exec);
    });
    plant_both(cudaGraphDestroy, cuGraphDestroy, [](auto& real, auto graph) {
        forget_source(graph);
        return real(graph);
    });
}

ExecEntry* entry_of(CUgraphExec exec) {
    const std::lock_guard lock(mutex);
    const auto found = book.find(exec);
    return found == book.end() ? nullptr : &found->second;
}

std::vector<CUgraphExec> execs_of(CUgraph source) {
    const std::lock_guard lock(mutex);
    std::vector<CUgraphExec> execs;
    for (const auto& [exec, entry] : book) {
        if (source != nullptr && entry.source == source) {
            execs.push_back(exec);
        }
    }
    return execs;
}

bool any_exec(const std::function<bool(const ExecEntry&)>& holds) {
    const std::lock_guard lock(mutex);
    return std::any_of(book.begin(), book.end(), [&](const auto& known) { return holds(known.second); });
}

void does_now(CUgraphExec exec, CUgraph graph) {
    const std::lock_guard lock(mutex);
    if (ExecEntry* entry = entry_of(exec)) {
        const CUgraph before = std::exchange(entry->now, copy_of(graph));
        if (before != nullptr) {
            cuGraphDestroy(before);
        }
    }
}

CUgraph blend(CUgraph graph, CUgraph old, const Keep& keep) {
    const CUgraph mixed = graph == nullptr || old == nullptr ? nullptr : copy_of(graph);
    if (mixed != nullptr) {
        keep_in(mixed, old, keep);
    }
    return mixed;
}

void plant_update_that_keeps(Keep keep) {
    follow_execs();
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [keep](auto& real, auto exec, auto graph, auto* info) {
        const ExecEntry* entry = entry_of(exec);
        const CUgraph mixed = entry == nullptr ? nullptr : blend(graph, entry->now, keep);
        auto result = real(exec, mixed == nullptr ? graph : mixed, info);
        if (answer(result).code == 0 && mixed != nullptr) {
            does_now(exec, mixed);
        }
        if (mixed != nullptr) {
            if (answer(result).code != 0) { // a refusal has to name nodes of the caller's graph
                hush(result);
                result = real(exec, graph, info);
            }
            cuGraphDestroy(mixed);
        }
        return result;
    });
}

Keep kernels(std::function<void(CUDA_KERNEL_NODE_PARAMS&, const CUDA_KERNEL_NODE_PARAMS&)> keep) {
    return [keep = std::move(keep)](CUgraphNode node, CUgraphNode old) {
        if (type_of(node) != CU_GRAPH_NODE_TYPE_KERNEL) {
            return;
        }
        CUDA_KERNEL_NODE_PARAMS parameters = kernel_of(node);
        const size_t count = parameter_count(parameters);
        if (count == 0) {
            return;
        }
        // The arrays of arguments belong to the node: a defect may exchange entries in a copy.
        std::vector<void*> arguments(parameters.kernelParams, parameters.kernelParams + count);
        parameters.kernelParams = arguments.data();
        keep(parameters, kernel_of(old));
        cuGraphKernelNodeSetParams(node, &parameters);
    };
}

Keep memsets(std::function<void(CUDA_MEMSET_NODE_PARAMS&, const CUDA_MEMSET_NODE_PARAMS&)> keep) {
    return [keep = std::move(keep)](CUgraphNode node, CUgraphNode old) {
        if (type_of(node) == CU_GRAPH_NODE_TYPE_MEMSET) {
            CUDA_MEMSET_NODE_PARAMS parameters = memset_of(node);
            keep(parameters, memset_of(old));
            cuGraphMemsetNodeSetParams(node, &parameters);
        }
    };
}

Keep memcpys(std::function<void(CUDA_MEMCPY3D&, const CUDA_MEMCPY3D&)> keep) {
    return [keep = std::move(keep)](CUgraphNode node, CUgraphNode old) {
        if (type_of(node) == CU_GRAPH_NODE_TYPE_MEMCPY) {
            CUDA_MEMCPY3D parameters = memcpy_of(node);
            keep(parameters, memcpy_of(old));
            cuGraphMemcpyNodeSetParams(node, &parameters);
        }
    };
}

} // namespace faults
