#include "tests/graph_update/allocators.hpp"
#include "tests/graph_update/kernel_attributes.hpp"
#include "tests/graph_update/other_context.hpp"
#include "tests/node_update/node_changes.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "SET-01/pointer: a kernel's pointer may move to another range of virtual memory",
                 "[node_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_kernel(fill_cell(second(3), 1));
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph),
                   set_kernel(exec, old_work.node, fill_cell(second(3), 1))));

    launch_on_image(exec);
    CHECK(kernel_sees(second(3), cell_bytes, 1));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

TEST_CASE_METHOD(UpdateRung, "SET-01/allocator: a kernel's pointer may move between allocators",
                 "[node_update]") {
    const Allocators memory(*this);
    for (const auto& from : memory.places()) {
        const OneNode old_work = one_kernel(fill_cell(from.one, 1));
        for (const auto& to : memory.places()) {
            CAPTURE(from.allocator, to.allocator);
            const OneNode new_work = one_kernel(fill_cell(to.other, 1));
            const Exec exec = instantiate(old_work.graph);

            CHECK(accepted({memory.board(), exec, old_work.graph, new_work.graph},
                           set_kernel(exec, old_work.node, fill_cell(to.other, 1))));
        }
    }
}

TEST_CASE_METHOD(UpdateRung, "SET-01/all: grid, block, function and arguments of a kernel may change at once",
                 "[node_update]") {
    using Call = KernelCall<uint32_t*>;
    const Call described(kernels::describe_launch, dim3(5, 1, 2), dim3(2, 3, 4), words(first(1)));
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_kernel(described);
    const Exec exec = instantiate(old_work.graph);

    CHECK(
        accepted(attempt(exec, old_work.graph, new_work.graph), set_kernel(exec, old_work.node, described)));

    launch_on_image(exec);
    CHECK(word_at(first(1)) == 5);
    CHECK(word_at(first(1) + 6 * sizeof(uint32_t)) == board.image_at(first(1)) + 6 + 5 * 2 * 2 * 3 * 4);
}

TEST_CASE_METHOD(UpdateRung, "SET-01/unmapped: a kernel's pointer may move to a range that is not mapped yet",
                 "[node_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const Exec exec = instantiate(old_work.graph);
    const Reservation later = reserve(1);

    REQUIRE(set_kernel(exec, old_work.node, fill_cell(later.address(), 9))() == cudaSuccess);

    const Allocation memory = allocate();
    const Mapping mapped = map(later.address(), memory);
    fill(later.address(), cell_bytes, 3);
    launch_on_image(exec);
    CHECK(cell_holds(later.address(), 9));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

TEST_CASE_METHOD(UpdateRung, "SET-01/node: the source graph's node keeps its parameters", "[node_update]") {
    const OneNode work = one_kernel(fill_cell(first(0), 1));
    const Exec exec = instantiate(work.graph);

    auto larger = fill_call(second(0), 2 * cell_bytes, 7);
    const cudaKernelNodeParams wanted = larger.node();
    REQUIRE(cudaGraphExecKernelNodeSetParams(exec, work.node, &wanted) == cudaSuccess);

    cudaKernelNodeParams kept{};
    must(cudaGraphKernelNodeGetParams(work.node, &kept), "cudaGraphKernelNodeGetParams");
    CHECK(kept.gridDim.x == grid_for(cell_words).x);
    CHECK(kept.gridDim.x != wanted.gridDim.x);
    CHECK(*static_cast<uint32_t**>(kept.kernelParams[0]) == words(first(0)));
    CHECK(*static_cast<uint32_t*>(kept.kernelParams[2]) == 1);
}

TEST_CASE_METHOD(UpdateRung, "SET-01/context: a kernel may not move to another context", "[node_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_kernel(fill_cell(first(0), 2));
    const Exec exec = instantiate(old_work.graph);
    const OtherContext other(device());
    const NodeChange change = set_kernel(exec, old_work.node, fill_cell(first(0), 2));

    CHECK(refused(
        attempt(exec, old_work.graph, new_work.graph), [&] { return other.within(change); },
        cudaErrorInvalidValue));

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph), change));
}

// Unlike a whole-graph update, which refuses such nodes (UPD-10).
TEST_CASE_METHOD(UpdateRung, "SET-22: a device-updatable kernel may be set from the host", "[node_update]") {
    const OneNode work = device_updatable_kernel(first(0), 1);
    const Exec exec = instantiate(work.graph);
    launch_on_image(exec);
    CHECK(cell_holds(first(0), 1));

    REQUIRE(set_kernel(exec, work.node, fill_cell(first(1), 2))() == cudaSuccess);

    launch_on_image(exec);
    CHECK(cell_holds(first(1), 2));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

TEST_CASE_METHOD(UpdateRung, "SET-02: the arguments are copied when they are set", "[node_update]") {
    const OneNode work = one_kernel(fill_cell(first(0), 1));
    const Exec exec = instantiate(work.graph);
    uint32_t* target = words(first(1));
    size_t count = cell_words;
    uint32_t value = 5;
    void* arguments[] = {&target, &count, &value};
    auto call = fill_cell(first(0), 1);
    cudaKernelNodeParams parameters = call.node();
    parameters.kernelParams = arguments;

    REQUIRE(cudaGraphExecKernelNodeSetParams(exec, work.node, &parameters) == cudaSuccess);
    target = words(second(0));
    count = 1;
    value = 6;
    arguments[0] = nullptr;

    launch_on_image(exec);
    CHECK(cell_holds(first(1), 5));
    CHECK(cell_holds_image_of(second(0), second(0)));
}

} // namespace cts
