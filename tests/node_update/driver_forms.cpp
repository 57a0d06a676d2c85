// The driver's forms of the typed calls do what the runtime's do. A node of another graph has the parameters.
#include "tests/node_update/node_changes.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "SET-01/driver: the driver's form sets a kernel like the runtime's",
                 "[node_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_kernel(fill_call(second(3), 2 * cell_bytes, 2));
    const Exec exec = instantiate(old_work.graph);
    CUDA_KERNEL_NODE_PARAMS wanted{};
    REQUIRE(cuGraphKernelNodeGetParams(new_work.node, &wanted) == CUDA_SUCCESS);
    CHECK(cuGraphExecKernelNodeSetParams(exec, old_work.node, &wanted) == CUDA_SUCCESS);

    const Exec fresh = instantiate(new_work.graph);
    const Snapshot expected = effects(board, fresh);
    CHECK(difference(effects(board, exec), expected).empty());
    CHECK(kernel_sees(second(3), 2 * cell_bytes, 2));
}

TEST_CASE_METHOD(UpdateRung, "SET-07/driver: the driver's form sets a memset like the runtime's",
                 "[node_update]") {
    const OneNode old_work = one_memset(memset_words(first(0), cell_bytes, 1));
    const OneNode new_work = one_memset(memset_words(first(3), cell_bytes, 0x01020304));
    const Exec exec = instantiate(old_work.graph);
    CUDA_MEMSET_NODE_PARAMS wanted{};
    REQUIRE(cuGraphMemsetNodeGetParams(new_work.node, &wanted) == CUDA_SUCCESS);
    CHECK(cuGraphExecMemsetNodeSetParams(exec, old_work.node, &wanted, context()) == CUDA_SUCCESS);

    const Exec fresh = instantiate(new_work.graph);
    const Snapshot expected = effects(board, fresh);
    CHECK(difference(effects(board, exec), expected).empty());
    CHECK(kernel_sees(first(3), cell_bytes, 0x01020304));
}

TEST_CASE_METHOD(UpdateRung, "SET-04/driver: the driver's form sets a copy like the runtime's",
                 "[node_update]") {
    const OneNode old_work = one_copy(first(0), second(1), cell_bytes);
    const OneNode new_work = one_copy(first(3), second(2), cell_bytes);
    const Exec exec = instantiate(old_work.graph);
    CUDA_MEMCPY3D wanted{};
    REQUIRE(cuGraphMemcpyNodeGetParams(new_work.node, &wanted) == CUDA_SUCCESS);
    CHECK(cuGraphExecMemcpyNodeSetParams(exec, old_work.node, &wanted, context()) == CUDA_SUCCESS);

    const Exec fresh = instantiate(new_work.graph);
    const Snapshot expected = effects(board, fresh);
    CHECK(difference(effects(board, exec), expected).empty());
    CHECK(cell_holds_image_of(first(3), second(2)));
}

} // namespace cts
