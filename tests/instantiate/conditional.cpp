// Conditional nodes: a value that kernels set decides which body runs (Programming Guide, conditional graph
// nodes; Driver API, CUDA_CONDITIONAL_NODE_PARAMS). The bodies work on virtual memory.
#include "fixtures/conditional.hpp"

#include "fixtures/harness/skip.hpp"
#include "kernels/conditional.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

class Conditional : public Mapped {
  public:
    Conditional() : choice_(allocate_device(sizeof(uint32_t))) { fill(address(), bytes(), 1); }

    CUgraph graph() const { return graph_; }
    CUdeviceptr choice() const { return device_address(choice_); }
    void choose(uint32_t value) { fill(choice(), sizeof(uint32_t), value); }
    CUgraphConditionalHandle condition(unsigned value) { return create_condition(graph_, context(), value); }

    /// A node that sets `handle` to what choose() said.
    cudaGraphNode_t add_setter(CUgraphConditionalHandle handle) {
        return add_kernel(graph_,
                          call_once(kernels::set_condition_from, static_cast<unsigned long long>(handle),
                                    static_cast<const uint32_t*>(words(choice()))));
    }
    ConditionalNode add(CUgraphConditionalHandle handle, CUgraphConditionalNodeType type, unsigned size = 1,
                        const std::vector<cudaGraphNode_t>& after = {}) {
        return add_conditional(graph_, context(), handle, type, size, after);
    }

  private:
    DeviceMemory choice_;
    Graph graph_ = create_graph();
};

} // namespace

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

} // namespace cts
