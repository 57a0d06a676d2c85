// Programming Guide, CUDA user objects: a graph that owns references gives them to its clones and executable
// graphs, and the object ends with the last of them. The destructor may run on another thread and late, so
// its absence is looked at behind other work, and its arrival waited for.
#include "tests/instantiate/user_object_end.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

/// A graph that owns the only reference to a user object.
class Owning : public Mapped {
  public:
    Owning() {
        ends_seen = 0;
        add_kernel(graph_, multiply_add_call(address(), bytes(), 3, 5));
        cudaUserObject_t object = nullptr;
        must(cudaUserObjectCreate(&object, this, count_end, 1, cudaUserObjectNoDestructorSync),
             "cudaUserObjectCreate");
        must(cudaGraphRetainUserObject(graph_, object, 1, cudaGraphUserObjectMove),
             "cudaGraphRetainUserObject");
        fill(address(), bytes(), 1);
    }
    Graph& graph() { return graph_; }

  private:
    Graph graph_ = create_graph();
};

} // namespace

TEST_CASE_METHOD(Owning, "INS-22/graph: a user object that only a graph retains ends with the graph",
                 "[instantiate]") {
    CHECK(ends_seen == 0);
    REQUIRE(cudaGraphDestroy(graph().release()) == cudaSuccess);
    CHECK(has_ended());
}

TEST_CASE_METHOD(Owning, "INS-22/exec: an executable graph keeps the user objects of its graph",
                 "[instantiate]") {
    Exec exec = instantiate(graph());
    REQUIRE(cudaGraphDestroy(graph().release()) == cudaSuccess);
    run(exec);
    CHECK(holds(address(), bytes(), 8));
    CHECK(ends_seen == 0);
    REQUIRE(cudaGraphExecDestroy(exec.release()) == cudaSuccess);
    CHECK(has_ended());
}

TEST_CASE_METHOD(Owning, "INS-22/clone: a clone keeps the user objects of the original", "[instantiate]") {
    cudaGraph_t cloned = nullptr;
    REQUIRE(cudaGraphClone(&cloned, graph()) == cudaSuccess);
    Graph clone(cloned);
    REQUIRE(cudaGraphDestroy(graph().release()) == cudaSuccess);
    Exec exec = instantiate(clone);
    run(exec);
    CHECK(holds(address(), bytes(), 8));
    REQUIRE(cudaGraphExecDestroy(exec.release()) == cudaSuccess);
    CHECK(ends_seen == 0);
    REQUIRE(cudaGraphDestroy(clone.release()) == cudaSuccess);
    CHECK(has_ended());
}

} // namespace cts
