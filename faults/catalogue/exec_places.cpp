// Executable graphs that depend on where they are launched or changed from, on how many there are, or on what
// they were told before.
#include "faults/catalogue/exec_book.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <thread>

namespace faults {

namespace {

/// A launch for which `is_lost` does nothing and reports success.
template<typename IsLost>
void plant_lost_launch(IsLost is_lost) {
    plant_both(cudaGraphLaunch, cuGraphLaunch, [is_lost](auto& real, auto exec, auto stream) {
        return is_lost(exec, stream) ? static_cast<decltype(real(exec, stream))>(success)
                                     : real(exec, stream);
    });
}

/// A kernel or memset setting for which `is_lost` does nothing and reports success.
template<typename IsLost>
void plant_lost_setting(IsLost is_lost) {
    cudaGraphExecKernelNodeSetParams.plant(
        [is_lost](cudaGraphExec_t exec, cudaGraphNode_t node, auto* parameters) {
            return is_lost(exec) ? cudaSuccess : cudaGraphExecKernelNodeSetParams(exec, node, parameters);
        });
    cudaGraphExecMemsetNodeSetParams.plant(
        [is_lost](cudaGraphExec_t exec, cudaGraphNode_t node, auto* parameters) {
            return is_lost(exec) ? cudaSuccess : cudaGraphExecMemsetNodeSetParams(exec, node, parameters);
        });
}

/// An update for which `is_lost` does nothing and reports success.
template<typename IsLost>
void plant_lost_update(IsLost is_lost) {
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate,
               [is_lost](auto& real, auto exec, auto graph, auto* info) {
                   if (!is_lost(exec, graph)) {
                       return real(exec, graph, info);
                   }
                   *info = {};
                   return static_cast<decltype(real(exec, graph, info))>(success);
               });
}

std::map<CUgraphExec, std::thread::id> maker;
bool is_elsewhere(CUgraphExec exec) {
    return maker.contains(exec) && maker[exec] != std::this_thread::get_id();
}
void follow_makers() {
    follow_execs([](CUgraphExec exec, ExecEntry&) { maker[exec] = std::this_thread::get_id(); });
}

std::set<CUgraphExec> uploaded; // and not launched since
void follow_uploads() {
    follow_execs({}, [](CUgraphExec exec, ExecEntry&) { uploaded.erase(exec); });
    plant_both(cudaGraphUpload, cuGraphUpload, [](auto& real, auto exec, auto stream) {
        uploaded.insert(exec);
        return real(exec, stream);
    });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        uploaded.erase(exec);
        return real(exec, stream);
    });
}

} // namespace

FAULT(place_per_thread, "launch-in-per-thread-stream-is-lost",
      "A launch in the per-thread default stream reports success only.", "", "INS-05") {
    plant_lost_launch([](CUgraphExec, CUstream stream) { return stream == CU_STREAM_PER_THREAD; });
}

FAULT(place_thread, "launch-on-other-thread-is-lost",
      "An executable graph that is launched on another thread than made it does nothing.", "", "INS-05") {
    follow_makers();
    plant_lost_launch([](CUgraphExec exec, CUstream) { return is_elsewhere(exec); });
}

FAULT(place_set_thread, "set-on-other-thread-is-lost",
      "Setting a node on another thread than made the executable graph reports success only.", "", "SET-01") {
    follow_makers();
    plant_lost_setting([](CUgraphExec exec) { return is_elsewhere(exec); });
}

FAULT(place_update_thread, "update-on-other-thread-is-lost",
      "An update on another thread than made the executable graph reports success only.", "", "UPD-03") {
    follow_makers();
    plant_lost_update([](CUgraphExec exec, CUgraph) { return is_elsewhere(exec); });
}

FAULT(place_many, "launch-of-65th-exec-is-lost",
      "The executable graphs beyond the 64th that are alive at a time do nothing.", "", "INS-16") {
    static std::set<CUgraphExec> beyond;
    static size_t alive = 0;
    follow_execs(
        [](CUgraphExec exec, ExecEntry&) {
            if (++alive > 64) {
                beyond.insert(exec);
            }
        },
        [](CUgraphExec exec, ExecEntry&) {
            --alive;
            beyond.erase(exec);
        });
    plant_lost_launch([](CUgraphExec exec, CUstream) { return beyond.contains(exec); });
}

FAULT(place_set_uploaded, "set-after-upload-is-lost",
      "Setting a node between an upload and the launch reports success only.", "", "SET-01") {
    follow_uploads();
    plant_lost_setting([](CUgraphExec exec) { return uploaded.contains(exec); });
}

FAULT(place_update_uploaded, "update-after-upload-is-lost",
      "An update between an upload and the launch reports success only.", "", "UPD-03") {
    follow_uploads();
    plant_lost_update([](CUgraphExec exec, CUgraph) { return uploaded.contains(exec); });
}

FAULT(place_enabled_uploaded, "disable-after-upload-is-lost",
      "Disabling a node between an upload and the launch reports success only.", "", "SET-11") {
    follow_uploads();
    plant_both(cudaGraphNodeSetEnabled, cuGraphNodeSetEnabled,
               [](auto& real, auto exec, auto node, auto enabled) {
                   return uploaded.contains(exec) ? static_cast<decltype(real(exec, node, enabled))>(success)
                                                  : real(exec, node, enabled);
               });
}

FAULT(place_same_graph, "update-by-same-graph-is-lost",
      "An update by the graph of the last update is lost, though a node of it has changed since.", "",
      "UPD-03 UPD-37") {
    static std::map<CUgraphExec, CUgraph> last;
    follow_execs([](CUgraphExec exec, ExecEntry&) { last.erase(exec); });
    plant_both(cudaGraphDestroy, cuGraphDestroy, [](auto& real, auto graph) {
        std::erase_if(last, [graph](const auto& known) { return known.second == graph; });
        return real(graph);
    });
    plant_lost_update(
        [](CUgraphExec exec, CUgraph graph) { return std::exchange(last[exec], graph) == graph; });
}

FAULT(place_own_graph, "update-by-own-graph-is-lost",
      "An update by the graph that the executable graph was made of is lost, though a node has changed.", "",
      "UPD-03") {
    follow_execs();
    plant_lost_update([](CUgraphExec exec, CUgraph graph) {
        const ExecEntry* entry = entry_of(exec);
        return entry != nullptr && entry->source == graph;
    });
}

FAULT(place_set_again, "set-to-last-setting-is-lost",
      "Setting a kernel node to what it was set to last is lost, though an update came between.", "",
      "SET-01") {
    static std::map<std::pair<CUgraphExec, CUgraphNode>, std::vector<size_t>> last;
    follow_execs([](CUgraphExec exec, ExecEntry&) {
        std::erase_if(last, [exec](const auto& known) { return known.first.first == exec; });
    });
    cudaGraphExecKernelNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaKernelNodeParams* parameters) {
            cudaFunction_t function = nullptr;
            (void)cudaGetFuncBySymbol(&function, parameters->func);
            std::vector<size_t> now{reinterpret_cast<size_t>(parameters->func), parameters->gridDim.x};
            size_t offset = 0, size = 0;
            for (size_t i = 0; cuFuncGetParamInfo(function, i, &offset, &size) == CUDA_SUCCESS; ++i) {
                size_t value = 0;
                std::copy_n(static_cast<const char*>(parameters->kernelParams[i]), std::min<size_t>(size, 8),
                            reinterpret_cast<char*>(&value));
                now.push_back(value);
            }
            if (last[{exec, node}] == now) {
                return cudaSuccess;
            }
            last[{exec, node}] = now;
            return cudaGraphExecKernelNodeSetParams(exec, node, parameters);
        });
}

FAULT(place_set_wears_off, "set-wears-off",
      "The third launch after the setting of a kernel does the work from before.", "", "SET-01") {
    struct Setting {
        CUgraphNode node;
        unsigned launches;
    };
    static std::map<CUgraphExec, Setting> settings;
    follow_execs([](CUgraphExec exec, ExecEntry&) { settings.erase(exec); });
    cudaGraphExecKernelNodeSetParams.plant(
        [](cudaGraphExec_t exec, cudaGraphNode_t node, const cudaKernelNodeParams* parameters) {
            settings[exec] = {node, 0};
            return cudaGraphExecKernelNodeSetParams(exec, node, parameters);
        });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const auto found = settings.find(exec);
        if (found != settings.end() && ++found->second.launches == 3) {
            const CUDA_KERNEL_NODE_PARAMS old = kernel_of(found->second.node);
            cuGraphExecKernelNodeSetParams(exec, found->second.node, &old);
        }
        return real(exec, stream);
    });
}

FAULT(place_disabled_wears_off, "disabling-wears-off", "A disabled node runs again at the third launch.", "",
      "SET-11") {
    static std::map<CUgraphExec, std::pair<CUgraphNode, unsigned>> disabled;
    follow_execs([](CUgraphExec exec, ExecEntry&) { disabled.erase(exec); });
    plant_both(cudaGraphNodeSetEnabled, cuGraphNodeSetEnabled,
               [](auto& real, auto exec, auto node, auto enabled) {
                   if (enabled == 0) {
                       disabled[exec] = {node, 0};
                   }
                   return real(exec, node, enabled);
               });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const auto found = disabled.find(exec);
        if (found != disabled.end() && ++found->second.second == 3) {
            cuGraphNodeSetEnabled(exec, found->second.first, 1);
        }
        return real(exec, stream);
    });
}

FAULT(place_update_back, "update-exchanges-execs",
      "An update also changes the executable graphs that were made of the updating graph.", "", "UPD-44") {
    follow_execs();
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        const ExecEntry* entry = entry_of(exec);
        const auto result = real(exec, graph, info);
        if (answer(result).code == 0 && entry != nullptr && entry->source != nullptr &&
            entry->source != graph) {
            for (const CUgraphExec other : execs_of(graph)) {
                CUgraphExecUpdateResultInfo ignored{};
                if (other != exec) {
                    cuGraphExecUpdate(other, entry->source, &ignored);
                }
            }
        }
        return result;
    });
}

FAULT(place_disabled_copy, "update-skips-disabled-copy",
      "An update loses the new addresses of a disabled copy or memset node.", "", "UPD-35") {
    static std::map<CUgraphExec, bool> disabled;
    follow_execs([](CUgraphExec exec, ExecEntry&) { disabled.erase(exec); });
    plant_both(cudaGraphNodeSetEnabled, cuGraphNodeSetEnabled,
               [](auto& real, auto exec, auto node, auto enabled) {
                   disabled[exec] = enabled == 0 && type_of(node) != CU_GRAPH_NODE_TYPE_KERNEL;
                   return real(exec, node, enabled);
               });
    plant_lost_update([](CUgraphExec exec, CUgraph) { return disabled[exec]; });
}

} // namespace faults
