// What bodies consist of, and which one of several runs (Driver API, CUDA_CONDITIONAL_NODE_PARAMS).
#include "fixtures/harness/skip.hpp"
#include "tests/instantiate/conditional_rung.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Conditional, "INS-12/contents: memsets, copies, empty nodes and child graphs run in a body",
                 "[instantiate]") {
    const Allocation memory = allocate();
    const Mapping mapped = map(at(2), memory);
    fill(at(2), granularity(), 0);
    const Graph child = create_graph();
    add_kernel(child, multiply_add_call(address(), bytes(), 2, 1));
    const ConditionalNode node = add(condition(1), CU_GRAPH_COND_TYPE_IF);
    const CUgraph body = node.bodies[0];
    const auto set = add_memset(body, memset_words(at(2), granularity(), 3));
    CUgraphNode gap = nullptr, last = nullptr;
    REQUIRE(cuGraphAddEmptyNode(&gap, body, &set, 1) == CUDA_SUCCESS);
    const auto copied = add_copy(body, pointer(address()), pointer(at(2)), bytes(), {gap});
    REQUIRE(cuGraphAddChildGraphNode(&last, body, &copied, 1, child) == CUDA_SUCCESS);
    const Exec exec = instantiate(graph());
    run(exec);
    CHECK(holds(address(), bytes(), 7));
}

TEST_CASE_METHOD(Conditional, "INS-12/cooperative: a cooperative kernel runs in a body", "[instantiate]") {
    need(CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH, "COOPERATIVE_LAUNCH");
    const ConditionalNode node = add(condition(1), CU_GRAPH_COND_TYPE_IF);
    const auto kernel = add_kernel(
        node.bodies[0], KernelCall<uint32_t*, size_t, uint32_t>(kernels::fill, dim3(1), dim3(64),
                                                                words(address()), word_count(bytes()), 4U));
    CUlaunchAttributeValue cooperative{};
    cooperative.cooperative = 1;
    REQUIRE(cuGraphKernelNodeSetAttribute(kernel, CU_LAUNCH_ATTRIBUTE_COOPERATIVE, &cooperative) ==
            CUDA_SUCCESS);
    const Exec exec = instantiate(graph());
    run(exec);
    CHECK(holds(address(), bytes(), 4));
}

TEST_CASE_METHOD(Conditional, "INS-12/else: the second body of an IF runs when the condition is zero",
                 "[instantiate]") {
#if CUDA_VERSION >= 12080
    const CUgraphConditionalHandle handle = condition(0);
    const auto setter = add_setter(handle);
    const ConditionalNode node = add(handle, CU_GRAPH_COND_TYPE_IF, 2, {setter});
    add_kernel(node.bodies[0], fill_call(address(), bytes(), 10));
    add_kernel(node.bodies[1], fill_call(address(), bytes(), 20));
    const Exec exec = instantiate(graph());
    choose(1);
    run(exec);
    CHECK(holds(address(), bytes(), 10));
    choose(0);
    run(exec);
    CHECK(holds(address(), bytes(), 20));
#else
    skip("built with a toolkit before 12.8, which has no second body");
#endif
}

TEST_CASE_METHOD(Conditional, "INS-12/switch: the condition is the index of the body that runs",
                 "[instantiate]") {
#if CUDA_VERSION >= 12080
    const CUgraphConditionalHandle handle = condition(0);
    const auto setter = add_setter(handle);
    const ConditionalNode node = add(handle, CU_GRAPH_COND_TYPE_SWITCH, 3, {setter});
    for (uint32_t i = 0; i < 3; ++i) {
        add_kernel(node.bodies[i], fill_call(address(), bytes(), 100 + i));
    }
    const Exec exec = instantiate(graph());
    for (const uint32_t value : {2U, 0U, 1U}) {
        choose(value);
        run(exec);
        CHECK(holds(address(), bytes(), 100 + value));
    }
    choose(3); // no such body
    fill(address(), bytes(), 1);
    run(exec);
    CHECK(holds(address(), bytes(), 1));
#else
    skip("built with a toolkit before 12.8, which has no switch");
#endif
}

TEST_CASE_METHOD(Conditional, "INS-12/order: a body of many kernels runs whole and keeps to its edges",
                 "[instantiate]") {
    constexpr size_t part = 4096;
    constexpr uint32_t count = 40;
    const auto at_part = [&](size_t i) { return address() + i * part; };
    const ConditionalNode node = add(condition(1), CU_GRAPH_COND_TYPE_IF);
    const CUgraph body = node.bodies[0];
    const auto origin = add_kernel(body, fill_call(at_part(0), part, 5));
    const auto left = add_kernel(body, copy_call(at_part(1), at_part(0), part), {origin});
    const auto right = add_kernel(body, copy_call(at_part(2), at_part(0), part), {origin});
    std::vector<cudaGraphNode_t> last = {
        add_kernel(body, copy_call(at_part(3), at_part(2), part), {left, right})};
    uint32_t expected = 5;
    for (uint32_t i = 0; i < count; ++i) {
        last = {add_kernel(body, multiply_add_call(at_part(3), part, 3, i), last)};
        expected = expected * 3 + i;
    }
    const Exec exec = instantiate(graph());
    for (int replay = 0; replay < 2; ++replay) {
        fill(address(), 4 * part, 1);
        run(exec);
        CHECK(holds(at_part(1), part, 5));
        CHECK(holds(at_part(3), part, expected));
    }
}

TEST_CASE_METHOD(Conditional, "INS-12/chain: a conditional node runs behind the one that it depends on",
                 "[instantiate]") {
    const ConditionalNode one = add(condition(1), CU_GRAPH_COND_TYPE_IF);
    const ConditionalNode two = add(condition(1), CU_GRAPH_COND_TYPE_IF, 1, {one.node});
    const ConditionalNode never = add(condition(0), CU_GRAPH_COND_TYPE_IF, 1, {two.node});
    add_kernel(one.bodies[0], multiply_add_call(address(), bytes(), 3, 1));
    add_kernel(two.bodies[0], multiply_add_call(address(), bytes(), 5, 3));
    add_kernel(never.bodies[0], multiply_add_call(address(), bytes(), 7, 4));
    const Exec exec = instantiate(graph());
    run(exec);
    CHECK(holds(address(), bytes(), (1 * 3 + 1) * 5 + 3));
}

} // namespace cts
