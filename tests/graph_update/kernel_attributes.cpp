#include "tests/graph_update/kernel_attributes.hpp"

#include "fixtures/harness/skip.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "UPD-08/becomes: a plain kernel may not become a cooperative one",
                 "[graph_update]") {
    need(CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH, "COOPERATIVE_LAUNCH");
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = cooperative_kernel(first(0), 2);
    const Exec exec = instantiate(old_work.graph);

    const Verdict verdict =
        refused(attempt(exec, old_work.graph, new_work.graph), {std::nullopt, {{new_work.node}}});

    CHECK(verdict);
    observe("UPD-08/becomes cooperative", verdict.result);
}

TEST_CASE_METHOD(UpdateRung, "UPD-08/ceases: a cooperative kernel may not become a plain one",
                 "[graph_update]") {
    need(CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH, "COOPERATIVE_LAUNCH");
    const OneNode old_work = cooperative_kernel(first(0), 1);
    const OneNode new_work = one_kernel(fill_cell(first(0), 2));
    const Exec exec = instantiate(old_work.graph);

    const Verdict verdict =
        refused(attempt(exec, old_work.graph, new_work.graph), {std::nullopt, {{new_work.node}}});

    CHECK(verdict);
    observe("UPD-08/ceases to be cooperative", verdict.result);
}

TEST_CASE_METHOD(UpdateRung, "UPD-08/stays: a cooperative kernel may change its arguments",
                 "[graph_update]") {
    need(CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH, "COOPERATIVE_LAUNCH");
    const OneNode old_work = cooperative_kernel(first(0), 1);
    const OneNode new_work = cooperative_kernel(second(0), 2);
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-09/used: an exec that runs by node priority refuses another priority",
                 "[graph_update]") {
    int least = 0;
    int greatest = 0;
    must(cudaDeviceGetStreamPriorityRange(&least, &greatest), "cudaDeviceGetStreamPriorityRange");
    if (least == greatest) {
        skip("the device has one stream priority");
    }
    const OneNode old_work = kernel_of_priority(first(0), 1, least);
    const OneNode new_work = kernel_of_priority(first(0), 2, greatest);
    const OneNode same_priority = kernel_of_priority(first(0), 3, least);
    const Exec exec = instantiate(old_work.graph, cudaGraphInstantiateFlagUseNodePriority);

    CHECK(refused(attempt(exec, old_work.graph, new_work.graph),
                  {cudaGraphExecUpdateErrorAttributesChanged, {{new_work.node}}}));

    CHECK(accepted(attempt(exec, old_work.graph, same_priority.graph)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-09/clamped: priorities are compared before they are clamped",
                 "[graph_update]") {
    int least = 0;
    int greatest = 0;
    must(cudaDeviceGetStreamPriorityRange(&least, &greatest), "cudaDeviceGetStreamPriorityRange");
    const OneNode old_work = kernel_of_priority(first(0), 1, greatest - 1); // both are clamped to greatest
    const OneNode new_work = kernel_of_priority(first(0), 2, greatest - 2);
    const Exec exec = instantiate(old_work.graph, cudaGraphInstantiateFlagUseNodePriority);

    CHECK(refused(attempt(exec, old_work.graph, new_work.graph),
                  {cudaGraphExecUpdateErrorAttributesChanged, {{new_work.node}}}));
}

TEST_CASE_METHOD(UpdateRung, "UPD-09/unused: without the flag the priority may change", "[graph_update]") {
    int least = 0;
    int greatest = 0;
    must(cudaDeviceGetStreamPriorityRange(&least, &greatest), "cudaDeviceGetStreamPriorityRange");
    const OneNode old_work = kernel_of_priority(first(0), 1, least);
    const OneNode new_work = kernel_of_priority(first(0), 2, greatest);
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-10/new: a graph with a device-updatable kernel is refused",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = device_updatable_kernel(first(0), 2);
    const Exec exec = instantiate(old_work.graph);
    Attempt with_updatable = attempt(exec, old_work.graph, new_work.graph);
    with_updatable.new_graph_runs = false; // such a graph is instantiated once at most

    const Verdict verdict = refused(with_updatable, refused_somehow);

    CHECK(verdict);
    observe("UPD-10/new graph is device-updatable", whole_answer(verdict));
}

TEST_CASE_METHOD(UpdateRung, "UPD-10/old: an exec with a device-updatable kernel takes no update",
                 "[graph_update]") {
    const OneNode old_work = device_updatable_kernel(first(0), 1);
    const OneNode new_work = one_kernel(fill_cell(first(0), 2));
    const Exec exec = instantiate(old_work.graph);
    Attempt from_updatable = attempt(exec, old_work.graph, new_work.graph);
    from_updatable.old_graph_returns = false;

    const Verdict verdict = refused(from_updatable, refused_somehow);

    CHECK(verdict);
    observe("UPD-10/exec is device-updatable", whole_answer(verdict));
}

} // namespace cts
