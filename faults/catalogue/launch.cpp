// Launches that are lost, doubled, reordered or overlap.
#include "faults/catalogue/graph_tools.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>

namespace faults {

namespace {

/// A launch that may be held back, for defects that start it late or in another order.
struct Held {
    CUgraphExec exec;
    CUstream stream;
};
std::recursive_mutex mutex;
std::deque<Held> held;
Held last{}; // launch, for the defect that takes equal ones as one

void release_held() {
    const std::lock_guard lock(mutex);
    while (!held.empty()) {
        const Held next = held.front();
        held.pop_front();
        cuGraphLaunch(next.exec, next.stream);
    }
}

/// Before the caller waits for anything, what is held back is launched.
void plant_release() {
    plant_both(cudaStreamSynchronize, cuStreamSynchronize, [](auto& real, auto stream) {
        release_held();
        return real(stream);
    });
    plant_both(cudaDeviceSynchronize, cuCtxSynchronize, [](auto& real) {
        release_held();
        return real();
    });
}

/// Every launch in a stream of the caller's own is held back until somebody waits.
void plant_holding() {
    plant_release();
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const std::lock_guard lock(mutex);
        if (stream == nullptr) {
            release_held();
            return real(exec, stream);
        }
        held.push_back({exec, stream});
        return static_cast<decltype(real(exec, stream))>(success);
    });
}

/// A kernel launch with its own copy of the arguments.
class KernelLaunch {
  public:
    KernelLaunch(const void* kernel, dim3 grid, dim3 block, void** arguments, size_t shared,
                 cudaStream_t stream)
        : kernel_(kernel), grid_(grid), block_(block), shared_(shared), stream_(stream) {
        cudaFunction_t function = nullptr;
        (void)cudaGetFuncBySymbol(&function, kernel);
        size_t offset = 0, size = 0;
        while (cuFuncGetParamInfo(function, storage_.size(), &offset, &size) == CUDA_SUCCESS) {
            const auto* const from = static_cast<const std::byte*>(arguments[storage_.size()]);
            storage_.emplace_back(from, from + size);
        }
    }
    void go() {
        std::vector<void*> arguments;
        for (auto& argument : storage_) {
            arguments.push_back(argument.data());
        }
        (void)cudaLaunchKernel(kernel_, grid_, block_, arguments.data(), shared_, stream_);
    }

  private:
    const void* kernel_;
    dim3 grid_, block_;
    size_t shared_;
    cudaStream_t stream_;
    std::vector<std::vector<std::byte>> storage_;
};

} // namespace

FAULT(launch_late, "launch-reads-parameters-late",
      "A launch that waits in a stream takes the parameters that its executable graph has when it starts.",
      "", "UPD-34 SET-19") {
    plant_holding();
}

FAULT(launch_dies_with_exec, "launch-dies-with-exec",
      "Destroying an executable graph drops its launches that wait in a stream.", "ml-explore/mlx#2329",
      "INS-06") {
    plant_holding();
    plant_both(cudaGraphExecDestroy, cuGraphExecDestroy, [](auto& real, auto exec) {
        const std::lock_guard lock(mutex);
        std::erase_if(held, [exec](const Held& launch) { return launch.exec == exec; });
        return real(exec);
    });
}

FAULT(launch_destroy_refused, "exec-destroy-refused-in-flight",
      "An executable graph that was launched cannot be destroyed until its stream has been waited for.", "",
      "INS-06") {
    static std::map<CUgraphExec, CUstream> last;
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const std::lock_guard lock(mutex);
        last[exec] = stream;
        return real(exec, stream);
    });
    plant_both(cudaStreamSynchronize, cuStreamSynchronize, [](auto& real, auto stream) {
        const std::lock_guard lock(mutex);
        std::erase_if(last, [stream](const auto& launch) { return launch.second == stream; });
        return real(stream);
    });
    plant_both(cudaDeviceSynchronize, cuCtxSynchronize, [](auto& real) {
        const std::lock_guard lock(mutex);
        last.clear();
        return real();
    });
    plant_both(cudaGraphExecDestroy, cuGraphExecDestroy, [](auto& real, auto exec) {
        const std::lock_guard lock(mutex);
        return last.contains(exec) ? static_cast<decltype(real(exec))>(Answer{600}) : real(exec);
    });
}

FAULT(launch_overtakes, "launch-overtakes-kernel",
      "A launch starts in front of the kernel that was launched into its stream before it.", "", "INS-05") {
    static std::map<cudaStream_t, KernelLaunch> waiting;
    static const auto go = [](cudaStream_t stream) {
        const auto found = waiting.find(stream);
        if (found != waiting.end()) {
            found->second.go();
            waiting.erase(found);
        }
    };
    cudaLaunchKernel.plant(
        [](const void* kernel, dim3 grid, dim3 block, void** arguments, size_t shared, cudaStream_t stream) {
            const std::lock_guard lock(mutex);
            go(stream);
            if (stream == nullptr || is_capturing(stream)) {
                return cudaLaunchKernel(kernel, grid, block, arguments, shared, stream);
            }
            waiting.emplace(stream, KernelLaunch(kernel, grid, block, arguments, shared, stream));
            return cudaSuccess;
        });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const std::lock_guard lock(mutex);
        const auto result = real(exec, stream);
        go(stream);
        return result;
    });
    plant_both(cudaStreamSynchronize, cuStreamSynchronize, [](auto& real, auto stream) {
        const std::lock_guard lock(mutex);
        go(stream);
        return real(stream);
    });
}

FAULT(launch_overtaken, "launch-is-overtaken",
      "The kernel that is launched behind a graph in the same stream starts first.", "pytorch/pytorch#57556",
      "INS-05 GMN-02") {
    plant_holding();
    cudaLaunchKernel.plant(
        [](const void* kernel, dim3 grid, dim3 block, void** arguments, size_t shared, cudaStream_t stream) {
            const cudaError_t result = cudaLaunchKernel(kernel, grid, block, arguments, shared, stream);
            release_held();
            return result;
        });
}

FAULT(launch_twice, "launch-runs-twice", "A launch runs its graph twice.", "", "INS-05 INS-16 UPD-34") {
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const auto result = real(exec, stream);
        hush(real(exec, stream));
        return result;
    });
}

FAULT(launch_skips_tenth, "launch-skips-every-tenth", "Every tenth launch does nothing and reports success.",
      "", "INS-16 UPD-37 SET-21") {
    plant_both(cudaGraphLaunch, cuGraphLaunch, [every = Nth(10)](auto& real, auto exec, auto stream) {
        return every() ? static_cast<decltype(real(exec, stream))>(success) : real(exec, stream);
    });
}

FAULT(launch_fails_fiftieth, "launch-fails-once-in-fifty",
      "Once in fifty launches an executable graph runs, but reports that memory is short.", "",
      "INS-16 VXG-05 UPD-37") {
    plant_both(cudaGraphLaunch, cuGraphLaunch, [every = Nth(50)](auto& real, auto exec, auto stream) {
        const auto result = real(exec, stream);
        return every() ? static_cast<decltype(real(exec, stream))>(Answer{2}) : result;
    });
}

FAULT(launch_merges, "launch-merges-with-running",
      "Launches of one executable graph without waiting between them are taken as one.",
      "pytorch/pytorch#61063", "INS-16 UPD-34") {
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const std::lock_guard lock(mutex);
        const bool same = last.exec == exec && last.stream == stream;
        last = {exec, stream};
        return same ? static_cast<decltype(real(exec, stream))>(success) : real(exec, stream);
    });
    plant_both(cudaStreamSynchronize, cuStreamSynchronize, [](auto& real, auto stream) {
        const std::lock_guard lock(mutex);
        last = {};
        return real(stream);
    });
    plant_both(cudaDeviceSynchronize, cuCtxSynchronize, [](auto& real) {
        const std::lock_guard lock(mutex);
        last = {};
        return real();
    });
}

FAULT(launch_turns_pair, "launch-exchanges-two-execs",
      "Launches of two executable graphs that follow each other in a stream change places.", "", "INS-16") {
    plant_release();
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const std::lock_guard lock(mutex);
        if (held.empty()) {
            held.push_back({exec, stream});
            return static_cast<decltype(real(exec, stream))>(success);
        }
        const auto result = real(exec, stream);
        release_held();
        return result;
    });
}

FAULT(launch_upload_runs, "upload-launches", "Uploading an executable graph also runs it.", "", "INS-07") {
    plant_both(cudaGraphUpload, cuGraphUpload,
               [](auto&, auto exec, auto stream) { return answer(cuGraphLaunch(exec, stream)); });
}

FAULT(launch_after_upload, "upload-in-other-stream-loses-launch",
      "The launch after an upload in another stream does nothing.", "", "INS-07") {
    static std::map<CUgraphExec, CUstream> uploaded;
    plant_both(cudaGraphUpload, cuGraphUpload, [](auto& real, auto exec, auto stream) {
        const std::lock_guard lock(mutex);
        uploaded[exec] = stream;
        return real(exec, stream);
    });
    plant_both(cudaGraphLaunch, cuGraphLaunch, [](auto& real, auto exec, auto stream) {
        const std::lock_guard lock(mutex);
        const auto found = uploaded.find(exec);
        const bool lost = found != uploaded.end() && found->second != stream;
        uploaded.erase(exec);
        return lost ? static_cast<decltype(real(exec, stream))>(success) : real(exec, stream);
    });
}

FAULT(launch_upload_disturbs, "upload-enables-nodes",
      "Uploading an executable graph enables the nodes that were disabled in it.", "", "SET-11") {
    static std::map<CUgraphExec, std::vector<CUgraphNode>> disabled;
    plant_both(cudaGraphNodeSetEnabled, cuGraphNodeSetEnabled,
               [](auto& real, auto exec, auto node, auto enabled) {
                   if (enabled == 0) {
                       disabled[exec].push_back(node);
                   }
                   return real(exec, node, enabled);
               });
    plant_both(cudaGraphUpload, cuGraphUpload, [](auto& real, auto exec, auto stream) {
        for (const CUgraphNode node : std::exchange(disabled[exec], {})) {
            cuGraphNodeSetEnabled(exec, node, 1);
        }
        return real(exec, stream);
    });
}

} // namespace faults
