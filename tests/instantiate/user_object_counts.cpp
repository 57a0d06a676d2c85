// Programming Guide, CUDA user objects: references are counted; a graph takes new ones or the caller's, a
// child graph keeps its own, and an update gives an executable graph those of the updating graph.
#include "tests/graph_update/child_graph.hpp"
#include "tests/instantiate/user_object_end.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

/// A user object with a number of references, and a graph of one kernel.
class Counted : public UpdateRung {
  public:
    cudaUserObject_t create(unsigned references) {
        ends_seen = 0;
        cudaUserObject_t object = nullptr;
        must(cudaUserObjectCreate(&object, this, count_end, references, cudaUserObjectNoDestructorSync),
             "cudaUserObjectCreate");
        return object;
    }
    /// It is alive, also after work and a while in which a destructor that was due would have run.
    bool lives() {
        const OneNode other = one_kernel(fill_cell(second(0), 1));
        const Exec exec = instantiate(other.graph);
        run(exec);
        std::this_thread::sleep_for(std::chrono::milliseconds(3));
        return ends_seen == 0;
    }
};

} // namespace

TEST_CASE_METHOD(Counted, "INS-22/references: a user object ends with the last of its references",
                 "[instantiate]") {
    const auto object = create(1);
    REQUIRE(cudaUserObjectRetain(object, 2) == cudaSuccess);
    REQUIRE(cudaUserObjectRelease(object, 2) == cudaSuccess);
    CHECK(lives());
    REQUIRE(cudaUserObjectRelease(object, 1) == cudaSuccess);
    CHECK(has_ended());
}

TEST_CASE_METHOD(Counted, "INS-22/moved: a graph takes as many of the caller's references as it is given",
                 "[instantiate]") {
    const auto object = create(3);
    OneNode work = one_kernel(fill_cell(first(0), 1));
    REQUIRE(cudaGraphRetainUserObject(work.graph, object, 2, cudaGraphUserObjectMove) == cudaSuccess);
    REQUIRE(cudaUserObjectRelease(object, 1) == cudaSuccess);
    CHECK(lives());
    REQUIRE(cudaGraphReleaseUserObject(work.graph, object, 1) == cudaSuccess);
    CHECK(lives());
    REQUIRE(cudaGraphDestroy(work.graph.release()) == cudaSuccess);
    CHECK(has_ended());
}

TEST_CASE_METHOD(Counted,
                 "INS-22/released: a graph retains references besides the caller's, and releases them",
                 "[instantiate]") {
    const auto object = create(1);
    const OneNode work = one_kernel(fill_cell(first(0), 1));
    REQUIRE(cudaGraphRetainUserObject(work.graph, object, 1, 0) == cudaSuccess);
    REQUIRE(cudaUserObjectRelease(object, 1) == cudaSuccess);
    CHECK(lives());
    REQUIRE(cudaGraphReleaseUserObject(work.graph, object, 1) == cudaSuccess);
    CHECK(has_ended());
    const Exec exec = instantiate(work.graph);
    launch_on_image(exec);
    CHECK(cell_holds(first(0), 1));
}

TEST_CASE_METHOD(Counted, "INS-22/child: a child graph keeps the user objects of the graph that it copies",
                 "[instantiate]") {
    const auto object = create(1);
    OneNode inner = one_kernel(fill_cell(first(0), 1));
    REQUIRE(cudaGraphRetainUserObject(inner.graph, object, 1, cudaGraphUserObjectMove) == cudaSuccess);
    OneNode parent = wrap(inner.graph);
    REQUIRE(cudaGraphDestroy(inner.graph.release()) == cudaSuccess);
    CHECK(lives());
    Exec exec = instantiate(parent.graph);
    REQUIRE(cudaGraphDestroy(parent.graph.release()) == cudaSuccess);
    launch_on_image(exec);
    CHECK(cell_holds(first(0), 1));
    CHECK(ends_seen == 0);
    REQUIRE(cudaGraphExecDestroy(exec.release()) == cudaSuccess);
    CHECK(has_ended());
}

TEST_CASE_METHOD(Counted, "INS-22/update: an update exchanges the user objects of an executable graph",
                 "[instantiate]") {
    const auto object = create(1);
    const OneNode plain = one_kernel(fill_cell(first(0), 1));
    OneNode owning = one_kernel(fill_cell(first(1), 2));
    REQUIRE(cudaGraphRetainUserObject(owning.graph, object, 1, cudaGraphUserObjectMove) == cudaSuccess);
    Exec exec = instantiate(plain.graph);
    REQUIRE(update(exec, owning.graph).error == cudaSuccess);
    REQUIRE(cudaGraphDestroy(owning.graph.release()) == cudaSuccess);
    launch_on_image(exec);
    CHECK(cell_holds(first(1), 2));
    CHECK(lives());
    REQUIRE(update(exec, plain.graph).error == cudaSuccess);
    CHECK(has_ended()); // no launch runs that needs it
}

TEST_CASE_METHOD(Counted, "INS-22/update_child: and those of its child graphs", "[instantiate]") {
    const auto object = create(1);
    const OneNode plain_part = one_kernel(fill_cell(first(0), 1));
    OneNode owning_part = one_kernel(fill_cell(first(1), 2));
    REQUIRE(cudaGraphRetainUserObject(owning_part.graph, object, 1, cudaGraphUserObjectMove) == cudaSuccess);
    const OneNode plain = wrap(plain_part.graph);
    OneNode owning = wrap(owning_part.graph);
    REQUIRE(cudaGraphDestroy(owning_part.graph.release()) == cudaSuccess);
    const Exec exec = instantiate(plain.graph);
    REQUIRE(update(exec, owning.graph).error == cudaSuccess);
    REQUIRE(cudaGraphDestroy(owning.graph.release()) == cudaSuccess);
    launch_on_image(exec);
    CHECK(cell_holds(first(1), 2));
    CHECK(lives());
    REQUIRE(update(exec, plain.graph).error == cudaSuccess);
    CHECK(has_ended());
}

} // namespace cts
