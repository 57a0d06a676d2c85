#include "tests/graph_update/update_rung.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

// Changes of the dimensions "may fail": both answers are right, half an answer is not.
Verdict try_line(const UpdateRung& rung, const cudaMemsetParams& before, const cudaMemsetParams& after,
                 Where where = Where::current()) {
    const OneNode old_work = one_memset(before);
    const OneNode new_work = one_memset(after);
    const Exec exec = instantiate(old_work.graph);
    return accepted_or_refused(rung.attempt(exec, old_work.graph, new_work.graph),
                               {cudaGraphExecUpdateErrorParametersChanged, {{new_work.node}}}, where);
}

cudaMemsetParams memset_bytes(CUdeviceptr target, size_t bytes, uint32_t value) {
    cudaMemsetParams parameters = memset_words(target, bytes, value);
    parameters.elementSize = 1;
    parameters.width = bytes;
    return parameters;
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "UPD-17/value: the value of a memset may change", "[graph_update]") {
    const OneNode old_work = one_memset(memset_words(first(0), cell_bytes, 0x01020304));
    const OneNode new_work = one_memset(memset_words(first(0), cell_bytes, 0x05060708));
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));

    CHECK(kernel_sees(first(0), cell_bytes, 0x05060708));
    CHECK(accepted(attempt(exec, new_work.graph, old_work.graph)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-17/address: the address of a memset may change within its memory",
                 "[graph_update]") {
    const OneNode old_work = one_memset(memset_words(first(0), cell_bytes, 5));
    const OneNode new_work = one_memset(memset_words(first(3), cell_bytes, 5));
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));

    CHECK(kernel_sees(first(3), cell_bytes, 5));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-17/both: value and address of a memset may change at once",
                 "[graph_update]") {
    const OneNode old_work = one_memset(memset_words(first(0), cell_bytes, 5));
    const OneNode new_work = one_memset(memset_words(first(7), cell_bytes, 6));
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));

    CHECK(cell_holds(first(7), 6));
}

TEST_CASE_METHOD(UpdateRung, "UPD-19/narrower: a memset made narrower does so or is refused whole",
                 "[graph_update]") {
    const Verdict verdict =
        try_line(*this, memset_words(first(0), cell_bytes, 5), memset_words(first(0), cell_bytes / 4, 6));
    CHECK(verdict);
    observe("UPD-19/narrower", verdict.result);
}

TEST_CASE_METHOD(UpdateRung, "UPD-19/wider: a memset made wider does so or is refused whole",
                 "[graph_update]") {
    const Verdict verdict =
        try_line(*this, memset_words(first(0), cell_bytes / 4, 5), memset_words(first(0), cell_bytes * 3, 6));
    CHECK(verdict);
    observe("UPD-19/wider", verdict.result);
}

TEST_CASE_METHOD(UpdateRung, "UPD-19/element: a memset with other elements does so or is refused whole",
                 "[graph_update]") {
    const Verdict to_bytes =
        try_line(*this, memset_words(first(0), cell_bytes, 5), memset_bytes(first(0), cell_bytes, 6));
    CHECK(to_bytes);
    observe("UPD-19/words->bytes", to_bytes.result);
    const Verdict to_words = try_line(*this, memset_bytes(first(0), cell_bytes, 5),
                                      memset_words(first(0), cell_bytes, 0x01020304));
    CHECK(to_words);
    observe("UPD-19/bytes->words", to_words.result);
}

} // namespace cts
