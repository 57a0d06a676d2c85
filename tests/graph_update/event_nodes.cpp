#include "tests/graph_update/event_nodes.hpp"

#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "UPD-27/record: the event of a record node may change", "[graph_update]") {
    const Event old_event = create_event(true);
    const Event new_event = create_event(true);
    const OneNode old_work = one_record(old_event);
    const OneNode new_work = one_record(new_event);
    const Exec exec = instantiate(old_work.graph);
    CHECK_FALSE(recorded(new_event));

    REQUIRE(update(exec, new_work.graph).error == cudaSuccess);

    run(exec);
    CHECK(recorded(new_event));
    CHECK_FALSE(recorded(old_event));
}

TEST_CASE_METHOD(UpdateRung, "UPD-27/wait: the event of a wait node may change", "[graph_update]") {
    const Event old_event = create_event();
    const Event new_event = create_event();
    must(cudaEventRecord(new_event, nullptr), "cudaEventRecord");
    const OneNode old_work = one_wait(old_event, first(0), 1);
    const OneNode new_work = one_wait(new_event, first(1), 2);
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));

    CHECK(cell_holds(first(1), 2));
}

} // namespace cts
