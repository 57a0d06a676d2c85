#include "tests/graph_update/batch_memory_operations.hpp"

#include "tests/node_update/node_changes.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

NodeChange set_batch(const UpdateRung& rung, cudaGraphExec_t exec, cudaGraphNode_t node,
                     std::vector<CUstreamBatchMemOpParams> operations) {
    return [=, context = rung.context()]() mutable {
        const CUDA_BATCH_MEM_OP_NODE_PARAMS parameters = batch_parameters(context, operations);
        return static_cast<cudaError_t>(cuGraphExecBatchMemOpNodeSetParams(exec, node, &parameters));
    };
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "SET-13/address: addresses and values of a batch of writes may be set",
                 "[node_update]") {
    const std::vector new_operations{write_word(first(2), 3), write_word(second(1), 4),
                                     write_word(second(2), 6)};
    const OneNode old_work =
        one_batch(context(), {write_word(first(0), 1), write_word(first(1), 2), write_word(first(3), 5)});
    const OneNode new_work = one_batch(context(), new_operations);
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph),
                   set_batch(*this, exec, old_work.node, new_operations)));
    launch_on_image(exec);
    CHECK(word_at(second(1)) == 4);
    CHECK(word_at(second(2)) == 6);
}

TEST_CASE_METHOD(UpdateRung, "SET-13/wait: address, value and comparison of a wait may be set",
                 "[node_update]") {
    const std::vector new_operations{
        wait_for_word(second(1), board.image_at(second(1)) - 1, CU_STREAM_WAIT_VALUE_GEQ),
        write_word(first(0), 2)};
    const OneNode old_work =
        one_batch(context(), {wait_for_word(first(1), board.image_at(first(1))), write_word(first(0), 1)});
    const OneNode new_work = one_batch(context(), new_operations);
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph),
                   set_batch(*this, exec, old_work.node, new_operations)));
}

TEST_CASE_METHOD(UpdateRung, "SET-13/count: a batch with another number of operations is refused",
                 "[node_update]") {
    const OneNode old_work = one_batch(context(), {write_word(first(0), 1)});
    const Exec exec = instantiate(old_work.graph);
    const Snapshot before = effects(board, exec);

    CHECK(set_batch(*this, exec, old_work.node, {write_word(first(0), 3), write_word(first(1), 4)})() ==
          cudaErrorInvalidValue);

    CHECK(difference(effects(board, exec), before).empty());
    CHECK(set_batch(*this, exec, old_work.node, {write_word(first(1), 4)})() == cudaSuccess);
    launch_on_image(exec);
    CHECK(word_at(first(1)) == 4);
}

} // namespace cts
