// Operands that begin and end inside a word, before and after they are set.
#include "fixtures/bytes.hpp"
#include "tests/node_update/node_changes.hpp"
#include "tests/prelude.hpp"

#include <algorithm>

namespace cts {
namespace {

constexpr size_t watched = 8192;

/// What the first cells of `first` hold after `work` on a known pattern.
template<typename Work>
Bytes bytes_after(const UpdateRung& rung, Work work) {
    write_bytes(rung.first(0), pattern(watched, 1));
    write_bytes(rung.second(0), pattern(watched, 77));
    work();
    return read_bytes(rung.first(0), watched);
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "SET-04/odd: a copy of odd size moves between odd addresses", "[node_update]") {
    constexpr size_t bytes = 1021;
    const OneNode work = one_copy(first(0) + 1, second(0) + 3, bytes);
    const OneNode wanted = one_copy(first(0) + 2050, second(0) + 1029, bytes);
    const Exec exec = instantiate(work.graph);
    const auto expected = [&](size_t target, size_t source) {
        Bytes made = pattern(watched, 1);
        const Bytes from = pattern(watched, 77);
        std::copy_n(from.begin() + static_cast<ptrdiff_t>(source), bytes,
                    made.begin() + static_cast<ptrdiff_t>(target));
        return made;
    };
    CHECK(bytes_after(*this, [&] { run(exec); }) == expected(1, 3));

    CHECK(accepted(attempt(exec, work.graph, wanted.graph),
                   set_copy(exec, work.node, first(0) + 2050, second(0) + 1029, bytes)));

    CHECK(bytes_after(*this, [&] { run(exec); }) == expected(2050, 1029));
}

TEST_CASE_METHOD(UpdateRung, "SET-07/odd: a memset of an odd number of bytes moves between odd addresses",
                 "[node_update]") {
    constexpr size_t bytes = 1021;
    const auto memset_at = [&](size_t offset, unsigned value) {
        cudaMemsetParams parameters = memset_words(first(0) + offset, bytes, value);
        parameters.elementSize = 1;
        parameters.width = bytes;
        return parameters;
    };
    const OneNode work = one_memset(memset_at(1, 0xFC));
    const OneNode wanted = one_memset(memset_at(2051, 0xFD));
    const Exec exec = instantiate(work.graph);
    const auto expected = [&](size_t offset, unsigned char value) {
        Bytes made = pattern(watched, 1);
        std::fill_n(made.begin() + static_cast<ptrdiff_t>(offset), bytes, value);
        return made;
    };
    CHECK(bytes_after(*this, [&] { run(exec); }) == expected(1, 0xFC));

    CHECK(accepted(attempt(exec, work.graph, wanted.graph),
                   set_memset(exec, work.node, memset_at(2051, 0xFD))));

    CHECK(bytes_after(*this, [&] { run(exec); }) == expected(2051, 0xFD));
}

} // namespace cts
