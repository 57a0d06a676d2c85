// Device memory that executable graphs take. No document gives a number, so it is measured; that destroying
// them gives it back is asserted (vllm#5517, llama.cpp#25835).
#include "fixtures/size.hpp"
#include "tests/prelude.hpp"

#include <vector>

namespace cts {

namespace {

/// Device memory taken by `count` executable graphs of `nodes` kernels, launched once each, before they go.
long long bytes_of(const Context& rung, CUdeviceptr address, size_t nodes, size_t count) {
    const Graph graph = create_graph();
    std::vector<cudaGraphNode_t> last;
    for (size_t node = 0; node < nodes; ++node) {
        last = {add_kernel(graph, fill_call(address, 4096, static_cast<uint32_t>(node)), last)};
    }
    const size_t before = rung.free_memory();
    CUgraph cloned = nullptr;
    must(cuGraphClone(&cloned, graph), "cuGraphClone");
    const Graph clone(cloned);
    std::vector<Exec> execs;
    for (size_t i = 0; i < count; ++i) {
        execs.push_back(instantiate(i % 2 == 0 ? graph : clone));
        must(cuGraphUpload(execs.back(), nullptr), "cuGraphUpload");
        must(cuGraphLaunch(execs.back(), nullptr), "cuGraphLaunch");
    }
    synchronize();
    return static_cast<long long>(before) - static_cast<long long>(rung.free_memory());
}

} // namespace

TEST_CASE_METHOD(Context, "INS-15/footprint: device memory per executable graph, by number of nodes",
                 "[instantiate][accounting]") {
    const DeviceMemory memory = allocate_device(4096);
    const size_t count = 100; // of a thousand the driver keeps hundreds of MiB for the next ones
    for (const size_t nodes : {size_t{1}, size_t{10}, size_t{100}}) {
        (void)bytes_of(*this, device_address(memory), nodes, 1); // what the driver sets up once
        const long long taken = bytes_of(*this, device_address(memory), nodes, count);
        measure("INS-15/bytes per exec/" + std::to_string(nodes) + " nodes",
                static_cast<double>(taken) / static_cast<double>(count), "B");
        CHECK(holds(device_address(memory), 4096, static_cast<uint32_t>(nodes - 1)));
    }
}

TEST_CASE_METHOD(Context,
                 "INS-15/returned: creating and destroying executable graphs over and over takes no memory",
                 "[instantiate][accounting]") {
    const DeviceMemory memory = allocate_device(4096);
    const size_t count = 50;
    const size_t rounds = 8 * size_factor();
    // The driver may keep what it needed at most once: so the first rounds set the level.
    (void)bytes_of(*this, device_address(memory), 20, count);
    (void)bytes_of(*this, device_address(memory), 20, count);
    const size_t level = free_memory();
    for (size_t round = 0; round < rounds; ++round) {
        (void)bytes_of(*this, device_address(memory), 20, count);
    }
    CHECK(free_memory() >= level);
}

} // namespace cts
