#include "tests/graph_update/other_context.hpp"

#include "tests/graph_update/update_rung.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "UPD-06: a kernel may not move to another context", "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode same_context = one_kernel(fill_cell(first(0), 2));
    const Exec exec = instantiate(old_work.graph);
    const OtherContext other(device());
    const OneNode new_work = other.within([&] { return one_kernel(fill_cell(first(0), 2)); });
    Attempt leaving = attempt(exec, old_work.graph, new_work.graph);
    leaving.new_graph_runs = false; // nodes of two contexts in one process: not what is asked here

    CHECK(refused(leaving, {cudaGraphExecUpdateErrorUnsupportedFunctionChange, {{new_work.node}}}));

    CHECK(accepted(attempt(exec, old_work.graph, same_context.graph)));
}

} // namespace cts
