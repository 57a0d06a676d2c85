// Programs built with a toolkit before 12.0 call the form of the call that answers by two pointers.
#include "tests/graph_update/update_rung.hpp"
#include "tests/graph_update/weave.hpp"
#include "tests/prelude.hpp"

#include <cudaTypedefs.h>

namespace cts {
namespace {

PFN_cuGraphExecUpdate_v10020 old_update() {
    void* const found = find_entry_point("cuGraphExecUpdate", 10020);
    if (found == nullptr) {
        skip_missing_entry_point("cuGraphExecUpdate", 10020);
    }
    return reinterpret_cast<PFN_cuGraphExecUpdate_v10020>(found);
}

struct OldAnswer {
    CUgraphNode node = reinterpret_cast<CUgraphNode>(&node);
    CUgraphExecUpdateResult result = CU_GRAPH_EXEC_UPDATE_ERROR_FUNCTION_CHANGED;
};

} // namespace

TEST_CASE_METHOD(UpdateRung, "UPD-38/success: the form of 10.2 updates like that of 12.0", "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_kernel(fill_cell(second(0), 2));
    const Exec exec = instantiate(old_work.graph);
    OldAnswer answer;

    CHECK(old_update()(exec, new_work.graph, &answer.node, &answer.result) == CUDA_SUCCESS);

    CHECK(answer.result == CU_GRAPH_EXEC_UPDATE_SUCCESS);
    CHECK(answer.node == nullptr);
    launch_on_image(exec);
    CHECK(cell_holds(second(0), 2));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-38/refusal: the form of 10.2 refuses what that of 12.0 refuses",
                 "[graph_update]") {
    const Woven old_work = weave(*this, {{}, {0}, {1}}, 10);
    const Woven more_nodes = weave(*this, {{}, {0}, {1}, {2}}, 20);
    const Woven more_edges = weave(*this, {{}, {0}, {1, 0}}, 20);
    const Woven other_type = weave(*this, {{}, {0}}, 20);
    add_memset(other_type.graph, memset_words(first(2), cell_bytes, 2), {other_type.nodes[1]});
    const Exec exec = instantiate(old_work.graph);

    const std::pair<std::string, const Woven&> refused_graphs[] = {
        {"more nodes", more_nodes}, {"more edges", more_edges}, {"other type", other_type}};
    for (const auto& [name, refused] : refused_graphs) {
        CAPTURE(name);
        OldAnswer answer;
        CUgraphExecUpdateResultInfo info{};
        CHECK(old_update()(exec, refused.graph, &answer.node, &answer.result) ==
              CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE);
        CHECK(cuGraphExecUpdate(exec, refused.graph, &info) == CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE);
        CHECK(answer.result != CU_GRAPH_EXEC_UPDATE_SUCCESS);
        CHECK(answer.result != CU_GRAPH_EXEC_UPDATE_ERROR_FUNCTION_CHANGED);
        CHECK(info.result != CU_GRAPH_EXEC_UPDATE_SUCCESS);
        // What is documented today are the results and nodes of the form of 12.0.
        observe("UPD-38/" + name + ", result of 10.2", answer.result);
        observe("UPD-38/" + name + ", node of 10.2", answer.node == info.errorNode ? "that of 12.0"
                                                     : answer.node == nullptr      ? "none"
                                                                                   : "another");
    }
    launch_on_image(exec);
    CHECK(cell_holds(first(0), 10));
    CHECK(cell_holds(first(2), 12));
}

} // namespace cts
