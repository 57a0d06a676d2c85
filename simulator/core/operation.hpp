// What a stream executes and a graph node stores: one description of work for both. A stream call builds an
// Operation and either executes it at once or, while the stream captures, hands it to the graph side
// (capture.hpp).
#pragma once

#include <cuda.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace sim {

struct Kernel;      // a registered device function (kernels.hpp)
struct Event;       // stream.hpp
struct MemoryPool;  // pool.hpp
class Graph;        // graph/graph.hpp
struct Conditional; // graph/conditional.hpp
using Address = CUdeviceptr;

struct Empty {};

struct KernelLaunch {
    const Kernel* kernel = nullptr;
    unsigned grid[3] = {1, 1, 1};
    unsigned block[3] = {1, 1, 1};
    unsigned shared_bytes = 0;
    std::vector<std::vector<std::byte>> arguments; // copied at call time, one element a parameter
    bool cooperative = false;
    int priority = 0;
};

/// A copy of `depth` slices of `height` rows of `width_bytes` bytes; a 1D copy has height = depth = 1.
struct Copy {
    Address source = 0, target = 0;
    CUmemorytype source_type = CU_MEMORYTYPE_UNIFIED, target_type = CU_MEMORYTYPE_UNIFIED;
    size_t width_bytes = 0, height = 1, depth = 1;
    size_t source_pitch = 0, source_height = 0, target_pitch = 0, target_height = 0;
};

/// `height` rows of `width` elements of `element_bytes` (1, 2 or 4) bytes; `pitch` in bytes, unused when
/// height is 1.
struct Fill {
    Address target = 0;
    size_t pitch = 0;
    unsigned value = 0;
    unsigned element_bytes = 1;
    size_t width = 0, height = 1;
};

struct HostCall {
    void (*function)(void*) = nullptr;
    void* user_data = nullptr;
};

struct RecordEvent {
    std::shared_ptr<Event> event;
    bool external = false; // captured as a node of its own instead of marking the point of capture
};
struct WaitEvent {
    std::shared_ptr<Event> event;
    bool external = false;
};

struct AllocateMemory {
    Address address = 0;
    size_t bytes = 0;
    CUmemPoolProps properties{};
};
struct FreeMemory {
    Address address = 0;
};

struct ChildGraph {
    std::shared_ptr<Graph> graph;
};
struct ConditionalBody {
    std::shared_ptr<Conditional> conditional;
};

/// cuStreamWriteValue32, cuStreamWaitValue32, cuStreamBatchMemOp and their 64 bit forms. A wait whose
/// condition does not hold would never end, since execution is synchronous: it is NOT_SUPPORTED.
struct MemoryOperations {
    std::vector<CUstreamBatchMemOpParams> operations;
    unsigned flags = 0;
};

using Operation = std::variant<Empty, KernelLaunch, Copy, Fill, HostCall, RecordEvent, WaitEvent,
                               AllocateMemory, FreeMemory, ChildGraph, ConditionalBody, MemoryOperations>;

/// What the driver checks at call time, before anything runs: ranges that are not mapped or lack access give
/// CUDA_ERROR_INVALID_VALUE for copies and fills; kernel arguments are opaque and never checked.
CUresult check(const Operation& operation);

/// Runs the operation now, on the calling thread. A fault makes the context's error sticky
/// (CUDA_ERROR_ILLEGAL_ADDRESS). AllocateMemory, FreeMemory, ChildGraph and ConditionalBody are executed by
/// the graph side and not by this function.
CUresult execute(const Operation& operation);

} // namespace sim
