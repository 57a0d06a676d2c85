#include "fixtures/size.hpp"
#include "tests/prelude.hpp"
#include "tests/vmm_under_graphs/replayed.hpp"

#include <atomic>
#include <exception>
#include <thread>

namespace cts {

TEST_CASE_METHOD(
    Workbench, "VXG-17: waiting for an event behind the launch is enough before remapping, a thousand times",
    "[vmm_under_graphs][timeout:120]") {
    const Reservation elsewhere = reserve(1);
    const CUdeviceptr copied = operands().other;
    const Graph graph = create_graph();
    add_copy(graph, pointer(copied), pointer(at(0)), bytes());
    const Exec exec = instantiate(graph);
    const Event done = create_event();
    unsigned wrong = 0;
    for (uint32_t swap = 1; swap <= 1000 * size_factor(); ++swap) {
        const auto [offset, marked, first] = marks_of(swap, bytes());
        Allocation fresh = allocate();
        {
            const Mapping mapped_elsewhere = map(elsewhere.address(), fresh);
            mark_pages(elsewhere.address() + offset, marked, first);
        }
        const Allocation old = remap(std::move(fresh));
        must(cudaGraphLaunch(exec, stream()), "cudaGraphLaunch");
        must(cudaEventRecord(done, stream()), "cudaEventRecord");
        must(cudaEventSynchronize(done), "cudaEventSynchronize");
        wrong += !kernel_sees_marks(copied + offset, marked, first);
    }
    CHECK(wrong == 0);
    CHECK_FALSE(kernel_sees_marks(copied, bytes(), marks_of(1, bytes()).first));
    CHECK(cudaDeviceSynchronize() == cudaSuccess);
}

TEST_CASE_METHOD(Mapped, "VXG-16: remapping an unrelated range from another thread does not disturb replays",
                 "[vmm_under_graphs][timeout:120]") {
    const Stream stream = create_stream();
    const Graph graph = create_graph();
    add_kernel(graph, multiply_add_call(at(0), bytes(), 5, 3));
    const Exec exec = instantiate(graph);
    fill(at(0), bytes(), 1);

    std::atomic<bool> stop{false};
    std::atomic<unsigned> remaps{0};
    std::exception_ptr thrown;
    std::thread remapper([&] {
        try {
            must(cuCtxSetCurrent(context()), "cuCtxSetCurrent");
            while (!stop || remaps == 0) {
                const Allocation memory = allocate();
                Mapping mapping = map(at(2), memory); // the same reservation, another granule
                mapping.unmap();                      // without waiting, which its end would do
                ++remaps;
            }
        } catch (...) {
            thrown = std::current_exception();
        }
    });
    uint32_t expected = 1;
    for (size_t i = 0; i < 500 * size_factor(); ++i) {
        must(cudaGraphLaunch(exec, stream), "cudaGraphLaunch");
        expected = expected * 5 + 3;
    }
    const cudaError_t outcome = cudaStreamSynchronize(stream);
    stop = true;
    remapper.join();
    if (thrown) {
        std::rethrow_exception(thrown);
    }

    CHECK(outcome == cudaSuccess);
    CHECK(remaps > 0);
    CHECK(kernel_sees(at(0), bytes(), expected));
    CHECK_FALSE(kernel_sees(at(0), bytes(), 1));
    measure("remaps_meanwhile", remaps, "1");
}

CHILD(remap_before_the_reader_is_done) {
    const Mapped rung;
    const PinnedMemory shared = allocate_pinned(2 * sizeof(uint32_t));
    auto* flag = static_cast<uint32_t*>(shared.get());
    flag[0] = 0;
    const Stream stream = create_stream();
    launch(call_once(kernels::read_until_flag, words(rung.at(0)), word_count(rung.bytes()), flag,
                     uint64_t{2000000000}, flag + 1),
           stream);
    parent.report("unmap", cuMemUnmap(rung.at(0), rung.bytes())); // nothing was waited for
    parent.report("synchronize", cudaStreamSynchronize(stream));
}

TEST_CASE_METHOD(Granule, "VXG-18: without waiting for the reader the fault is real and is seen",
                 "[vmm_under_graphs][sacrifices]") {
    need_asynchrony();
    Child child(remap_before_the_reader_is_done);
    const ChildReport& report = child.wait();
    // Whether unmapping waits is undocumented; that a running reader of unmapped memory does not go unnoticed
    // is not.
    observe("VXG-18/unmap-under-a-reader", report.driver_result("unmap"));
    CHECK(report.finished);
    CHECK(report.result("synchronize") == cudaErrorIllegalAddress);
    CHECK(cudaDeviceSynchronize() == cudaSuccess); // this process is unharmed
}

} // namespace cts
