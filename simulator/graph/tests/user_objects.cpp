// Resources that graphs and executable graphs keep alive.
#include "graphs.hpp"

namespace {

void count(void* counter) {
    ++*static_cast<int*>(counter);
}

} // namespace

TEST_CASE("a user object lives as long as the last of object, graph and executable graph") {
    int destroyed = 0;
    cudaGraphExec_t exec = nullptr;
    {
        const TestGraph graph;
        cudaUserObject_t object = nullptr;
        REQUIRE(cudaUserObjectCreate(&object, &destroyed, count, 1, cudaUserObjectNoDestructorSync) ==
                cudaSuccess);
        REQUIRE(cudaGraphRetainUserObject(graph.handle, object, 1, cudaGraphUserObjectMove) == cudaSuccess);
        REQUIRE(cudaGraphInstantiate(&exec, graph.handle, 0) == cudaSuccess);
        CHECK(cudaGraphReleaseUserObject(graph.handle, object, 2) == cudaErrorInvalidValue);
        CHECK(destroyed == 0);
    }
    CHECK(destroyed == 0);
    REQUIRE(cudaGraphExecDestroy(exec) == cudaSuccess);
    CHECK(destroyed == 1);
}

TEST_CASE("an update gives an executable graph the user objects of the updating graph") {
    int destroyed = 0;
    cudaGraphExec_t exec = nullptr;
    const TestGraph plain;
    REQUIRE(cudaGraphInstantiate(&exec, plain.handle, 0) == cudaSuccess);
    {
        const TestGraph owning;
        cudaUserObject_t object = nullptr;
        REQUIRE(cudaUserObjectCreate(&object, &destroyed, count, 1, cudaUserObjectNoDestructorSync) ==
                cudaSuccess);
        REQUIRE(cudaGraphRetainUserObject(owning.handle, object, 1, cudaGraphUserObjectMove) == cudaSuccess);
        cudaGraphExecUpdateResultInfo info{};
        REQUIRE(cudaGraphExecUpdate(exec, owning.handle, &info) == cudaSuccess);
    }
    CHECK(destroyed == 0);
    cudaGraphExecUpdateResultInfo info{};
    REQUIRE(cudaGraphExecUpdate(exec, plain.handle, &info) == cudaSuccess);
    CHECK(destroyed == 1);
    REQUIRE(cudaGraphExecDestroy(exec) == cudaSuccess);
    CHECK(destroyed == 1);
}

TEST_CASE("a user object without a graph goes with its last reference") {
    int destroyed = 0;
    cudaUserObject_t object = nullptr;
    REQUIRE(cudaUserObjectCreate(&object, &destroyed, count, 2, cudaUserObjectNoDestructorSync) ==
            cudaSuccess);
    REQUIRE(cudaUserObjectRelease(object, 1) == cudaSuccess);
    CHECK(destroyed == 0);
    REQUIRE(cudaUserObjectRetain(object, 1) == cudaSuccess);
    REQUIRE(cudaUserObjectRelease(object, 2) == cudaSuccess);
    CHECK(destroyed == 1);
    CHECK(cudaUserObjectRelease(object, 1) == cudaErrorInvalidValue);
}
