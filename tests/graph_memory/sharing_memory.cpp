// Graphs of one stream may share physical memory, graphs of different streams must not disturb each other
// (Programming Guide, graph memory nodes, optimised memory reuse).
#include "tests/graph_memory/memory.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

/// Several graphs, each with a temporary allocation and a result of its own.
class Several : public Pools {
  public:
    static constexpr uint32_t count = 4;

    Several() {
        for (uint32_t i = 0; i < count; ++i) {
            results_.push_back(allocate_device(size));
            fill(result(i), size, 0);
            graphs_.push_back(create_graph());
            const AllocationNode memory = add_allocation(graphs_[i], device(), size);
            const auto filled = add_kernel(graphs_[i], fill_call(memory.address, size, i + 1), {memory.node});
            const auto changed =
                add_kernel(graphs_[i], multiply_add_call(memory.address, size, 1000, 7), {filled});
            const auto copied = add_kernel(graphs_[i], copy_call(result(i), memory.address, size), {changed});
            add_free(graphs_[i], memory.address, {copied});
            execs_.push_back(instantiate(graphs_[i]));
            streams_.push_back(create_stream());
        }
    }
    CUdeviceptr result(uint32_t i) const { return device_address(results_[i]); }
    CUgraphExec exec(uint32_t i) const { return execs_[i]; }
    CUstream stream(uint32_t i) const { return streams_[i]; }
    static uint32_t expected(uint32_t i) { return (i + 1) * 1000 + 7; }

  private:
    std::vector<DeviceMemory> results_;
    std::vector<Graph> graphs_;
    std::vector<Exec> execs_;
    std::vector<Stream> streams_;
};

} // namespace

TEST_CASE_METHOD(Several, "GMN-14/one-stream: graphs with allocations in one stream give the right results",
                 "[graph_memory]") {
    for (int round = 0; round < 4; ++round) {
        for (uint32_t i = 0; i < count; ++i) {
            REQUIRE(cuGraphLaunch(exec(i), stream(0)) == CUDA_SUCCESS);
        }
    }
    REQUIRE(cuStreamSynchronize(stream(0)) == CUDA_SUCCESS);
    for (uint32_t i = 0; i < count; ++i) {
        CHECK(holds(result(i), size, expected(i)));
    }
}

TEST_CASE_METHOD(Several,
                 "GMN-14/streams: graphs with allocations in different streams do not disturb each other",
                 "[graph_memory]") {
    for (int round = 0; round < 8; ++round) {
        for (uint32_t i = 0; i < count; ++i) {
            fill(result(i), size, 0);
        }
        for (uint32_t i = 0; i < count; ++i) {
            // Another stream in each round, so that cached memory wanders.
            REQUIRE(cuGraphLaunch(exec(i), stream((i + static_cast<uint32_t>(round)) % count)) ==
                    CUDA_SUCCESS);
        }
        for (uint32_t i = 0; i < count; ++i) {
            REQUIRE(cuStreamSynchronize(stream(i)) == CUDA_SUCCESS);
        }
        for (uint32_t i = 0; i < count; ++i) {
            CHECK(holds(result(i), size, expected(i)));
        }
    }
}

TEST_CASE_METHOD(Pools, "GMN-14/within: two allocations of one graph that live at the same time are apart",
                 "[graph_memory]") {
    const DeviceMemory first_result = allocate_device(size), second_result = allocate_device(size);
    const Graph graph = create_graph();
    const AllocationNode first = add_allocation(graph, device(), size);
    const AllocationNode second = add_allocation(graph, device(), size, {first.node});
    const auto one = add_kernel(graph, fill_call(first.address, size, 1), {second.node});
    const auto two = add_kernel(graph, fill_call(second.address, size, 2), {one});
    const auto three = add_kernel(graph, copy_call(device_address(first_result), first.address, size), {two});
    const auto four =
        add_kernel(graph, copy_call(device_address(second_result), second.address, size), {three});
    const auto freed = add_free(graph, first.address, {four});
    add_free(graph, second.address, {freed});
    const Exec exec = instantiate(graph);
    run(exec);
    CHECK(holds(device_address(first_result), size, 1));
    CHECK(holds(device_address(second_result), size, 2));
}

} // namespace cts
