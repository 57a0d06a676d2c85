#include "tests/graph_update/copies.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "UPD-20/source: the source of a copy may move within its memory",
                 "[graph_update]") {
    const OneNode old_work = one_copy(first(0), second(1), cell_bytes);
    const OneNode new_work = one_copy(first(0), second(2), cell_bytes);
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));

    CHECK(cell_holds_image_of(first(0), second(2)));
    CHECK(kernel_sees_ramp(first(0), cell_bytes, board.image_at(second(2))));
    CHECK(accepted(attempt(exec, new_work.graph, old_work.graph)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-20/target: the target of a copy may move within its memory",
                 "[graph_update]") {
    const OneNode old_work = one_copy(first(0), second(1), cell_bytes);
    const OneNode new_work = one_copy(first(5), second(1), cell_bytes);
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));

    CHECK(cell_holds_image_of(first(5), second(1)));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-20/both: source and target of a copy may move at once", "[graph_update]") {
    const OneNode old_work = one_copy(first(0), second(1), cell_bytes);
    const OneNode new_work = one_copy(first(6), second(7), cell_bytes);
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));

    CHECK(cell_holds_image_of(first(6), second(7)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-20/host: the host's end of a copy may move within pinned memory",
                 "[graph_update]") {
    const HostCells host(*this);
    const auto into_device = [&](size_t cell) {
        return one_copy_of_kind(first(0), host.at(cell), cudaMemcpyHostToDevice);
    };
    const auto into_host = [&](size_t cell) {
        return one_copy_of_kind(host.at(cell), first(1), cudaMemcpyDeviceToHost);
    };
    const OneNode from_first = into_device(0);
    const OneNode from_second = into_device(1);
    const OneNode to_first = into_host(0);
    const OneNode to_second = into_host(1);
    const Exec reading = instantiate(from_first.graph);
    const Exec writing = instantiate(to_first.graph);

    CHECK(accepted(attempt(reading, from_first.graph, from_second.graph)));
    CHECK(cell_holds_image_of(first(0), host.at(1)));
    CHECK(accepted(attempt(writing, to_first.graph, to_second.graph)));
    CHECK(cell_holds_image_of(host.at(1), first(1)));
}

// Virtual memory belongs to no context, so "the same contexts" says nothing about it: recorded.
TEST_CASE_METHOD(UpdateRung, "UPD-23: an operand moves to another range of virtual memory, or is refused",
                 "[graph_update]") {
    const Refusal parameters{cudaGraphExecUpdateErrorParametersChanged, std::nullopt};
    const OneNode copy = one_copy(first(0), first(1), cell_bytes);
    const OneNode other_source = one_copy(first(0), second(1), cell_bytes);
    const OneNode other_target = one_copy(second(0), first(1), cell_bytes);
    const OneNode memset = one_memset(memset_words(first(0), cell_bytes, 5));
    const OneNode other_memset = one_memset(memset_words(second(0), cell_bytes, 6));
    const Exec by_source = instantiate(copy.graph);
    const Exec by_target = instantiate(copy.graph);
    const Exec by_memset = instantiate(memset.graph);

    const Verdict source =
        accepted_or_refused(attempt(by_source, copy.graph, other_source.graph), parameters);
    CHECK(source);
    observe("UPD-23/copy source", source.result);
    const Verdict target =
        accepted_or_refused(attempt(by_target, copy.graph, other_target.graph), parameters);
    CHECK(target);
    observe("UPD-23/copy target", target.result);
    const Verdict moved =
        accepted_or_refused(attempt(by_memset, memset.graph, other_memset.graph), parameters);
    CHECK(moved);
    observe("UPD-23/memset", moved.result);
}

TEST_CASE_METHOD(UpdateRung, "UPD-23/border: a copy moves onto the border of two mappings, or is refused",
                 "[graph_update]") {
    const Reservation range = reserve(2);
    const Allocation low_memory = allocate();
    const Allocation high_memory = allocate();
    const Mapping low = map(range.address(), low_memory);
    const Mapping high = map(range.address(granularity()), high_memory);
    const CUdeviceptr border = range.address(granularity());
    board.watch("both sides of the border", border - 2 * cell_bytes, 4 * cell_bytes);
    const OneNode old_work = one_copy(border - 2 * cell_bytes, first(0), cell_bytes);
    const OneNode new_work = one_copy(border - cell_bytes / 2, first(0), cell_bytes);
    const Exec exec = instantiate(old_work.graph);

    const Verdict verdict =
        accepted_or_refused(attempt(exec, old_work.graph, new_work.graph),
                            {cudaGraphExecUpdateErrorParametersChanged, {{new_work.node}}});

    CHECK(verdict);
    observe("UPD-23/onto the border of two mappings", verdict.result);
}

} // namespace cts
