// What a capture takes from its stream, and captures side by side.
#include "fixtures/harness/skip.hpp"
#include "tests/capture/capturing.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Mapped, "SCP-01/together: captures at one time record what is theirs, and all of it",
                 "[capture]") {
    constexpr size_t part = 4096;
    fill(address(), 2 * part, 1);
    Capturing first, second, idle;
    launch(multiply_add_call(address(), part, 3, 5), first.stream());
    launch(multiply_add_call(address() + part, part, 7, 2), second.stream());
    launch(multiply_add_call(address(), part, 11, 1), first.stream());
    launch(multiply_add_call(address() + part, part, 13, 4), second.stream());
    const EndedCapture none = idle.end();
    const EndedCapture one = first.end(), two = second.end();

    for (const EndedCapture* ended : {&one, &two}) {
        REQUIRE(ended->result == CUDA_SUCCESS);
        CHECK(nodes_of(ended->graph).size() == 2);
        CHECK(edge_count(ended->graph) == 1);
        const Exec exec = instantiate(ended->graph);
        run(exec);
    }
    CHECK(holds(address(), part, (1 * 3 + 5) * 11 + 1));
    CHECK(holds(address() + part, part, (1 * 7 + 2) * 13 + 4));
    CHECK(none.result == CUDA_SUCCESS); // nothing was captured, and nothing went wrong
    REQUIRE(none.gave_graph);
    CHECK(nodes_of(none.graph).empty());
}

// Runtime API, cudaGraphInstantiate: priorities of kernel nodes "are copied from stream priority during
// stream capture".
TEST_CASE_METHOD(Mapped, "SCP-01/priority: a captured kernel has the priority of its stream", "[capture]") {
    int least = 0, greatest = 0;
    must(cudaDeviceGetStreamPriorityRange(&least, &greatest), "cudaDeviceGetStreamPriorityRange");
    if (least == greatest) {
        skip("the device has one stream priority");
    }
    for (const int priority : {least, greatest}) {
        cudaStream_t made = nullptr;
        must(cudaStreamCreateWithPriority(&made, cudaStreamNonBlocking, priority),
             "cudaStreamCreateWithPriority");
        Capturing capture(Stream(made), CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
        launch(fill_call(address(), bytes(), 1), capture.stream());
        const EndedCapture ended = capture.end();
        REQUIRE(ended.result == CUDA_SUCCESS);
        cudaKernelNodeAttrValue told{};
        REQUIRE(cudaGraphKernelNodeGetAttribute(nodes_of(ended.graph).at(0), cudaLaunchAttributePriority,
                                                &told) == cudaSuccess);
        CHECK(told.priority == priority);
    }
}

} // namespace cts
