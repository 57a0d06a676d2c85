// Driver API, cuGraphLaunch: launches of one executable graph do not overlap, in whatever streams, and each
// follows the earlier work of its stream.
#include "tests/prelude.hpp"

#include <array>
#include <future>

namespace cts {

namespace {

constexpr size_t size = size_t{256} << 10;

/// data goes through a scratch range and back, data = data * 3 + 5: two launches at a time would lose one.
class Passing : public Mapped {
  public:
    Passing() : memory_(allocate()), scratch_(map(at(2), memory_)) {
        const Graph graph = create_graph();
        const auto out = add_kernel(graph, copy_call(at(2), address(), size));
        const auto change = add_kernel(graph, multiply_add_call(at(2), size, 3, 5), {out});
        add_kernel(graph, copy_call(address(), at(2), size), {change});
        exec_ = instantiate(graph);
    }
    cudaGraphExec_t exec() const { return exec_; }

  private:
    Allocation memory_;
    Mapping scratch_;
    Exec exec_;
};

} // namespace

TEST_CASE_METHOD(Passing,
                 "INS-05/streams: launches of one executable graph in several streams do not overlap",
                 "[instantiate]") {
    fill(address(), size, 1);
    const std::array streams = {create_stream(), create_stream(), create_stream(), create_stream(),
                                create_stream(), create_stream(), create_stream(), create_stream()};
    uint32_t expected = 1;
    for (int launch = 0; launch < 32; ++launch) {
        REQUIRE(cuGraphLaunch(exec(), streams[launch % streams.size()]) == CUDA_SUCCESS);
        expected = expected * 3 + 5;
    }
    for (const Stream& stream : streams) {
        REQUIRE(cuStreamSynchronize(stream) == CUDA_SUCCESS);
    }
    CHECK(holds(address(), size, expected));
    CHECK(kernel_sees(address(), size, expected));
}

TEST_CASE_METHOD(Passing,
                 "INS-05/behind: a launch follows the earlier work of its stream and precedes the later",
                 "[instantiate]") {
    const Allocation memory = allocate();
    const Mapping kept = map(at(3), memory);
    const Stream stream = create_stream();
    for (uint32_t round = 0; round < 8; ++round) {
        launch(fill_call(address(), size, 100 + round), stream);
        REQUIRE(cuGraphLaunch(exec(), stream) == CUDA_SUCCESS);
        launch(copy_call(at(3), address(), size), stream);
        launch(fill_call(address(), size, 0), stream);
        REQUIRE(cuStreamSynchronize(stream) == CUDA_SUCCESS);
        CHECK(holds(at(3), size, (100 + round) * 3 + 5));
        CHECK(holds(address(), size, 0));
    }
}

TEST_CASE_METHOD(Passing, "INS-05/waiting: a launch waits for work of its stream that is still running",
                 "[instantiate]") {
    need_asynchrony();
    constexpr uint64_t limit_ns = 5'000'000'000;
    fill(address(), size, 1);
    const PinnedMemory flag = allocate_pinned(sizeof(uint32_t));
    auto* const raised = static_cast<volatile uint32_t*>(flag.get());
    *raised = 0;
    const Stream stream = create_stream();
    launch(call_once(kernels::wait_for_flag, raised, limit_ns), stream);
    launch(fill_call(address(), size, 7), stream);
    REQUIRE(cuGraphLaunch(exec(), stream) == CUDA_SUCCESS);
    CHECK(cuStreamQuery(stream) == CUDA_ERROR_NOT_READY);
    *raised = 1;
    REQUIRE(cuStreamSynchronize(stream) == CUDA_SUCCESS);
    CHECK(holds(address(), size, 26));
}

TEST_CASE_METHOD(Passing, "INS-05/entries: every entry of a launch waits for all that its stream waits for",
                 "[instantiate]") {
    need_asynchrony();
    constexpr uint64_t limit_ns = 5'000'000'000;
    constexpr size_t entries = 3, part = 16384;
    const Graph graph = create_graph();
    for (size_t i = 0; i < entries; ++i) {
        add_kernel(graph, multiply_add_call(address() + i * part, part, 3, 5));
    }
    const Exec wide = instantiate(graph);
    fill(address(), entries * part, 1);
    const PinnedMemory flag = allocate_pinned(sizeof(uint32_t));
    auto* const raised = static_cast<volatile uint32_t*>(flag.get());
    const Stream before = create_stream(), stream = create_stream();
    const Event event = create_event();
    for (const bool in_other_stream : {false, true}) {
        CAPTURE(in_other_stream);
        *raised = 0;
        const CUstream busy = in_other_stream ? before : stream;
        launch(call_once(kernels::wait_for_flag, raised, limit_ns), busy);
        launch(fill_call(address(), entries * part, 7), busy);
        if (in_other_stream) {
            REQUIRE(cuEventRecord(event, before) == CUDA_SUCCESS);
            REQUIRE(cuStreamWaitEvent(stream, event, 0) == CUDA_SUCCESS);
        }
        REQUIRE(cuGraphLaunch(wide, stream) == CUDA_SUCCESS);
        CHECK(cuStreamQuery(stream) == CUDA_ERROR_NOT_READY);
        *raised = 1;
        REQUIRE(cuStreamSynchronize(stream) == CUDA_SUCCESS);
        CHECK(holds(address(), entries * part, 26));
    }
}

TEST_CASE_METHOD(Passing, "INS-05/thread: an executable graph is launched on any thread and in any stream",
                 "[instantiate]") {
    fill(address(), size, 1);
    const Stream stream = create_stream();
    const auto launch_on_thread = [&](CUstream where) {
        return std::async(std::launch::async,
                          [&, where] {
                              must(cuCtxSetCurrent(context()), "cuCtxSetCurrent");
                              const CUresult result = cuGraphLaunch(exec(), where);
                              must(cuStreamSynchronize(where), "cuStreamSynchronize");
                              return result;
                          })
            .get();
    };
    uint32_t expected = 1;
    for (const CUstream where : {CUstream{stream}, CU_STREAM_PER_THREAD, CU_STREAM_LEGACY}) {
        CHECK(launch_on_thread(where) == CUDA_SUCCESS);
        expected = expected * 3 + 5;
        CHECK(holds(address(), size, expected));
        CHECK(cuGraphLaunch(exec(), where) == CUDA_SUCCESS);
        REQUIRE(cuStreamSynchronize(where) == CUDA_SUCCESS);
        expected = expected * 3 + 5;
        CHECK(holds(address(), size, expected));
    }
}

} // namespace cts
