#include "tests/graph_update/batch_memory_operations.hpp"

#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "UPD-45/address: addresses and values of a batch of writes may change",
                 "[graph_update]") {
    const OneNode old_work =
        one_batch(context(), {write_word(first(0), 1), write_word(first(1), 2), write_word(first(3), 5)});
    const OneNode new_work =
        one_batch(context(), {write_word(first(2), 3), write_word(second(1), 4), write_word(second(2), 6)});
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));

    CHECK(word_at(first(2)) == 3);
    CHECK(word_at(second(1)) == 4);
    CHECK(word_at(second(2)) == 6);
    CHECK(cell_holds_image_of(first(0), first(0)));
}

TEST_CASE_METHOD(UpdateRung,
                 "UPD-45/count: a batch with another number of operations is taken or refused whole",
                 "[graph_update]") {
    const OneNode old_work = one_batch(context(), {write_word(first(0), 1)});
    const OneNode new_work = one_batch(context(), {write_word(first(0), 3), write_word(first(1), 4)});
    const Exec exec = instantiate(old_work.graph);

    const Verdict verdict =
        accepted_or_refused(attempt(exec, old_work.graph, new_work.graph), {std::nullopt, {{new_work.node}}});

    CHECK(verdict);
    observe("UPD-45/one operation more", verdict.result);
}

} // namespace cts
