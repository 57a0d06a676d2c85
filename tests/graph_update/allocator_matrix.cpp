// Where an operand may move to: from every allocator to every other. No document decides most of it, so each
// answer is recorded; whatever it is, success means the new bytes and refusal the old ones.
#include "tests/graph_update/allocators.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

using Build = OneNode (*)(const Allocators& memory, CUdeviceptr operand, uint32_t value);

void try_all_moves(const UpdateRung& rung, const std::string& prefix, Build build) {
    const Allocators memory(rung);
    for (const auto& from : memory.places()) {
        const OneNode old_work = build(memory, from.one, 1);
        for (const auto& to : memory.places()) {
            const std::string key = move_key(prefix, from, to);
            CAPTURE(key);
            const OneNode new_work = build(memory, to.other, 2);
            const Exec exec = instantiate(old_work.graph);

            const Verdict verdict =
                accepted_or_refused({memory.board(), exec, old_work.graph, new_work.graph},
                                    {std::nullopt, std::nullopt, std::nullopt});

            CHECK(verdict);
            observe(key, verdict.result);
        }
    }
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "UPD-24/source: a copy's source moves between allocators, or is refused whole",
                 "[graph_update]") {
    try_all_moves(*this, "UPD-24/source", [](const Allocators& memory, CUdeviceptr operand, uint32_t) {
        return one_copy(memory.fixed(), operand, Allocators::bytes);
    });
}

TEST_CASE_METHOD(UpdateRung, "UPD-24/target: a copy's target moves between allocators, or is refused whole",
                 "[graph_update]") {
    try_all_moves(*this, "UPD-24/target", [](const Allocators& memory, CUdeviceptr operand, uint32_t) {
        return one_copy(operand, memory.fixed(), Allocators::bytes);
    });
}

TEST_CASE_METHOD(UpdateRung, "UPD-24/memset: a memset moves between allocators, or is refused whole",
                 "[graph_update]") {
    try_all_moves(*this, "UPD-24/memset", [](const Allocators&, CUdeviceptr operand, uint32_t value) {
        return one_memset(memset_words(operand, Allocators::bytes, value));
    });
}

} // namespace cts
