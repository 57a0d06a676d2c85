// A refused update leaves the whole exec as it was, wherever the offending node stands.
#include "tests/graph_update/update_rung.hpp"
#include "tests/prelude.hpp"

#include <catch2/generators/catch_generators.hpp>

namespace cts {
namespace {

constexpr size_t row_length = 14;

/// A row of kernels, memsets and copies in turn, each on a cell of its own. The node at `offending` is a host
/// function instead: another type.
struct Row {
    Graph graph = create_graph();
    std::vector<cudaGraphNode_t> nodes;
};
Row mixed_row(const UpdateRung& rung, uint32_t seed, size_t offending = row_length) {
    Row made;
    const auto cell = [&](size_t i) { return i < 7 ? rung.first(i) : rung.second(i - 7); };
    for (size_t i = 0; i < row_length; ++i) {
        const std::vector<cudaGraphNode_t> after(made.nodes.end() - (i == 0 ? 0 : 1), made.nodes.end());
        const uint32_t value = seed + static_cast<uint32_t>(i);
        cudaGraphNode_t node = nullptr;
        if (i == offending) {
            const cudaHostNodeParams parameters{[](void*) {}, nullptr};
            must(cudaGraphAddHostNode(&node, made.graph, after.data(), after.size(), &parameters),
                 "cudaGraphAddHostNode");
        } else if (i % 3 == 0) {
            node = add_kernel(made.graph, UpdateRung::fill_cell(cell(i), value), after);
        } else if (i % 3 == 1) {
            node = add_memset(made.graph, memset_words(cell(i), UpdateRung::cell_bytes, value), after);
        } else { // from the last cell of the same range, half a cell further for every 32 of the seed
            const CUdeviceptr source = (i < 7 ? rung.first(7) : rung.second(7)) + seed * 64;
            node = add_copy(made.graph, pointer(cell(i)), pointer(source), UpdateRung::cell_bytes / 4, after);
        }
        made.nodes.push_back(node);
    }
    return made;
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "UPD-32/nodes: nothing of a refused graph is applied, whichever node offends",
                 "[graph_update]") {
    const size_t offending = GENERATE(size_t{0}, size_t{1}, row_length / 2, row_length - 1);
    CAPTURE(offending);
    const Row old_work = mixed_row(*this, 32);
    const Row new_work = mixed_row(*this, 64, offending);
    const Row legal = mixed_row(*this, 64);
    const Exec exec = instantiate(old_work.graph);

    CHECK(refused(attempt(exec, old_work.graph, new_work.graph),
                  {cudaGraphExecUpdateErrorNodeTypeChanged, {{new_work.nodes[offending]}}}));

    CHECK(accepted(attempt(exec, old_work.graph, legal.graph)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-32/parameters: nothing is applied when only the last node's copy may not",
                 "[graph_update]") {
    const DeviceMemory block = allocate_device(cell_bytes);
    board.watch("the cudaMalloc block", device_address(block), cell_bytes);
    const auto row = [&](uint32_t seed, CUdeviceptr source) {
        OneNode made = one_kernel(fill_cell(first(0), seed));
        auto last = made.node;
        for (uint32_t i = 1; i < 6; ++i) {
            last = add_kernel(made.graph, fill_cell(first(i), seed + i), {last});
        }
        made.node = add_copy(made.graph, pointer(second(0)), pointer(source), cell_bytes, {last});
        return made;
    };
    const OneNode old_work = row(10, second(1));
    const OneNode new_work = row(20, device_address(block));
    const Exec exec = instantiate(old_work.graph);

    CHECK(refused(attempt(exec, old_work.graph, new_work.graph),
                  {cudaGraphExecUpdateErrorParametersChanged, {{new_work.node}}}));
}

TEST_CASE_METHOD(UpdateRung, "UPD-32/again: a refusal repeated many times still changes nothing",
                 "[graph_update]") {
    const Row old_work = mixed_row(*this, 32);
    const Row new_work = mixed_row(*this, 64, row_length - 1);
    const Exec exec = instantiate(old_work.graph);
    const Snapshot before = effects(board, exec);

    for (int i = 0; i < 20; ++i) {
        REQUIRE(update(exec, new_work.graph).error == cudaErrorGraphExecUpdateFailure);
    }

    CHECK(difference(effects(board, exec), before).empty());
}

} // namespace cts
