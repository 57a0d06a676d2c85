// A value that kernels set decides whether and how often a body runs (Programming Guide, conditional graph
// nodes). The bodies work on virtual memory.
#include "tests/instantiate/conditional_rung.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Conditional, "INS-12/default: the default value of a condition decides each launch",
                 "[instantiate]") {
    const ConditionalNode taken = add(condition(1), CU_GRAPH_COND_TYPE_IF);
    const ConditionalNode passed = add(condition(0), CU_GRAPH_COND_TYPE_IF, 1, {taken.node});
    add_kernel(taken.bodies[0], multiply_add_call(address(), bytes(), 3, 5));
    add_kernel(passed.bodies[0], fill_call(address(), bytes(), 99));
    const Exec exec = instantiate(graph());
    run(exec);
    CHECK(holds(address(), bytes(), 8));
    run(exec);
    CHECK(holds(address(), bytes(), 29));
}

TEST_CASE_METHOD(Conditional, "INS-12/if: a kernel decides whether the body runs, anew at each launch",
                 "[instantiate]") {
    const CUgraphConditionalHandle handle = condition(0);
    const auto setter = add_setter(handle);
    const ConditionalNode node = add(handle, CU_GRAPH_COND_TYPE_IF, 1, {setter});
    CHECK(dependencies_of(node.node) == std::vector<cudaGraphNode_t>{setter});
    add_kernel(node.bodies[0], multiply_add_call(address(), bytes(), 3, 5));
    const Exec exec = instantiate(graph());
    uint32_t expected = 1;
    for (const uint32_t value : {1U, 0U, 7U, 0U, 0U, 1U}) {
        choose(value);
        run(exec);
        expected = value != 0 ? expected * 3 + 5 : expected;
        CHECK(holds(address(), bytes(), expected));
    }
}

TEST_CASE_METHOD(Conditional,
                 "INS-12/again: the default comes back at the next launch after a kernel has changed it",
                 "[instantiate]") {
    const CUgraphConditionalHandle handle = condition(1);
    const ConditionalNode node = add(handle, CU_GRAPH_COND_TYPE_IF);
    const auto work = add_kernel(node.bodies[0], multiply_add_call(address(), bytes(), 3, 5));
    add_kernel(node.bodies[0], call_once(kernels::set_condition, static_cast<unsigned long long>(handle), 0U),
               {work});
    const Exec exec = instantiate(graph());
    run(exec);
    CHECK(holds(address(), bytes(), 8));
    run(exec);
    CHECK(holds(address(), bytes(), 29));
}

TEST_CASE_METHOD(Conditional, "INS-12/while: a body is repeated until its kernel clears the condition",
                 "[instantiate]") {
    const CUgraphConditionalHandle handle = condition(1);
    const ConditionalNode node = add(handle, CU_GRAPH_COND_TYPE_WHILE);
    const auto work = add_kernel(node.bodies[0], multiply_add_call(address(), bytes(), 3, 5));
    add_kernel(node.bodies[0],
               call_once(kernels::count_down, static_cast<unsigned long long>(handle), words(choice())),
               {work});
    const Exec exec = instantiate(graph());
    uint32_t expected = 1;
    for (const uint32_t rounds : {1U, 5U, 12U}) {
        choose(rounds);
        run(exec);
        for (uint32_t round = 0; round < rounds; ++round) {
            expected = expected * 3 + 5;
        }
        CHECK(holds(address(), bytes(), expected));
        CHECK(word_at(choice()) == 0);
    }
}

TEST_CASE_METHOD(Conditional, "INS-12/nested: a conditional node in the body of another one",
                 "[instantiate]") {
    const CUgraphConditionalHandle outer = condition(1);
    const CUgraphConditionalHandle inner = condition(1);
    const ConditionalNode loop = add(outer, CU_GRAPH_COND_TYPE_WHILE);
    const ConditionalNode branch = add_conditional(loop.bodies[0], context(), inner, CU_GRAPH_COND_TYPE_IF);
    add_kernel(branch.bodies[0], multiply_add_call(address(), bytes(), 3, 5));
    add_kernel(loop.bodies[0],
               call_once(kernels::count_down, static_cast<unsigned long long>(outer), words(choice())),
               {branch.node});
    const Exec exec = instantiate(graph());
    choose(2);
    run(exec);
    CHECK(holds(address(), bytes(), 29));
}

} // namespace cts
