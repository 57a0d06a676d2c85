#include "fixtures/harness/skip.hpp"
#include "fixtures/size.hpp"
#include "tests/prelude.hpp"
#include "tests/vmm_under_graphs/replayed.hpp"

namespace cts {

TEMPLATE_TEST_CASE_METHOD(Replayed, "VXG-06: an exec holds no reference on the memory that it works on",
                          "[vmm_under_graphs][accounting]", KernelStore, CopyToDevice, Memset1D) {
    this->replay();
    const size_t before = this->free_memory();

    this->mapping().unmap();
    must(cuMemRelease(this->memory().release()), "cuMemRelease");

    CHECK(this->free_memory() == before + this->granularity());
    this->memory() = this->allocate(); // and with memory there again the exec goes on
    this->mapping() = this->map(this->at(0), this->memory());
    CHECK(this->free_memory() == before);
    this->write_elsewhere(this->memory(), 77);
    this->check_replay(77);
}

namespace {

/// Puts the range to sleep: contents to the host, memory back to the device.
std::vector<uint32_t> sleep(Workbench& rung) {
    auto contents = download(rung.at(0), rung.bytes());
    rung.mapping().unmap();
    must(cuMemRelease(rung.memory().release()), "cuMemRelease");
    return contents;
}

/// Gives the range fresh memory with the old contents.
void wake(Workbench& rung, const std::vector<uint32_t>& contents) {
    rung.memory() = rung.allocate();
    rung.mapping() = rung.map(rung.at(0), rung.memory());
    upload(rung.at(0), contents);
}

} // namespace

TEST_CASE_METHOD(
    Workbench, "VXG-05/restored: an exec sleeps and wakes a hundred times and computes on as if nothing was",
    "[vmm_under_graphs][timeout:120]") {
    const Graph graph = create_graph();
    add_kernel(graph, multiply_add_call(at(0), bytes(), 3, 1));
    const Exec exec = instantiate(graph);
    fill(at(0), bytes(), 1);
    uint32_t expected = 1;
    unsigned wrong = 0;
    for (size_t cycle = 0; cycle < 100 * size_factor(); ++cycle) {
        const auto contents = sleep(*this);
        wake(*this, contents);
        run(exec, stream());
        expected = expected * 3 + 1;
        wrong += !kernel_sees(at(0), bytes(), expected);
    }
    CHECK(wrong == 0);
    CHECK(holds(at(0), bytes(), expected));
    CHECK_FALSE(holds(at(0), bytes(), 1));
}

TEST_CASE_METHOD(Workbench,
                 "VXG-05/discarded: an exec that wakes over discarded memory works on the new contents alone",
                 "[vmm_under_graphs]") {
    const Graph graph = create_graph();
    add_kernel(graph, multiply_add_call(at(0), bytes(), 3, 1));
    const Exec exec = instantiate(graph);
    unsigned wrong = 0;
    for (uint32_t cycle = 0; cycle < 100; ++cycle) {
        mapping().unmap();
        memory() = allocate();
        mapping() = map(at(0), memory());
        fill(at(0), bytes(), cycle);
        run(exec, stream());
        wrong += !kernel_sees(at(0), bytes(), cycle * 3 + 1);
    }
    CHECK(wrong == 0);
    CHECK_FALSE(kernel_sees(at(0), bytes(), 1)); // cycle 0's result: the check can say no
}

// An executable graph knows addresses, not reservations: whoever gets the same addresses again can replay it.
TEST_CASE_METHOD(Granule, "VXG-05/renewed: an exec works where its addresses were freed and reserved again",
                 "[vmm_under_graphs]") {
    Reservation range = reserve(1);
    const CUdeviceptr address = range.address();
    const Allocation memory = allocate();
    Mapping mapping = map(address, memory);
    const Graph graph = create_graph();
    add_kernel(graph, multiply_add_call(address, granularity(), 3, 1));
    const Exec exec = instantiate(graph);
    fill(address, granularity(), 1);
    run(exec);
    CHECK(kernel_sees(address, granularity(), 4));

    mapping.unmap();
    REQUIRE(cuMemAddressFree(range.release(), granularity()) == CUDA_SUCCESS);
    CUdeviceptr again = 0;
    REQUIRE(cuMemAddressReserve(&again, granularity(), 0, address, 0) == CUDA_SUCCESS);
    const Reservation renewed = Reservation::adopt(again, granularity());
    observe("VXG-05/renewed", again == address ? "the same address" : "another address");
    const Allocation fresh = allocate();
    const Mapping mapped = map(again, fresh);
    fill(again, granularity(), 2);
    if (again != address) { // a hint need not be followed
        skip("the driver reserved another range than the one it was asked for");
    }
    run(exec);
    CHECK(kernel_sees(again, granularity(), 7));
}

} // namespace cts
