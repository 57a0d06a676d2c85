#include "tests/graph_update/update_rung.hpp"
#include "tests/prelude.hpp"

#include <catch2/generators/catch_generators.hpp>

namespace cts {
namespace {

using AddNode = cudaGraphNode_t (*)(cudaGraph_t graph, CUdeviceptr cell, cudaGraphNode_t after);

cudaGraphNode_t add_kernel_node(cudaGraph_t graph, CUdeviceptr cell, cudaGraphNode_t after) {
    return add_kernel(graph, UpdateRung::fill_cell(cell, 70), {after});
}
cudaGraphNode_t add_memset_node(cudaGraph_t graph, CUdeviceptr cell, cudaGraphNode_t after) {
    return add_memset(graph, memset_words(cell, UpdateRung::cell_bytes, 80), {after});
}
cudaGraphNode_t add_copy_node(cudaGraph_t graph, CUdeviceptr cell, cudaGraphNode_t after) {
    return add_copy(graph, pointer(cell), pointer(cell + UpdateRung::cell_bytes), UpdateRung::cell_bytes,
                    {after});
}
cudaGraphNode_t add_empty_node(cudaGraph_t graph, CUdeviceptr, cudaGraphNode_t after) {
    cudaGraphNode_t node = nullptr;
    must(cudaGraphAddEmptyNode(&node, graph, &after, 1), "cudaGraphAddEmptyNode");
    return node;
}
cudaGraphNode_t add_host_node(cudaGraph_t graph, CUdeviceptr, cudaGraphNode_t after) {
    cudaGraphNode_t node = nullptr;
    const cudaHostNodeParams parameters{[](void*) {}, nullptr};
    must(cudaGraphAddHostNode(&node, graph, &after, 1, &parameters), "cudaGraphAddHostNode");
    return node;
}
cudaGraphNode_t add_child_node(cudaGraph_t graph, CUdeviceptr cell, cudaGraphNode_t after) {
    const OneNode child = one_kernel(UpdateRung::fill_cell(cell, 90));
    cudaGraphNode_t node = nullptr;
    must(cudaGraphAddChildGraphNode(&node, graph, &after, 1, child.graph), "cudaGraphAddChildGraphNode");
    return node;
}

struct Kind {
    const char* name;
    AddNode add;
};
constexpr Kind kinds[] = {{"kernel", add_kernel_node}, {"memset", add_memset_node},
                          {"copy", add_copy_node},     {"empty", add_empty_node},
                          {"host", add_host_node},     {"child", add_child_node}};

/// Kernel, the node in question, kernel.
OneNode row(const UpdateRung& rung, AddNode add, uint32_t seed) {
    OneNode made{create_graph()};
    const auto head = add_kernel(made.graph, UpdateRung::fill_cell(rung.first(0), seed));
    made.node = add(made.graph, rung.first(1), head);
    add_kernel(made.graph, UpdateRung::fill_cell(rung.second(0), seed), {made.node});
    return made;
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "UPD-15: a node of another type is refused and named", "[graph_update]") {
    const size_t distance = GENERATE(size_t{1}, size_t{2}); // in the list of types
    for (size_t i = 0; i < std::size(kinds); ++i) {
        const Kind& from = kinds[i];
        const Kind& to = kinds[(i + distance) % std::size(kinds)];
        CAPTURE(from.name, to.name);
        const OneNode old_work = row(*this, from.add, 1);
        const OneNode new_work = row(*this, to.add, 2);
        const Exec exec = instantiate(old_work.graph);

        CHECK(refused(attempt(exec, old_work.graph, new_work.graph),
                      {cudaGraphExecUpdateErrorNodeTypeChanged, {{new_work.node}}}));
    }
}

} // namespace cts
