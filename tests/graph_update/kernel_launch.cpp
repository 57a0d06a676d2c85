#include "tests/graph_update/update_rung.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "UPD-04/extent: grid and block may change", "[graph_update]") {
    using Call = KernelCall<uint32_t*>;
    const OneNode old_work =
        one_kernel(Call(kernels::describe_launch, dim3(2, 3, 1), dim3(4, 1, 1), words(first(0))));
    const OneNode new_work =
        one_kernel(Call(kernels::describe_launch, dim3(5, 1, 2), dim3(2, 3, 4), words(first(0))));
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));

    const auto seen = download(first(0), 7 * sizeof(uint32_t));
    CHECK(std::vector(seen.begin(), seen.begin() + 6) == std::vector<uint32_t>{5, 1, 2, 2, 3, 4});
    CHECK(seen[6] == board.image_at(first(0)) + 6 + 5 * 2 * 2 * 3 * 4);
}

TEST_CASE_METHOD(UpdateRung, "UPD-04/scalar: scalar arguments may change", "[graph_update]") {
    const OneNode old_work = one_kernel(step(first(0), 3, 5));
    const OneNode new_work = one_kernel(step(first(0), 7, 11));
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));

    CHECK(word_at(first(0) + 400) == (board.image_at(first(0)) + 100) * 7 + 11);
}

TEST_CASE_METHOD(UpdateRung, "UPD-04/shared: the dynamic shared memory may change", "[graph_update]") {
    const auto with_shared_memory = [&](unsigned bytes, uint32_t value) {
        OneNode made{create_graph()};
        auto call = fill_cell(first(0), value);
        cudaKernelNodeParams parameters = call.node();
        parameters.sharedMemBytes = bytes;
        must(cudaGraphAddKernelNode(&made.node, made.graph, nullptr, 0, &parameters),
             "cudaGraphAddKernelNode");
        return made;
    };
    const OneNode old_work = with_shared_memory(0, 1);
    const OneNode new_work = with_shared_memory(16384, 2);
    cudaKernelNodeParams asked{};
    must(cudaGraphKernelNodeGetParams(new_work.node, &asked), "cudaGraphKernelNodeGetParams");
    CHECK(asked.sharedMemBytes == 16384);
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));
    CHECK(accepted(attempt(exec, new_work.graph, old_work.graph)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-05/like: a kernel may change to another with the same parameters",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 100));
    const OneNode new_work =
        one_kernel(call_over(cell_words, kernels::ramp, words(first(0)), cell_words, 100U));
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));

    CHECK(holds_ramp(first(0), cell_bytes, 100));
}

TEST_CASE_METHOD(UpdateRung, "UPD-05/unlike: a kernel may change to one with other parameters",
                 "[graph_update]") {
    const OneNode nothing = one_kernel(call_once(kernels::nothing));
    const OneNode three = one_kernel(copy_call(second(0), first(0), cell_bytes));
    const OneNode four = one_kernel(step(first(1), 3, 1));
    const Exec exec = instantiate(nothing.graph);

    CHECK(accepted(attempt(exec, nothing.graph, three.graph)));
    CHECK(cell_holds_image_of(second(0), first(0)));
    CHECK(accepted(attempt(exec, three.graph, four.graph)));
    CHECK(accepted(attempt(exec, four.graph, nothing.graph)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-05/extent: a kernel may change to another of other extents",
                 "[graph_update]") {
    const OneNode nothing = one_kernel(call_once(kernels::nothing));
    const OneNode described = one_kernel(
        KernelCall<uint32_t*>(kernels::describe_launch, dim3(5, 1, 2), dim3(2, 3, 4), words(first(0))));
    OneNode shared{create_graph()};
    KernelCall<uint32_t*> call(kernels::tell_shared_memory, dim3(1), dim3(1), words(first(1)));
    cudaKernelNodeParams parameters = call.node();
    parameters.sharedMemBytes = 8192;
    must(cudaGraphAddKernelNode(&shared.node, shared.graph, nullptr, 0, &parameters),
         "cudaGraphAddKernelNode");
    const Exec exec = instantiate(nothing.graph);

    CHECK(accepted(attempt(exec, nothing.graph, described.graph)));
    auto seen = download(first(0), 6 * sizeof(uint32_t));
    CHECK(seen == std::vector<uint32_t>{5, 1, 2, 2, 3, 4});
    CHECK(accepted(attempt(exec, described.graph, shared.graph)));
    CHECK(word_at(first(1)) == 8192);
}

} // namespace cts
