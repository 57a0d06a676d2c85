#include "tests/graph_update/conditional.hpp"

#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "UPD-30/body: parameters inside a conditional body may change",
                 "[graph_update]") {
    const OneCondition old_work = one_condition(context(), first(0), 1, 1);
    const OneCondition new_work = one_condition(context(), second(3), 2, 1);
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));

    CHECK(cell_holds(second(3), 2));
}

TEST_CASE_METHOD(UpdateRung, "UPD-30/default: the handle's default value is that of the new graph",
                 "[graph_update]") {
    const OneCondition taken = one_condition(context(), first(0), 1, 1);
    const OneCondition passed = one_condition(context(), first(0), 1, 0);
    const OneCondition taken_again = one_condition(context(), first(0), 1, 1);
    const Exec exec = instantiate(taken.graph); // a graph with a condition has one exec at a time

    CHECK(accepted(attempt(exec, taken.graph, passed.graph)));

    CHECK(cell_holds_image_of(first(0), first(0)));
    CHECK(accepted(attempt(exec, passed.graph, taken_again.graph)));
    CHECK(cell_holds(first(0), 1));
}

// The condition is zero, or the loop would never end.
TEST_CASE_METHOD(UpdateRung, "UPD-30/type: a conditional node may not change its own parameters",
                 "[graph_update]") {
    const OneCondition branch = one_condition(context(), first(0), 1, 1);
    const OneCondition loop = one_condition(context(), first(0), 1, 0, CU_GRAPH_COND_TYPE_WHILE);
    const Exec exec = instantiate(branch.graph);

    const Verdict verdict =
        refused(attempt(exec, branch.graph, loop.graph), {std::nullopt, std::nullopt, std::nullopt});

    CHECK(verdict);
    observe("UPD-30/branch->loop", verdict.result);
}

TEST_CASE_METHOD(UpdateRung, "UPD-30/body type: another node type inside a conditional body is refused",
                 "[graph_update]") {
    const OneCondition old_work = one_condition(context(), first(0), 1, 1);
    const OneCondition new_work = empty_condition(context(), 1, CU_GRAPH_COND_TYPE_IF);
    add_memset(new_work.body, memset_words(first(0), cell_bytes, 2));
    const Exec exec = instantiate(old_work.graph);

    CHECK(refused(attempt(exec, old_work.graph, new_work.graph),
                  {cudaGraphExecUpdateErrorNodeTypeChanged, std::nullopt}));
}

TEST_CASE_METHOD(UpdateRung, "UPD-30/body nodes: another number of nodes in a conditional body is refused",
                 "[graph_update]") {
    const OneCondition old_work = one_condition(context(), first(0), 1, 1);
    const OneCondition new_work = one_condition(context(), first(1), 2, 1);
    add_kernel(new_work.body, fill_cell(first(2), 3));
    const Exec exec = instantiate(old_work.graph);

    CHECK(refused(attempt(exec, old_work.graph, new_work.graph),
                  {cudaGraphExecUpdateErrorTopologyChanged, std::nullopt, std::nullopt}));
}

} // namespace cts
