#include "tests/graph_update/update_rung.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "UPD-36/exec: an update of no exec is refused", "[graph_update]") {
    const OneNode work = one_kernel(fill_cell(first(0), 1));
    CUgraphExecUpdateResultInfo info{CU_GRAPH_EXEC_UPDATE_ERROR_FUNCTION_CHANGED};

    const CUresult result = cuGraphExecUpdate(nullptr, work.graph, &info);

    CHECK(result != CUDA_SUCCESS);
    observe("UPD-36/no exec", result);
    observe("UPD-36/no exec, result", info.result);
}

TEST_CASE_METHOD(UpdateRung, "UPD-36/graph: an update without a graph is refused and changes nothing",
                 "[graph_update]") {
    const OneNode work = one_kernel(fill_cell(first(0), 1));
    const Exec exec = instantiate(work.graph);
    CUgraphExecUpdateResultInfo info{CU_GRAPH_EXEC_UPDATE_ERROR_FUNCTION_CHANGED};

    const CUresult result = cuGraphExecUpdate(exec, nullptr, &info);

    CHECK(result != CUDA_SUCCESS);
    observe("UPD-36/no graph", result);
    observe("UPD-36/no graph, result", info.result);
    launch_on_image(exec);
    CHECK(cell_holds(first(0), 1));
    CHECK(unchanged(attempt(exec, work.graph, work.graph)));
}

namespace {

// In a process of its own: no document says what a null resultInfo does.
CHILD(update_without_result_info) {
    const UpdateRung rung;
    const OneNode old_work = one_kernel(UpdateRung::fill_cell(rung.first(0), 1));
    const OneNode new_work = one_kernel(UpdateRung::fill_cell(rung.first(0), 2));
    const Exec exec = instantiate(old_work.graph);

    const CUresult result = cuGraphExecUpdate(exec, new_work.graph, nullptr);
    parent.report("result", result);
    rung.launch_on_image(exec);
    parent.report("value", word_at(rung.first(0)));
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "UPD-36/info: an update without room for its result does all or nothing",
                 "[graph_update][sacrifices]") {
    Peer child(update_without_result_info);
    const ChildReport& report = child.wait();

    const bool survived = report.finished;
    observe("UPD-36/no result info", survived ? name_of(report.driver_result("result")) : "the process ends");
    const long long right = survived ? (report.driver_result("result") == CUDA_SUCCESS ? 2 : 1) : 0;
    CHECK((survived ? report.number("value") : 0) == right);
    CHECK_FALSE(report.timed_out);
}

} // namespace cts
