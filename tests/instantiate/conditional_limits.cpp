// What a graph with a conditional node does not allow (Driver API, CU_GRAPH_NODE_TYPE_CONDITIONAL and
// CUDA_CONDITIONAL_NODE_PARAMS).
#include "fixtures/conditional.hpp"
#include "fixtures/memory_nodes.hpp"
#include "tests/prelude.hpp"

#include <functional>

namespace cts {

namespace {

void host_function(void*) {}

/// A graph that fills the rung's memory with 2 in the body of an IF whose condition is 1.
class WithCondition : public Mapped {
  public:
    WithCondition()
        : graph_(create_graph()), handle_(create_condition(graph_, context(), 1)),
          node_(add_conditional(graph_, context(), handle_, CU_GRAPH_COND_TYPE_IF)),
          kernel_(add_kernel(node_.bodies[0], fill_call(address(), bytes(), 2))) {
        fill(address(), bytes(), 1);
    }
    CUgraph graph() const { return graph_; }
    CUgraph body() const { return node_.bodies[0]; }
    CUgraphNode kernel() const { return kernel_; }
    CUgraphConditionalHandle handle() const { return handle_; }

    void check_still_works() {
        const Exec exec = instantiate(graph_);
        run(exec);
        CHECK(holds(address(), bytes(), 2));
    }
    /// `add` puts a node of a type that is not allowed into the body: refused at once or when instantiating.
    void check_not_allowed(const std::string& key, const std::function<CUresult()>& add) {
        const CUresult added = add();
        CUgraphExec exec = nullptr;
        const CUresult instantiated = cuGraphInstantiateWithFlags(&exec, graph_, 0);
        const Exec unwanted(instantiated == CUDA_SUCCESS ? exec : nullptr);
        CHECK((added != CUDA_SUCCESS || instantiated != CUDA_SUCCESS));
        observe("INS-17/" + key + "/add", added);
        observe("INS-17/" + key + "/instantiate", instantiated);
    }

  private:
    Graph graph_;
    CUgraphConditionalHandle handle_;
    ConditionalNode node_;
    CUgraphNode kernel_;
};

} // namespace

TEST_CASE_METHOD(WithCondition,
                 "INS-17/once: a graph with a conditional node has one executable graph at a time",
                 "[instantiate]") {
    Exec first = instantiate(graph());
    CUgraphExec second = nullptr;
    const CUresult result = cuGraphInstantiateWithFlags(&second, graph(), 0);
    const Exec unwanted(result == CUDA_SUCCESS ? second : nullptr);
    CHECK(result != CUDA_SUCCESS);
    observe("INS-17/once", result);
    run(first);
    CHECK(holds(address(), bytes(), 2));

    REQUIRE(cuGraphExecDestroy(first.release()) == CUDA_SUCCESS);
    fill(address(), bytes(), 1);
    check_still_works();
}

TEST_CASE_METHOD(WithCondition, "INS-17/clone: a graph with a conditional node cannot be cloned",
                 "[instantiate]") {
    CUgraph clone = nullptr;
    const CUresult result = cuGraphClone(&clone, graph());
    const Graph unwanted(result == CUDA_SUCCESS ? clone : nullptr);
    CHECK(result != CUDA_SUCCESS);
    observe("INS-17/clone", result);
    check_still_works();
}

TEST_CASE_METHOD(WithCondition, "INS-17/child: a graph with a conditional node cannot be a child graph",
                 "[instantiate]") {
    const Graph parent = create_graph();
    CUgraphNode node = nullptr;
    const CUresult result = cuGraphAddChildGraphNode(&node, parent, nullptr, 0, graph());
    CHECK(result != CUDA_SUCCESS);
    observe("INS-17/child", result);
    CHECK(nodes_of(parent).empty());
    check_still_works();
}

TEST_CASE_METHOD(WithCondition, "INS-17/host: a host node cannot be in a body", "[instantiate]") {
    check_not_allowed("host", [&] {
        const CUDA_HOST_NODE_PARAMS parameters{host_function, nullptr};
        const CUgraphNode after = kernel();
        CUgraphNode node = nullptr;
        return cuGraphAddHostNode(&node, body(), &after, 1, &parameters);
    });
}

TEST_CASE_METHOD(WithCondition, "INS-17/event: an event node cannot be in a body", "[instantiate]") {
    const Event event = create_event();
    check_not_allowed("event", [&] {
        const CUgraphNode after = kernel();
        CUgraphNode node = nullptr;
        CUgraphNodeParams parameters{};
        parameters.type = CU_GRAPH_NODE_TYPE_EVENT_RECORD;
        parameters.eventRecord.event = event;
        return cuGraphAddNode(&node, body(), &after, nullptr, 1, &parameters);
    });
}

TEST_CASE_METHOD(WithCondition, "INS-17/allocation: memory nodes cannot be in a body", "[instantiate]") {
    need(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, "MEMORY_POOLS_SUPPORTED");
    check_not_allowed("allocation", [&] {
        const CUgraphNode after = kernel();
        CUgraphNode node = nullptr;
        CUDA_MEM_ALLOC_NODE_PARAMS parameters = allocation_of(bytes(), device());
        CUresult result = cuGraphAddMemAllocNode(&node, body(), &after, 1, &parameters);
        const CUgraphNode allocated = node;
        if (result == CUDA_SUCCESS) {
            result = cuGraphAddMemFreeNode(&node, body(), &allocated, 1, parameters.dptr);
        }
        return result;
    });
}

TEST_CASE_METHOD(WithCondition, "INS-17/shared: two conditional nodes cannot share one condition",
                 "[instantiate]") {
    const ConditionalNode second = try_add_conditional(graph(), context(), handle(), CU_GRAPH_COND_TYPE_IF);
    observe("INS-17/shared/add", second.result);
    CHECK((second.result == CUDA_SUCCESS) == (second.node != nullptr));
}

TEST_CASE_METHOD(WithCondition, "INS-17/size: bodies of another number than the type allows are refused",
                 "[instantiate]") {
    const Graph other = create_graph();
    const CUgraphConditionalHandle fresh = create_condition(other, context(), 1);
    CHECK(try_add_conditional(other, context(), fresh, CU_GRAPH_COND_TYPE_WHILE, 2).result ==
          CUDA_ERROR_INVALID_VALUE);
    CHECK(try_add_conditional(other, context(), fresh, CU_GRAPH_COND_TYPE_IF, 0).result ==
          CUDA_ERROR_INVALID_VALUE);
    CHECK(try_add_conditional(other, context(), fresh, CU_GRAPH_COND_TYPE_IF, 3).result ==
          CUDA_ERROR_INVALID_VALUE);
    CHECK(nodes_of(other).empty());
    CHECK(try_add_conditional(other, context(), fresh, CU_GRAPH_COND_TYPE_WHILE, 1).result == CUDA_SUCCESS);
}

} // namespace cts
