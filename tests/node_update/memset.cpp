#include "tests/graph_update/copies.hpp"
#include "tests/graph_update/memset_rows.hpp"
#include "tests/node_update/node_changes.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "SET-07/line: value and address of a memset may change", "[node_update]") {
    const OneNode old_work = one_memset(memset_words(first(0), cell_bytes, 0x01020304));
    const OneNode other_value = one_memset(memset_words(first(0), cell_bytes, 0x05060708));
    const OneNode other_both = one_memset(memset_words(first(5), cell_bytes, 0x090a0b0c));
    const Exec by_value = instantiate(old_work.graph);
    const Exec by_both = instantiate(old_work.graph);

    CHECK(accepted(attempt(by_value, old_work.graph, other_value.graph),
                   set_memset(by_value, old_work.node, memset_words(first(0), cell_bytes, 0x05060708))));
    CHECK(accepted(attempt(by_both, old_work.graph, other_both.graph),
                   set_memset(by_both, old_work.node, memset_words(first(5), cell_bytes, 0x090a0b0c))));

    launch_on_image(by_both);
    CHECK(kernel_sees(first(5), cell_bytes, 0x090a0b0c));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

TEST_CASE_METHOD(UpdateRung, "SET-07/rows: value and address of a memset of rows may change",
                 "[node_update]") {
    const OneNode old_work = one_memset(memset_rows(first(0), 5));
    const OneNode new_work = one_memset(memset_rows(first(2), 6));
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph),
                   set_memset(exec, old_work.node, memset_rows(first(2), 6))));
}

TEST_CASE_METHOD(UpdateRung, "SET-07/dimension: a memset of rows may not change a dimension",
                 "[node_update]") {
    for (const RowsChange& change : dimension_changes) {
        CAPTURE(change.name);
        const cudaMemsetParams wanted = changed_rows(first(0), 6, change);
        const OneNode old_work = one_memset(memset_rows(first(0), 5));
        const OneNode new_work = one_memset(wanted);
        const Exec exec = instantiate(old_work.graph);

        CHECK(refused(attempt(exec, old_work.graph, new_work.graph), set_memset(exec, old_work.node, wanted),
                      cudaErrorInvalidValue));
    }
}

TEST_CASE_METHOD(UpdateRung, "SET-07/height: a memset of one row may not become one of several",
                 "[node_update]") {
    const OneNode old_work = one_memset(memset_words(first(0), cell_bytes, 5));
    const OneNode new_work = one_memset(memset_rows(first(0), 6));
    const Exec exec = instantiate(old_work.graph);

    CHECK(refused(attempt(exec, old_work.graph, new_work.graph),
                  set_memset(exec, old_work.node, memset_rows(first(0), 6)), cudaErrorInvalidValue));
}

TEST_CASE_METHOD(UpdateRung,
                 "SET-07/width: a memset of one row takes another width or element, or refuses whole",
                 "[node_update]") {
    cudaMemsetParams bytes = memset_words(first(0), cell_bytes, 6);
    bytes.elementSize = 1;
    bytes.width = cell_bytes;
    const std::pair<const char*, cudaMemsetParams> wanted[] = {
        {"SET-07/narrower", memset_words(first(0), cell_bytes / 4, 6)},
        {"SET-07/wider", memset_words(first(0), cell_bytes * 3, 6)},
        {"SET-07/words->bytes", bytes},
    };
    const OneNode old_work = one_memset(memset_words(first(0), cell_bytes, 5));
    for (const auto& [key, parameters] : wanted) {
        CAPTURE(key);
        const OneNode new_work = one_memset(parameters);
        const Exec exec = instantiate(old_work.graph);
        const Verdict verdict =
            accepted_or_refused(attempt(exec, old_work.graph, new_work.graph),
                                set_memset(exec, old_work.node, parameters), cudaErrorInvalidValue);
        CHECK(verdict);
        observe(key, verdict.error);
    }
}

TEST_CASE_METHOD(UpdateRung, "SET-07/zero: a memset of nothing is refused", "[node_update]") {
    const OneNode work = one_memset(memset_words(first(0), cell_bytes, 5));
    const Exec exec = instantiate(work.graph);
    cudaMemsetParams no_width = memset_words(first(0), cell_bytes, 6);
    no_width.width = 0;
    cudaMemsetParams no_height = memset_words(first(0), cell_bytes, 6);
    no_height.height = 0;
    Attempt nothing = attempt(exec, work.graph, nullptr);
    nothing.new_graph_runs = false; // there is no such node

    const Verdict width = refused(nothing, set_memset(exec, work.node, no_width), std::nullopt);
    CHECK(width);
    observe("SET-07/width zero", width.error);
    const Verdict height = refused(nothing, set_memset(exec, work.node, no_height), std::nullopt);
    CHECK(height);
    observe("SET-07/height zero", height.error);
}

// "Must be to the same kind of allocation": what happens otherwise, no document says.
TEST_CASE_METHOD(UpdateRung,
                 "SET-07/kind: a memset moves from device memory to host memory, or is refused whole",
                 "[node_update]") {
    const HostCells host(*this);
    const OneNode old_work = one_memset(memset_words(first(0), cell_bytes, 5));
    const OneNode new_work = one_memset(memset_words(host.at(0), cell_bytes, 5));
    const Exec exec = instantiate(old_work.graph);

    const Verdict verdict = accepted_or_refused(
        attempt(exec, old_work.graph, new_work.graph),
        set_memset(exec, old_work.node, memset_words(host.at(0), cell_bytes, 5)), cudaErrorInvalidValue);

    CHECK(verdict);
    observe("SET-07/device->host", verdict.error);
}

TEST_CASE_METHOD(UpdateRung, "SET-07/unmapped: a memset on a reserved range that is not mapped is refused",
                 "[node_update]") {
    const OneNode work = one_memset(memset_words(first(0), cell_bytes, 5));
    const Exec exec = instantiate(work.graph);
    const Reservation unmapped = reserve(1);
    Attempt nowhere = attempt(exec, work.graph, nullptr);
    nowhere.new_graph_runs = false;

    CHECK(refused(nowhere, set_memset(exec, work.node, memset_words(unmapped.address(), cell_bytes, 6)),
                  cudaErrorInvalidValue));
}

} // namespace cts
