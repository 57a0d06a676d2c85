#include "tests/prelude.hpp"
#include "tests/vmm_under_graphs/replayed.hpp"

namespace cts {

TEST_CASE_METHOD(
    Mapped, "VXG-13: in a graph, what a node writes through one alias the next node reads through the other",
    "[vmm_under_graphs]") {
    const Mapping alias = map(at(1), memory());
    const DeviceMemory seen = allocate_device(granularity());
    const Graph graph = create_graph();
    const auto store = add_kernel(graph, fill_call(at(0), bytes(), 0xA11A5));
    add_kernel(graph, copy_call(device_address(seen.get()), at(1), bytes()), {store});
    const Exec exec = instantiate(graph);
    fill(at(0), bytes(), 1);
    CHECK(kernel_sees(at(1), bytes(), 1));

    run(exec);

    CHECK(holds(device_address(seen.get()), bytes(), 0xA11A5));
    CHECK(kernel_sees(at(1), bytes(), 0xA11A5));
}

TEMPLATE_TEST_CASE_METHOD(Replayed, "VXG-14: an exec works on a mapping whose handle was released",
                          "[vmm_under_graphs]", KernelStore, KernelLoad, CopyToDevice, Memset1D) {
    this->write_elsewhere(this->memory(), 123);
    REQUIRE(cuMemRelease(this->memory().release()) == CUDA_SUCCESS);

    this->check_replay(123);
}

namespace {

/// Two granules at the start of the reservation, each memory of its own, and a node that spans both.
class TwoMappings : public Mapped {
  public:
    TwoMappings() : second_(allocate()), behind_(map(at(1), second_)), other_(allocate_device(granules(2))) {}
    CUdeviceptr other() const { return device_address(other_.get()); }

  private:
    Allocation second_;
    Mapping behind_;
    DeviceMemory other_;
};

} // namespace

TEST_CASE_METHOD(TwoMappings, "VXG-15/copy: one copy node spans two mappings, as source and as target",
                 "[vmm_under_graphs]") {
    const Graph graph = create_graph();
    const auto out = add_copy(graph, pointer(other()), pointer(at(0)), granules(2));
    const auto spoil = add_kernel(graph, fill_call(at(0), granules(2), 0), {out});
    add_copy(graph, pointer(at(0)), pointer(other()), granules(2), {spoil});
    const Exec exec = instantiate(graph);
    ramp(at(0), granules(2), 50);
    CHECK_FALSE(holds_ramp(other(), granules(2), 50));

    run(exec);

    CHECK(holds_ramp(other(), granules(2), 50));
    CHECK(holds_ramp(at(0), granules(2), 50));
    CHECK(kernel_sees_ramp(at(0), granules(2), 50));
}

TEST_CASE_METHOD(TwoMappings, "VXG-15/memset: one memset node spans two mappings", "[vmm_under_graphs]") {
    const Graph graph = create_graph();
    add_memset(graph, memset_words(at(0), granules(2), 0xFEED));
    const Exec exec = instantiate(graph);
    fill(at(0), granules(2), 1);

    run(exec);

    CHECK(holds(at(0), granules(2), 0xFEED));
    CHECK(kernel_sees(at(0), granules(2), 0xFEED));
}

TEST_CASE_METHOD(Granule, "VXG-27: a range made during a capture serves the graph that captured it",
                 "[vmm_under_graphs]") {
    const Stream stream = create_stream();
    REQUIRE(cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed) == cudaSuccess);
    const Reservation range = reserve(1);
    const Allocation memory = allocate();
    const Mapping mapping = map(range.address(), memory);
    CHECK(fill_call(range.address(), granularity(), 0xCAFE).launch(stream) == cudaSuccess);
    cudaGraph_t captured = nullptr;
    REQUIRE(cudaStreamEndCapture(stream, &captured) == cudaSuccess);
    const Graph graph(captured);
    const Exec exec = instantiate(graph);
    fill(range.address(), granularity(), 1);

    run(exec, stream);

    CHECK(nodes_of(graph).size() == 1);
    CHECK(kernel_sees(range.address(), granularity(), 0xCAFE));
    CHECK(holds(range.address(), granularity(), 0xCAFE));
}

TEST_CASE_METHOD(Mapped, "VXG-23: execs that share one slot each find the memory that was mapped for them",
                 "[vmm_under_graphs]") {
    constexpr uint32_t execs = 4;
    const Stream stream = create_stream();
    const Event done = create_event();
    const DeviceMemory results = allocate_device(execs * granularity());
    std::vector<Graph> graphs;
    std::vector<Exec> instances;
    for (uint32_t i = 0; i < execs; ++i) {
        graphs.push_back(create_graph());
        add_kernel(graphs.back(),
                   copy_call(device_address(results.get()) + i * granularity(), at(0), granularity()));
        instances.push_back(instantiate(graphs.back()));
    }
    for (uint32_t round = 0; round < 3; ++round) {
        for (uint32_t i = 0; i < execs; ++i) {
            const Allocation old = swap_memory();
            fill(at(0), bytes(), 100 * round + i);
            must(cudaGraphLaunch(instances[i], stream), "cudaGraphLaunch");
            must(cudaEventRecord(done, stream), "cudaEventRecord");
            must(cudaEventSynchronize(done), "cudaEventSynchronize");
        }
        for (uint32_t i = 0; i < execs; ++i) {
            CAPTURE(round, i);
            CHECK(holds(device_address(results.get()) + i * granularity(), granularity(), 100 * round + i));
        }
    }
}

} // namespace cts
