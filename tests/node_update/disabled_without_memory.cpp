// A disabled node on a range of virtual memory that is unmapped meanwhile.
#include "tests/prelude.hpp"
#include "tests/vmm_under_graphs/replayed.hpp"

#include <utility>

namespace cts {

// Programming Guide, CUDA graphs, individual node enable: "disabled nodes are functionally equivalent to
// empty nodes until they are re-enabled".
TEMPLATE_TEST_CASE_METHOD(Replayed, "SET-11/unmapped: a disabled node needs no memory at its address",
                          "[node_update]", KernelStore, KernelLoad, CopyFromDevice, CopyToDevice, Memset1D) {
    const DeviceMemory seen = allocate_device(this->granularity());
    const Graph graph = create_graph();
    const cudaGraphNode_t node = TestType::add(graph, this->operands());
    add_kernel(graph, fill_call(device_address(seen), this->granularity(), 9), {node});
    const Exec exec = instantiate(graph);
    fill(device_address(seen), this->granularity(), 1);
    REQUIRE(cudaGraphNodeSetEnabled(exec, node, 0) == cudaSuccess);
    this->mapping().unmap();

    REQUIRE(cudaGraphLaunch(exec, this->stream()) == cudaSuccess);
    REQUIRE(cudaStreamSynchronize(this->stream()) == cudaSuccess);
    CHECK(holds(device_address(seen), this->granularity(), 9)); // the others did their work

    Allocation old = this->prepared(51); // and it works on what is mapped there later
    std::swap(this->memory(), old);
    this->mapping() = this->map(this->at(0), this->memory());
    REQUIRE(cudaGraphNodeSetEnabled(exec, node, 1) == cudaSuccess);
    run(exec, this->stream());
    if constexpr (TestType::writes) {
        CHECK(holds(this->at(0), this->bytes(), TestType::value));
    } else {
        CHECK(TestType::arrived(this->operands(), 51));
    }
}

} // namespace cts
