// The order of a graph holds however many edges meet at a node and however deep its child graphs lie
// (Programming Guide, CUDA graphs: a node runs once the nodes that it depends on are complete).
#include "tests/graph_update/child_graph.hpp"
#include "tests/graph_update/copies.hpp"
#include "tests/graph_update/event_nodes.hpp"
#include "tests/graph_update/host_work.hpp"
#include "tests/graph_update/in_flight.hpp"
#include "tests/prelude.hpp"

#include <chrono>
#include <thread>

namespace cts {

namespace {

constexpr uint32_t many = 40;
constexpr size_t slot = 4096;

void CUDART_CB take_time(void* milliseconds) {
    std::this_thread::sleep_for(std::chrono::milliseconds(*static_cast<const int*>(milliseconds)));
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "INS-21/fan-out: each of many nodes waits for the one that all depend on",
                 "[instantiate]") {
    const Graph graph = create_graph();
    const auto root = add_kernel(graph, fill_call(first(0), many * slot, 2));
    for (uint32_t i = 0; i < many; ++i) {
        add_kernel(graph, multiply_add_call(first(0) + i * slot, slot, 3, i), {root});
    }
    const Exec exec = instantiate(graph);
    for (int replay = 0; replay < 2; ++replay) {
        fill(first(0), many * slot, 7);
        run(exec);
        for (uint32_t i = 0; i < many; ++i) {
            CHECK(holds(first(0) + i * slot, slot, 6 + i));
        }
    }
}

TEST_CASE_METHOD(UpdateRung, "INS-21/entries: each of many nodes that depend on none runs", "[instantiate]") {
    const Graph graph = create_graph();
    for (uint32_t i = 0; i < many; ++i) {
        add_kernel(graph, multiply_add_call(first(0) + i * slot, slot, 3, i));
    }
    const Exec exec = instantiate(graph);
    fill(first(0), many * slot, 2);
    run(exec);
    for (uint32_t i = 0; i < many; ++i) {
        CHECK(holds(first(0) + i * slot, slot, 6 + i));
    }
}

TEST_CASE_METHOD(UpdateRung, "INS-21/diamond: a node behind two branches of one origin waits for both",
                 "[instantiate]") {
    for (const int late : {0, 1}) { // which of the branches the last node reads
        const Graph graph = create_graph();
        const auto origin = add_kernel(graph, fill_cell(first(0), 5));
        const auto left = add_kernel(graph, copy_call(first(1), first(0), cell_bytes), {origin});
        const auto right = add_kernel(graph, copy_call(first(2), first(0), cell_bytes), {origin});
        add_kernel(graph, copy_call(first(3), first(late == 0 ? 1 : 2), cell_bytes), {left, right});
        const Exec exec = instantiate(graph);
        launch_on_image(exec);
        CHECK(cell_holds(first(3), 5));
    }
}

TEST_CASE_METHOD(UpdateRung, "INS-21/levels: the nodes of child graphs run at every depth", "[instantiate]") {
    const OneNode inner = one_kernel(step(first(0), 3, 5));
    const OneNode first_level = wrap(inner.graph);
    const OneNode second_level = wrap(first_level.graph);
    const OneNode third_level = wrap(second_level.graph);
    add_kernel(third_level.graph, step(first(0), 7, 2), {third_level.node});
    const Exec exec = instantiate(third_level.graph);
    launch_on_image(exec);
    CHECK(word_at(first(0)) == (board.image_at(first(0)) * 3 + 5) * 7 + 2);
}

TEST_CASE_METHOD(UpdateRung, "INS-21/child: a child graph of many nodes runs whole", "[instantiate]") {
    const Graph inside = create_graph();
    std::vector<cudaGraphNode_t> last;
    uint32_t expected = 1;
    for (uint32_t i = 0; i < many; ++i) {
        last = {add_kernel(inside, multiply_add_call(first(0), slot, 3, i), last)};
        expected = expected * 3 + i;
    }
    const OneNode work = wrap(inside);
    const Exec exec = instantiate(work.graph);
    fill(first(0), slot, 1);
    run(exec);
    CHECK(holds(first(0), slot, expected));

    const Graph wide = create_graph(),
                outer = create_graph(); // each entry waits, and each exit is waited for
    for (uint32_t i = 0; i < 3; ++i) {
        add_kernel(wide, multiply_add_call(first(0) + i * slot, slot, 3, i));
    }
    // Added in reverse, so that the order comes from the edges alone.
    const auto behind = add_kernel(outer, multiply_add_call(first(0), 3 * slot, 7, 4));
    cudaGraphNode_t child = nullptr;
    must(cudaGraphAddChildGraphNode(&child, outer, nullptr, 0, wide), "cudaGraphAddChildGraphNode");
    const auto front = add_kernel(outer, fill_call(first(0), 3 * slot, 2));
    REQUIRE(add_edge(outer, front, child) == cudaSuccess);
    REQUIRE(add_edge(outer, child, behind) == cudaSuccess);
    const Exec outer_exec = instantiate(outer);
    run(outer_exec);
    for (uint32_t i = 0; i < 3; ++i) {
        CHECK(holds(first(0) + i * slot, slot, (2 * 3 + i) * 7 + 4));
    }
}

TEST_CASE_METHOD(UpdateRung, "INS-21/barriers: a node waits for what lies in front of any kind of node",
                 "[instantiate]") {
    const HostCells host(*this);
    HostWork host_work{host.at(0), 7};
    const Event event = create_event(true);
    const Graph graph = create_graph();
    // Added in reverse, so that the order comes from the edges alone.
    const auto fourth = add_kernel(graph, step(first(0), 13, 2));
    const auto third = add_kernel(graph, step(first(0), 11, 6));
    const auto second = add_kernel(graph, step(first(0), 7, 4));
    const auto origin = add_kernel(graph, step(first(0), 3, 5));
    cudaGraphNode_t empty = nullptr, record = nullptr, function = nullptr;
    must(cudaGraphAddEmptyNode(&empty, graph, &origin, 1), "cudaGraphAddEmptyNode");
    must(cudaGraphAddEventRecordNode(&record, graph, &second, 1, event), "cudaGraphAddEventRecordNode");
    const cudaHostNodeParams call{write_cell, &host_work};
    must(cudaGraphAddHostNode(&function, graph, &third, 1, &call), "cudaGraphAddHostNode");
    REQUIRE(add_edge(graph, empty, second) == cudaSuccess);
    REQUIRE(add_edge(graph, record, third) == cudaSuccess);
    REQUIRE(add_edge(graph, function, fourth) == cudaSuccess);
    const Exec exec = instantiate(graph);
    for (int replay = 0; replay < 5; ++replay) {
        launch_on_image(exec);
        CHECK(word_at(first(0)) == (((board.image_at(first(0)) * 3 + 5) * 7 + 4) * 11 + 6) * 13 + 2);
        CHECK(cell_holds(host.at(0), 7));
    }
    CHECK(recorded(event));
}

TEST_CASE_METHOD(UpdateRung, "INS-21/wait: what lies behind a wait node runs when the event is complete",
                 "[instantiate]") {
    need_asynchrony();
    const Stream before = create_stream(), stream = create_stream();
    const Event event = create_event();
    const OneNode work = one_wait(event, first(0), 2);
    const Exec exec = instantiate(work.graph);
    run(exec, stream); // an event that was never recorded holds nothing back
    CHECK(cell_holds(first(0), 2));
    Gate gate;
    for (int launches = 0; launches < 3; ++launches) { // each waits anew
        fill(first(0), cell_bytes, 1);
        gate.close();
        launch(gate.wait_call(), before);
        must(cudaEventRecord(event, before), "cudaEventRecord");

        REQUIRE(cudaGraphLaunch(exec, stream) == cudaSuccess);
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        CHECK(cudaStreamQuery(stream) == cudaErrorNotReady);
        (void)cudaGetLastError();
        gate.open();
        REQUIRE(cudaStreamSynchronize(stream) == cudaSuccess);
        CHECK(cudaEventQuery(event) == cudaSuccess);
        CHECK(cell_holds(first(0), 2));
        must(cudaStreamSynchronize(before), "cudaStreamSynchronize");
    }
}

// What lies in front of the second record takes some time: that time lies between the two records, if each
// stands where its node does.
TEST_CASE_METHOD(UpdateRung, "INS-21/record: a record node records behind what lies in front, in each launch",
                 "[instantiate]") {
    const Event begun = create_event(true), ended = create_event(true);
    int milliseconds = 0;
    const Graph graph = create_graph();
    cudaGraphNode_t first_record = nullptr, pause = nullptr, second_record = nullptr;
    // Added in reverse, so that the order comes from the edges alone.
    must(cudaGraphAddEventRecordNode(&second_record, graph, nullptr, 0, ended),
         "cudaGraphAddEventRecordNode");
    const cudaHostNodeParams call{take_time, &milliseconds};
    must(cudaGraphAddHostNode(&pause, graph, nullptr, 0, &call), "cudaGraphAddHostNode");
    must(cudaGraphAddEventRecordNode(&first_record, graph, nullptr, 0, begun), "cudaGraphAddEventRecordNode");
    REQUIRE(add_edge(graph, first_record, pause) == cudaSuccess);
    REQUIRE(add_edge(graph, pause, second_record) == cudaSuccess);
    const Exec exec = instantiate(graph);
    for (const int taken : {3, 9}) { // the second launch has times of its own
        milliseconds = taken;
        run(exec);
        float between = 0;
        REQUIRE(cudaEventElapsedTime(&between, begun, ended) == cudaSuccess);
        CHECK(between > static_cast<float>(taken) * 0.75F);
    }
}

} // namespace cts
