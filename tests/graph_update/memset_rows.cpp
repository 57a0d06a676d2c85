#include "tests/graph_update/memset_rows.hpp"

#include "tests/prelude.hpp"

namespace cts {

// The API page allows it, the Programming Guide speaks of one-dimensional nodes only: the answer is recorded.
TEST_CASE_METHOD(UpdateRung, "UPD-18/address: a memset of rows takes another address and value, or refuses",
                 "[graph_update]") {
    const OneNode old_work = one_memset(memset_rows(first(0), 5));
    const OneNode new_work = one_memset(memset_rows(first(2), 6));
    const Exec exec = instantiate(old_work.graph);

    const Verdict verdict =
        accepted_or_refused(attempt(exec, old_work.graph, new_work.graph),
                            {cudaGraphExecUpdateErrorParametersChanged, {{new_work.node}}});

    CHECK(verdict);
    observe("UPD-18/rows, address and value", verdict.result);
}

TEST_CASE_METHOD(UpdateRung, "UPD-18/dimension: a memset of rows may not change a dimension",
                 "[graph_update]") {
    for (const RowsChange& change : dimension_changes) {
        CAPTURE(change.name);
        const OneNode old_work = one_memset(memset_rows(first(0), 5));
        const OneNode new_work = one_memset(changed_rows(first(0), 6, change));
        const Exec exec = instantiate(old_work.graph);

        CHECK(refused(attempt(exec, old_work.graph, new_work.graph),
                      {cudaGraphExecUpdateErrorParametersChanged, {{new_work.node}}}));
    }
}

TEST_CASE_METHOD(UpdateRung, "UPD-18/rows: a memset may not turn from one row to several, or back",
                 "[graph_update]") {
    const OneNode line = one_memset(memset_words(first(0), cell_bytes, 5));
    const OneNode rows = one_memset(memset_rows(first(0), 6));
    const Exec of_line = instantiate(line.graph);
    const Exec of_rows = instantiate(rows.graph);

    CHECK(refused(attempt(of_line, line.graph, rows.graph),
                  {cudaGraphExecUpdateErrorParametersChanged, {{rows.node}}}));
    CHECK(refused(attempt(of_rows, rows.graph, line.graph),
                  {cudaGraphExecUpdateErrorParametersChanged, {{line.node}}}));
}

} // namespace cts
