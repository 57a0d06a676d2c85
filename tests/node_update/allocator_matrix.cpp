// The twin of UPD-24 for the calls that set one node.
#include "tests/graph_update/allocators.hpp"
#include "tests/node_update/node_changes.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

struct Role {
    OneNode (*build)(const Allocators& memory, CUdeviceptr operand, uint32_t value);
    NodeChange (*change)(const Allocators& memory, cudaGraphExec_t exec, cudaGraphNode_t node,
                         CUdeviceptr operand, uint32_t value);
};

void try_all_moves(const UpdateRung& rung, const std::string& prefix, const Role& role) {
    const Allocators memory(rung);
    for (const auto& from : memory.places()) {
        const OneNode old_work = role.build(memory, from.one, 1);
        for (const auto& to : memory.places()) {
            const std::string key = move_key(prefix, from, to);
            CAPTURE(key);
            const OneNode new_work = role.build(memory, to.other, 2);
            const Exec exec = instantiate(old_work.graph);

            const Verdict verdict =
                accepted_or_refused({memory.board(), exec, old_work.graph, new_work.graph},
                                    role.change(memory, exec, old_work.node, to.other, 2), std::nullopt);

            CHECK(verdict);
            observe(key, verdict.error);
        }
    }
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "SET-18/source: a copy's source moves between allocators, or is refused whole",
                 "[node_update]") {
    try_all_moves(
        *this, "SET-18/source",
        {[](const Allocators& memory, CUdeviceptr operand, uint32_t) {
             return one_copy(memory.fixed(), operand, Allocators::bytes);
         },
         [](const Allocators& memory, cudaGraphExec_t exec, cudaGraphNode_t node, CUdeviceptr operand,
            uint32_t) { return set_copy(exec, node, memory.fixed(), operand); }});
}

TEST_CASE_METHOD(UpdateRung, "SET-18/target: a copy's target moves between allocators, or is refused whole",
                 "[node_update]") {
    try_all_moves(
        *this, "SET-18/target",
        {[](const Allocators& memory, CUdeviceptr operand, uint32_t) {
             return one_copy(operand, memory.fixed(), Allocators::bytes);
         },
         [](const Allocators& memory, cudaGraphExec_t exec, cudaGraphNode_t node, CUdeviceptr operand,
            uint32_t) { return set_copy(exec, node, operand, memory.fixed()); }});
}

TEST_CASE_METHOD(UpdateRung, "SET-18/memset: a memset moves between allocators, or is refused whole",
                 "[node_update]") {
    try_all_moves(*this, "SET-18/memset",
                  {[](const Allocators&, CUdeviceptr operand, uint32_t value) {
                       return one_memset(memset_words(operand, Allocators::bytes, value));
                   },
                   [](const Allocators&, cudaGraphExec_t exec, cudaGraphNode_t node, CUdeviceptr operand,
                      uint32_t value) {
                       return set_memset(exec, node, memset_words(operand, Allocators::bytes, value));
                   }});
}

} // namespace cts
