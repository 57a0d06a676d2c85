// Driver API, cuGraphExecUpdate: the result is CU_GRAPH_EXEC_UPDATE_ERROR "if passed an invalid value" and
// "if the update fails for a reason not listed above". A caller that looks at the result alone must not take
// a refusal for an update.
#include "tests/graph_update/kernel_attributes.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "UPD-46: the result of an update that was refused is not success",
                 "[graph_update]") {
    const OneNode work = one_kernel(fill_cell(first(0), 1));
    const OneNode updatable = device_updatable_kernel(first(0), 2);
    const Exec exec = instantiate(work.graph);
    struct {
        const char* what;
        CUgraphExec exec;
        CUgraph graph;
    } const refused[] = {{"no exec", nullptr, work.graph},
                         {"no graph", exec, nullptr},
                         {"a device-updatable kernel", exec, updatable.graph}};

    std::string says_success;
    for (const auto& update : refused) {
        CAPTURE(update.what);
        CUgraphExecUpdateResultInfo info{CU_GRAPH_EXEC_UPDATE_ERROR_FUNCTION_CHANGED};
        CHECK(cuGraphExecUpdate(update.exec, update.graph, &info) != CUDA_SUCCESS);
        if (info.result == CU_GRAPH_EXEC_UPDATE_SUCCESS) {
            says_success += (says_success.empty() ? "" : ", ") + std::string(update.what);
        }
    }
    CHECK(says_success == "");
}

} // namespace cts
