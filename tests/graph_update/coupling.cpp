#include "tests/graph_update/update_rung.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

// What the driver's own call answers, each field first set to what it may not answer.
struct DriverAnswer {
    CUgraphNode poison = reinterpret_cast<CUgraphNode>(&poison);
    CUgraphExecUpdateResultInfo info{CU_GRAPH_EXEC_UPDATE_ERROR_FUNCTION_CHANGED, poison, poison};
};

} // namespace

TEST_CASE_METHOD(UpdateRung, "UPD-01/success: success, the result SUCCESS and null nodes come together",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_kernel(fill_cell(first(0), 2));
    const Exec exec = instantiate(old_work.graph);
    DriverAnswer answer;

    CHECK(cuGraphExecUpdate(exec, new_work.graph, &answer.info) == CUDA_SUCCESS);

    CHECK(answer.info.result == CU_GRAPH_EXEC_UPDATE_SUCCESS);
    CHECK(answer.info.errorNode == nullptr);
    CHECK(answer.info.errorFromNode == nullptr);
    run(exec);
    CHECK(cell_holds(first(0), 2));
}

TEST_CASE_METHOD(UpdateRung, "UPD-01/refusal: a violated constraint returns 910 together with its reason",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_memset(memset_words(first(0), cell_bytes, 2));
    const Exec exec = instantiate(old_work.graph);
    DriverAnswer answer;

    CHECK(cuGraphExecUpdate(exec, new_work.graph, &answer.info) == CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE);

    CHECK(answer.info.result == CU_GRAPH_EXEC_UPDATE_ERROR_NODE_TYPE_CHANGED);
    CHECK(answer.info.errorNode == new_work.node);
    CHECK(answer.info.errorFromNode == nullptr);
    run(exec);
    CHECK(cell_holds(first(0), 1));
}

} // namespace cts
