// What the defects of graphs have in common: planting one in both forms of a call, and looking into graphs.
// Everything here asks the driver's form, because a refusal by that leaves no last error in the runtime.
#pragma once

#include "faults/core/hooks.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

namespace faults {

/// Plants one defect in the runtime's and in the driver's form of a call, which differ in nothing but the
/// names of their types. `defect` gets the real call, then the arguments.
template<typename Runtime, typename Driver, typename Defect>
void plant_both(Hook<Runtime>& runtime, Hook<Driver>& driver, const Defect& defect) {
    runtime.plant([&runtime, defect](auto... arguments) { return defect(runtime, arguments...); });
    driver.plant([&driver, defect](auto... arguments) { return defect(driver, arguments...); });
}

/// What a call answers, for defects planted in both forms: the two number their errors alike.
struct Answer {
    int code;
    operator cudaError_t() const { return static_cast<cudaError_t>(code); }
    operator CUresult() const { return static_cast<CUresult>(code); }
};
inline constexpr Answer success{0}, invalid_value{1}, not_supported{801}, capture_unsupported{900},
    update_failure{910};
inline Answer answer(cudaError_t error) {
    return {static_cast<int>(error)};
}
inline Answer answer(CUresult result) {
    return {static_cast<int>(result)};
}

/// A refusal that the caller is not to hear of: the runtime must not remember it either.
inline void hush(cudaError_t error) {
    if (error != cudaSuccess) {
        (void)cudaGetLastError();
    }
}
inline void hush(CUresult) {}

/// True for every `period`-th call, counted over all threads.
class Nth {
  public:
    explicit Nth(unsigned period) : period_(period), count_(std::make_shared<std::atomic<unsigned>>(0)) {}
    bool operator()() const { return ++*count_ % period_ == 0; }

  private:
    unsigned period_;
    std::shared_ptr<std::atomic<unsigned>> count_;
};

CUstreamCaptureStatus capture_status(CUstream stream);
inline bool is_capturing(CUstream stream) {
    return capture_status(stream) == CU_STREAM_CAPTURE_STATUS_ACTIVE;
}
/// Calls `work` with the thread's capture mode relaxed, so that it may do what a capture prohibits.
template<typename Work>
auto relaxed(Work work) {
    CUstreamCaptureMode mode = CU_STREAM_CAPTURE_MODE_RELAXED;
    cuThreadExchangeStreamCaptureMode(&mode);
    const auto result = work();
    cuThreadExchangeStreamCaptureMode(&mode);
    return result;
}
/// A stream that the suite knows nothing of.
CUstream side_stream();

/// In the order of creation.
std::vector<CUgraphNode> nodes_of(CUgraph graph);
CUgraphNodeType type_of(CUgraphNode node);
std::vector<CUgraphNode> dependencies_of(CUgraphNode node);
bool has_dependents(CUgraphNode node);
void remove_edge(CUgraph graph, CUgraphNode from, CUgraphNode to);
bool contains(CUgraph graph, CUgraphNodeType type);
/// Null for a graph that cannot be cloned.
CUgraph copy_of(CUgraph graph);

CUDA_KERNEL_NODE_PARAMS kernel_of(CUgraphNode node);
CUDA_MEMSET_NODE_PARAMS memset_of(CUgraphNode node);
CUDA_MEMCPY3D memcpy_of(CUgraphNode node);
/// How many parameters the kernel of `parameters` takes.
size_t parameter_count(const CUDA_KERNEL_NODE_PARAMS& parameters);
/// The addresses that a kernel, memset or copy node works on; of a kernel, every parameter that may be one.
std::vector<CUdeviceptr> operands_of(CUgraphNode node);
/// Host memory, registered or not.
bool is_host(const void* memory);

} // namespace faults
