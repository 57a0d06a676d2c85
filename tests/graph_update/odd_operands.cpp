// Operands that begin and end inside a word, before and after an update.
#include "fixtures/bytes.hpp"
#include "tests/graph_update/update_rung.hpp"
#include "tests/prelude.hpp"

#include <algorithm>

namespace cts {
namespace {

constexpr size_t watched = 8192, odd = 1021;

/// What the first cells of `first` hold after a launch on a known pattern.
Bytes bytes_after(const UpdateRung& rung, cudaGraphExec_t exec) {
    write_bytes(rung.first(0), pattern(watched, 1));
    write_bytes(rung.second(0), pattern(watched, 77));
    run(exec);
    return read_bytes(rung.first(0), watched);
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "UPD-20/odd: a copy of odd size may move between odd addresses",
                 "[graph_update]") {
    const OneNode old_work = one_copy(first(0) + 1, second(0) + 3, odd);
    const OneNode new_work = one_copy(first(0) + 2050, second(0) + 1029, odd);
    const Exec exec = instantiate(old_work.graph);
    const auto expected = [](ptrdiff_t target, ptrdiff_t source) {
        Bytes made = pattern(watched, 1);
        const Bytes from = pattern(watched, 77);
        std::copy_n(from.begin() + source, odd, made.begin() + target);
        return made;
    };
    CHECK(bytes_after(*this, exec) == expected(1, 3));

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));

    CHECK(bytes_after(*this, exec) == expected(2050, 1029));
}

TEST_CASE_METHOD(UpdateRung, "UPD-17/odd: a memset of an odd number of bytes may move between odd addresses",
                 "[graph_update]") {
    const auto memset_at = [&](size_t offset, unsigned value) {
        cudaMemsetParams parameters = memset_words(first(0) + offset, odd, value);
        parameters.elementSize = 1;
        parameters.width = odd;
        return parameters;
    };
    const OneNode old_work = one_memset(memset_at(1, 0xFC));
    const OneNode new_work = one_memset(memset_at(2051, 0xFD));
    const Exec exec = instantiate(old_work.graph);
    const auto expected = [](ptrdiff_t offset, unsigned char value) {
        Bytes made = pattern(watched, 1);
        std::fill_n(made.begin() + offset, odd, value);
        return made;
    };
    CHECK(bytes_after(*this, exec) == expected(1, 0xFC));

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph)));

    CHECK(bytes_after(*this, exec) == expected(2051, 0xFD));
}

} // namespace cts
