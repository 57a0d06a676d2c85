// A setting counts wherever it comes from and whatever came before it.
#include "tests/node_update/node_changes.hpp"
#include "tests/prelude.hpp"

#include <future>

namespace cts {

TEST_CASE_METHOD(UpdateRung,
                 "SET-01/after-update: a setting counts that equals the last but for an update between",
                 "[node_update]") {
    const OneNode work = one_kernel(fill_cell(first(0), 1));
    const OneNode other = one_kernel(fill_cell(first(1), 2));
    const Exec exec = instantiate(work.graph);
    for (int round = 0; round < 2; ++round) {
        REQUIRE(set_kernel(exec, work.node, fill_cell(first(3), 3))() == cudaSuccess);
        launch_on_image(exec);
        CHECK(cell_holds(first(3), 3));
        CHECK(cell_holds_image_of(first(1), first(1)));
        REQUIRE(update(exec, other.graph).error == cudaSuccess);
        launch_on_image(exec);
        CHECK(cell_holds(first(1), 2));
        CHECK(cell_holds_image_of(first(3), first(3)));
    }
}

TEST_CASE_METHOD(UpdateRung, "SET-01/uploaded: a setting counts that comes between an upload and the launch",
                 "[node_update]") {
    const OneNode work = one_kernel(fill_cell(first(0), 1));
    const auto memset = add_memset(work.graph, memset_words(first(1), cell_bytes, 2), {work.node});
    const Exec exec = instantiate(work.graph);
    const Stream stream = create_stream();
    must(cudaGraphUpload(exec, stream), "cudaGraphUpload");
    must(cudaStreamSynchronize(stream), "cudaStreamSynchronize");

    REQUIRE(set_kernel(exec, work.node, fill_cell(second(0), 4))() == cudaSuccess);
    REQUIRE(set_memset(exec, memset, memset_words(first(5), cell_bytes, 5))() == cudaSuccess);

    launch_on_image(exec);
    CHECK(cell_holds(second(0), 4));
    CHECK(cell_holds(first(5), 5));
    CHECK(cell_holds_image_of(first(0), first(0)));
    CHECK(cell_holds_image_of(first(1), first(1)));
}

TEST_CASE_METHOD(UpdateRung, "SET-01/thread: a setting on another thread counts", "[node_update]") {
    const OneNode work = one_kernel(fill_cell(first(0), 1));
    const auto memset = add_memset(work.graph, memset_words(first(1), cell_bytes, 2), {work.node});
    const Exec exec = instantiate(work.graph);
    const auto on_thread = [&](NodeChange change) {
        return std::async(std::launch::async,
                          [&] {
                              must(cuCtxSetCurrent(context()), "cuCtxSetCurrent");
                              return change();
                          })
            .get();
    };
    CHECK(on_thread(set_kernel(exec, work.node, fill_cell(second(0), 4))) == cudaSuccess);
    CHECK(on_thread(set_memset(exec, memset, memset_words(first(5), cell_bytes, 5))) == cudaSuccess);
    launch_on_image(exec);
    CHECK(cell_holds(second(0), 4));
    CHECK(cell_holds(first(5), 5));
    CHECK(cell_holds_image_of(first(0), first(0)));
    CHECK(cell_holds_image_of(first(1), first(1)));
}

TEST_CASE_METHOD(UpdateRung, "SET-11/lasts: a node stays disabled, launch after launch", "[node_update]") {
    OneNode work = one_kernel(fill_cell(first(0), 1));
    add_kernel(work.graph, fill_cell(first(1), 2), {work.node});
    const Exec exec = instantiate(work.graph);
    REQUIRE(cudaGraphNodeSetEnabled(exec, work.node, 0) == cudaSuccess);
    for (int launched = 0; launched < 5; ++launched) {
        CAPTURE(launched);
        if (launched == 3) { // the state belongs to the exec
            REQUIRE(cudaGraphDestroy(work.graph.release()) == cudaSuccess);
        }
        launch_on_image(exec);
        CHECK(cell_holds_image_of(first(0), first(0)));
        CHECK(cell_holds(first(1), 2));
    }
}

TEST_CASE_METHOD(UpdateRung,
                 "SET-11/uploaded: a node is disabled and enabled between an upload and the launch",
                 "[node_update]") {
    const OneNode work = one_kernel(fill_cell(first(0), 1));
    add_kernel(work.graph, fill_cell(first(1), 2), {work.node});
    const Exec exec = instantiate(work.graph);
    const Stream stream = create_stream();
    for (const unsigned enabled : {0U, 1U, 0U}) {
        CAPTURE(enabled);
        must(cudaGraphUpload(exec, stream), "cudaGraphUpload");
        must(cudaStreamSynchronize(stream), "cudaStreamSynchronize");
        REQUIRE(cudaGraphNodeSetEnabled(exec, work.node, enabled) == cudaSuccess);
        launch_on_image(exec);
        CHECK((enabled == 1 ? cell_holds(first(0), 1) : cell_holds_image_of(first(0), first(0))));
        CHECK(cell_holds(first(1), 2));
    }
}

} // namespace cts
