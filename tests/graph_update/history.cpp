// Updates after something else has happened to the executable graph: a refusal, a setting, other updates,
// launches elsewhere.
#include "tests/node_update/node_changes.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "UPD-32/next: the update and the setting after a refusal count",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode other_type = one_memset(memset_words(first(0), cell_bytes, 2));
    const OneNode new_work = one_kernel(fill_cell(first(1), 3));
    const Exec exec = instantiate(old_work.graph);
    REQUIRE(update(exec, other_type.graph).error == cudaErrorGraphExecUpdateFailure);

    REQUIRE(update(exec, new_work.graph).error == cudaSuccess);
    launch_on_image(exec);
    CHECK(cell_holds(first(1), 3));
    CHECK(cell_holds_image_of(first(0), first(0)));

    REQUIRE(update(exec, other_type.graph).error == cudaErrorGraphExecUpdateFailure);
    REQUIRE(set_kernel(exec, old_work.node, fill_cell(first(2), 4))() == cudaSuccess);
    launch_on_image(exec);
    CHECK(cell_holds(first(2), 4));
    CHECK(cell_holds_image_of(first(1), first(1)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-03/set: an update overrides what a node was set to", "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_kernel(fill_cell(first(1), 2));
    const Exec exec = instantiate(old_work.graph);
    REQUIRE(set_kernel(exec, old_work.node, fill_cell(first(2), 3))() == cudaSuccess);

    REQUIRE(update(exec, new_work.graph).error == cudaSuccess);

    launch_on_image(exec);
    CHECK(cell_holds(first(1), 2));
    CHECK(cell_holds_image_of(first(2), first(2)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-03/back: updates back and forth between graphs count every time",
                 "[graph_update]") {
    const OneNode works[] = {one_kernel(fill_cell(first(0), 1)), one_kernel(fill_cell(first(1), 2)),
                             one_kernel(fill_cell(first(2), 3))};
    const Exec exec = instantiate(works[0].graph);
    for (const size_t next : {1, 2, 1, 2, 0, 1, 0}) {
        REQUIRE(update(exec, works[next].graph).error == cudaSuccess);
        launch_on_image(exec);
        CHECK(cell_holds(first(next), static_cast<uint32_t>(next) + 1));
    }
    // and the last of several counts that no launch parts
    for (const size_t next : {1, 0, 2}) {
        REQUIRE(update(exec, works[next].graph).error == cudaSuccess);
    }
    launch_on_image(exec);
    CHECK(cell_holds(first(2), 3));
    CHECK(cell_holds_image_of(first(1), first(1)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-03/clone: a clone brings its changes like any other graph",
                 "[graph_update]") {
    const OneNode work = one_kernel(fill_cell(first(0), 1));
    const Exec exec = instantiate(work.graph);
    cudaGraph_t cloned = nullptr;
    must(cudaGraphClone(&cloned, work.graph), "cudaGraphClone");
    const Graph clone(cloned);
    const Exec of_clone = instantiate(clone);
    auto call = fill_cell(first(1), 2);
    const cudaKernelNodeParams changed = call.node();
    must(cudaGraphKernelNodeSetParams(nodes_of(clone).at(0), &changed), "cudaGraphKernelNodeSetParams");

    REQUIRE(update(exec, clone).error == cudaSuccess);

    launch_on_image(exec);
    CHECK(cell_holds(first(1), 2));
    CHECK(cell_holds_image_of(first(0), first(0)));
    auto other_call = fill_cell(first(2), 3); // and the other way round
    const cudaKernelNodeParams other = other_call.node();
    must(cudaGraphKernelNodeSetParams(work.node, &other), "cudaGraphKernelNodeSetParams");
    REQUIRE(update(of_clone, work.graph).error == cudaSuccess);
    launch_on_image(of_clone);
    CHECK(cell_holds(first(2), 3));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

namespace {

/// `exec` puts 1 into the second array's cell 0; after its update by `next` it puts 2 into cell 1 alone.
void check_follows(const UpdateRung& rung, const Exec& exec, const Graph& next) {
    rung.launch_on_image(exec);
    CHECK(UpdateRung::cell_holds(rung.second(0), 1));
    REQUIRE(update(exec, next).error == cudaSuccess);
    rung.launch_on_image(exec);
    CHECK(UpdateRung::cell_holds(rung.second(1), 2));
    CHECK(rung.cell_holds_image_of(rung.second(0), rung.second(0)));
}

} // namespace

TEST_CASE_METHOD(UpdateRung,
                 "UPD-03/captured: captured and built graphs update each other's executable graphs",
                 "[graph_update]") {
    const Stream stream = create_stream();
    const auto captured = [&](size_t cell, uint32_t value) {
        return capture(stream, [&](cudaStream_t capturing) {
            launch(fill_cell(first(cell), value), capturing);
            launch(copy_call(second(cell), first(cell), cell_bytes), capturing);
        });
    };
    const auto built = [&](size_t cell, uint32_t value) {
        Graph graph = create_graph();
        const auto fill_node = add_kernel(graph, fill_cell(first(cell), value));
        add_kernel(graph, copy_call(second(cell), first(cell), cell_bytes), {fill_node});
        return graph;
    };
    const Graph one = captured(0, 1), two = captured(1, 2), three = built(2, 3), four = captured(3, 4);
    const Exec exec = instantiate(one);
    check_follows(*this, exec, two);
    REQUIRE(update(exec, three).error == cudaSuccess);
    launch_on_image(exec);
    CHECK(cell_holds(second(2), 3));
    REQUIRE(update(exec, four).error == cudaSuccess);
    launch_on_image(exec);
    CHECK(cell_holds(second(3), 4));
    CHECK(cell_holds_image_of(second(2), second(2)));
}

TEST_CASE_METHOD(UpdateRung,
                 "UPD-03/captured_copies: a captured graph with a memset and a copy is updated by another",
                 "[graph_update]") {
    const Stream stream = create_stream();
    const auto captured = [&](size_t cell, uint32_t value) {
        return capture(stream, [&](cudaStream_t capturing) {
            must(cuMemsetD32Async(first(cell), value, cell_words, capturing), "cuMemsetD32Async");
            must(cudaMemcpyAsync(pointer(second(cell)), pointer(first(cell)), cell_bytes,
                                 cudaMemcpyDeviceToDevice, capturing),
                 "cudaMemcpyAsync");
        });
    };
    const Graph one = captured(0, 1), two = captured(1, 2);
    const Exec exec = instantiate(one);
    check_follows(*this, exec, two);

    // Whether a captured and a built copy are the same operation is said nowhere.
    Graph built = create_graph();
    const auto fill_node = add_memset(built, memset_words(first(2), cell_bytes, 3));
    add_copy(built, pointer(second(2)), pointer(first(2)), cell_bytes, {fill_node});
    const auto answer = update(exec, built);
    (void)cudaGetLastError(); // a refusal leaves it behind
    observe("UPD-03/captured updated by built copies", answer.result);
    launch_on_image(exec);
    CHECK(
        cell_holds(answer.error == cudaSuccess ? second(2) : second(1), answer.error == cudaSuccess ? 3 : 2));
}

TEST_CASE_METHOD(UpdateRung, "UPD-03/exchanged: two kernels may exchange their arguments", "[graph_update]") {
    const auto pair = [&](size_t one, size_t two) {
        OneNode made{create_graph()};
        made.node = add_kernel(made.graph, step(first(one), 3, 5));
        add_kernel(made.graph, step(first(two), 3, 5), {made.node});
        add_kernel(made.graph, copy_call(second(one), first(one), cell_bytes), {made.node});
        return made;
    };
    const OneNode old_work = pair(0, 1);
    const OneNode new_work = pair(1, 0);
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));

    CHECK(word_at(first(0)) == board.image_at(first(0)) * 3 + 5);
    CHECK(word_at(first(1)) == board.image_at(first(1)) * 3 + 5);
    CHECK(word_at(second(1)) == board.image_at(first(1)) * 3 + 5);
}

TEST_CASE_METHOD(UpdateRung, "UPD-03/streams: an updated executable graph does its new work in every stream",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_kernel(fill_cell(first(1), 2));
    const Exec exec = instantiate(old_work.graph);
    const Stream streams[] = {create_stream(), create_stream()};
    run(exec, streams[0]);
    REQUIRE(update(exec, new_work.graph).error == cudaSuccess);
    for (int round = 0; round < 2; ++round) {
        for (const Stream& stream : streams) {
            board.restore();
            run(exec, stream);
            CHECK(cell_holds(first(1), 2));
            CHECK(cell_holds_image_of(first(0), first(0)));
        }
    }
}

TEST_CASE_METHOD(UpdateRung, "UPD-44/lives: siblings that come, run and go leave an updated exec alone",
                 "[graph_update]") {
    const OneNode work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_kernel(fill_cell(first(1), 2));
    const Exec exec = instantiate(work.graph);
    REQUIRE(update(exec, new_work.graph).error == cudaSuccess);
    const auto does_new_work = [&] {
        launch_on_image(exec);
        CHECK(cell_holds(first(1), 2));
        CHECK(cell_holds_image_of(first(0), first(0)));
    };

    Exec sibling = instantiate(work.graph);
    does_new_work();
    launch_on_image(sibling);
    CHECK(cell_holds(first(0), 1));
    does_new_work();
    REQUIRE(cudaGraphExecDestroy(sibling.release()) == cudaSuccess);
    does_new_work();
}

} // namespace cts
