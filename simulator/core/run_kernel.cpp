#include "core/run_kernel.hpp"

#include "core/address_space.hpp"
#include "core/context.hpp"
#include "core/device_limits.hpp"
#include "core/fault.hpp"
#include "core/kernels.hpp"
#include "core/state.hpp"

#include <cstdio>
#include <set>

namespace sim {
namespace {

void complain_once(const Kernel& kernel) {
    const Lock lock;
    static auto* told = new std::set<std::string>;
    if (told->insert(kernel.name).second) {
        std::fprintf(
            stderr,
            "cuda-vmm-cts simulator: kernel %s has no CPU body, its launch is refused: add it to kernels/ "
            "or examples/ and build the simulator again.\n",
            kernel.name.c_str());
    }
}

struct Run {
    const KernelLaunch* launch;
    void* const* arguments;
};

void run_all_threads(void* data) {
    const Run& run = *static_cast<const Run*>(data);
    run.launch->kernel->body->run(run.arguments, run.launch->grid, run.launch->block,
                                  static_cast<unsigned>(run.launch->shared_bytes));
}

} // namespace

CUresult check_launch(const KernelLaunch& launch) {
    const auto& grid = launch.grid;
    const auto& block = launch.block;
    uint64_t threads = 1;
    uint64_t blocks = 1;
    for (int i = 0; i < 3; ++i) {
        if (grid[i] == 0 || grid[i] > limits::most_grid[i] || block[i] == 0 ||
            block[i] > limits::most_block[i]) {
            return CUDA_ERROR_INVALID_VALUE;
        }
        threads *= block[i];
        blocks *= grid[i];
    }
    if (threads > limits::threads_per_block || launch.shared_bytes > limits::shared_bytes_per_block) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (launch.cooperative &&
        blocks > limits::multiprocessors * (limits::threads_per_multiprocessor / threads)) {
        return CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE;
    }
    if (launch.kernel->body == nullptr) {
        complain_once(*launch.kernel);
        return CUDA_ERROR_NOT_SUPPORTED;
    }
    return launch.arguments.size() == launch.kernel->body->parameter_bytes.size() ? CUDA_SUCCESS
                                                                                  : CUDA_ERROR_INVALID_VALUE;
}

CUresult run_kernel(const KernelLaunch& launch) {
    // The bodies get pointers into copies: a kernel may change its parameters.
    std::vector<std::vector<std::byte>> copies = launch.arguments;
    std::vector<void*> arguments;
    arguments.reserve(copies.size());
    for (auto& copy : copies) {
        arguments.push_back(copy.data());
    }
    Run run{&launch, arguments.data()};
    const KernelView view;
    if (!run_guarded(run_all_threads, &run)) {
        poison(CUDA_ERROR_ILLEGAL_ADDRESS);
    }
    return CUDA_SUCCESS;
}

} // namespace sim
