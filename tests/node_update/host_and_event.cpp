#include "tests/graph_update/copies.hpp"
#include "tests/graph_update/event_nodes.hpp"
#include "tests/graph_update/host_work.hpp"
#include "tests/graph_update/in_flight.hpp"
#include "tests/node_update/node_changes.hpp"
#include "tests/prelude.hpp"

#include <chrono>
#include <thread>

namespace cts {

TEST_CASE_METHOD(UpdateRung, "SET-15/host: function and data of a host node may be set", "[node_update]") {
    const HostCells host(*this);
    HostWork before{host.at(0), 5};
    HostWork after{host.at(1), 6};
    const OneNode old_work = one_host_node(write_cell, before);
    const OneNode new_work = one_host_node(write_cell_rising, after);
    const Exec exec = instantiate(old_work.graph);
    const cudaHostNodeParams wanted{write_cell_rising, &after};

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph),
                   [&] { return cudaGraphExecHostNodeSetParams(exec, old_work.node, &wanted); }));

    launch_on_image(exec);
    CHECK(holds_ramp(host.at(1), cell_bytes, 7));
}

TEST_CASE_METHOD(UpdateRung, "SET-15/record: the event of a record node may be set", "[node_update]") {
    const Event old_event = create_event(true);
    const Event new_event = create_event(true);
    const OneNode work = one_record(old_event);
    const Exec exec = instantiate(work.graph);
    CHECK_FALSE(recorded(new_event));

    REQUIRE(cudaGraphExecEventRecordNodeSetEvent(exec, work.node, new_event) == cudaSuccess);

    run(exec);
    CHECK(recorded(new_event));
    CHECK_FALSE(recorded(old_event));
    cudaEvent_t kept = nullptr;
    must(cudaGraphEventRecordNodeGetEvent(work.node, &kept), "cudaGraphEventRecordNodeGetEvent");
    CHECK(kept == old_event.get());
}

TEST_CASE_METHOD(UpdateRung, "SET-15/wait: the event of a wait node may be set", "[node_update]") {
    const Event old_event = create_event();
    const Event new_event = create_event();
    const OneNode work = one_wait(old_event, first(0), 1);
    const Exec exec = instantiate(work.graph);

    REQUIRE(cudaGraphExecEventWaitNodeSetEvent(exec, work.node, new_event) == cudaSuccess);

    launch_on_image(exec);
    CHECK(cell_holds(first(0), 1));
    cudaEvent_t kept = nullptr;
    must(cudaGraphEventWaitNodeGetEvent(work.node, &kept), "cudaGraphEventWaitNodeGetEvent");
    CHECK(kept == old_event.get());
}

TEST_CASE_METHOD(UpdateRung, "SET-15/waiting: a launch waits for the event that its wait node was set to",
                 "[node_update]") {
    need_asynchrony();
    const Stream busy = create_stream(), stream = create_stream();
    const Event never = create_event(), pending = create_event();
    const OneNode work = one_wait(never, first(0), 1);
    for (const bool by_driver : {false, true}) {
        CAPTURE(by_driver);
        fill(first(0), cell_bytes, 7);
        Gate gate;
        launch(gate.wait_call(), busy);
        must(cudaEventRecord(pending, busy), "cudaEventRecord");
        const Exec exec = instantiate(work.graph);
        if (by_driver) {
            REQUIRE(cuGraphExecEventWaitNodeSetEvent(exec, work.node, pending) == CUDA_SUCCESS);
        } else {
            REQUIRE(cudaGraphExecEventWaitNodeSetEvent(exec, work.node, pending) == cudaSuccess);
        }
        REQUIRE(cuGraphLaunch(exec, stream) == CUDA_SUCCESS);
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        CHECK(cuStreamQuery(stream) == CUDA_ERROR_NOT_READY);
        gate.open();
        REQUIRE(cuStreamSynchronize(stream) == CUDA_SUCCESS);
        CHECK(cell_holds(first(0), 1));
        must(cuStreamSynchronize(busy), "cuStreamSynchronize");
    }
}

TEST_CASE_METHOD(UpdateRung, "SET-15/driver: the driver's forms set host and record nodes like the runtime's",
                 "[node_update]") {
    const HostCells host(*this);
    HostWork before{host.at(0), 5};
    HostWork after{host.at(1), 6};
    const OneNode host_work = one_host_node(write_cell, before);
    const Exec host_exec = instantiate(host_work.graph);
    const CUDA_HOST_NODE_PARAMS wanted{write_cell_rising, &after};
    REQUIRE(cuGraphExecHostNodeSetParams(host_exec, host_work.node, &wanted) == CUDA_SUCCESS);
    launch_on_image(host_exec);
    CHECK(holds_ramp(host.at(1), cell_bytes, 7));
    CHECK(cell_holds_image_of(host.at(0), host.at(0)));

    const Event old_event = create_event(true);
    const Event new_event = create_event(true);
    const OneNode record = one_record(old_event);
    const Exec exec = instantiate(record.graph);
    REQUIRE(cuGraphExecEventRecordNodeSetEvent(exec, record.node, new_event) == CUDA_SUCCESS);
    run(exec);
    CHECK(recorded(new_event));
    CHECK_FALSE(recorded(old_event));
}

} // namespace cts
