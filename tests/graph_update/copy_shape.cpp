#include "tests/graph_update/copies.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

void try_shape(const UpdateRung& rung, const std::string& key, const OneNode& old_work,
               const OneNode& new_work) {
    CAPTURE(key);
    const Exec exec = instantiate(old_work.graph);
    const Verdict verdict =
        accepted_or_refused(rung.attempt(exec, old_work.graph, new_work.graph),
                            {cudaGraphExecUpdateErrorParametersChanged, {{new_work.node}}});
    CHECK(verdict);
    observe("UPD-26/" + key, verdict.result);
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "UPD-26/size: a copy of another size does all of it or is refused",
                 "[graph_update]") {
    const OneNode cell = one_copy(first(0), second(0), cell_bytes);
    try_shape(*this, "shorter", cell, one_copy(first(0), second(0), cell_bytes / 2));
    try_shape(*this, "longer", cell, one_copy(first(0), second(0), cell_bytes * 3));
}

TEST_CASE_METHOD(UpdateRung, "UPD-26/rows: a copy of rows that changes does all of it or is refused",
                 "[graph_update]") {
    const OneNode rows = one_copy_of_rows(copy_of_rows(first(0), second(0)));
    try_shape(*this, "rows, other address", rows, one_copy_of_rows(copy_of_rows(first(2), second(0))));
    try_shape(*this, "rows, other source", rows, one_copy_of_rows(copy_of_rows(first(0), second(3))));
    cudaMemcpy3DParms wider_apart = copy_of_rows(first(0), second(0));
    wider_apart.srcPtr.pitch = 2048;
    try_shape(*this, "rows, other pitch", rows, one_copy_of_rows(wider_apart));
    cudaMemcpy3DParms elsewhere = copy_of_rows(first(0), second(0));
    elsewhere.srcPos = {16, 2, 0};
    try_shape(*this, "rows, other position", rows, one_copy_of_rows(elsewhere));
    try_shape(*this, "rows, higher", rows, one_copy_of_rows(copy_of_rows(first(0), second(0), 8)));
    try_shape(*this, "rows->line", rows, one_copy(first(0), second(0), cell_bytes));
    try_shape(*this, "line->rows", one_copy(first(0), second(0), cell_bytes), rows);
}

} // namespace cts
