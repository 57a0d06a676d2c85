#include "graph/compare/rules.hpp"
#include "graph/exec/instantiable.hpp"

namespace sim {

namespace {

bool same_place(const Operand& now, Address now_at, const Operand& before, Address before_at) {
    // A range that has no memory just now keeps the place that was recorded for it.
    return now == before || (now.kind == Operand::Kind::unmapped && now_at == before_at);
}

bool same_places(const Change& change) {
    const auto& current = std::get<Copy>(change.current.content.operation);
    const auto& wanted = std::get<Copy>(change.wanted.operation);
    const Operands& before = change.exec.operands(change.current);
    const Operands now = operands_of(change.wanted.operation);
    return same_place(now.source, wanted.source, before.source, current.source) &&
           same_place(now.target, wanted.target, before.target, current.target);
}

bool one_dimensional(const Copy& copy) {
    return copy.height == 1 && copy.depth == 1;
}

bool same_shape(const Copy& left, const Copy& right) {
    return left.width_bytes == right.width_bytes && left.height == right.height && left.depth == right.depth;
}

} // namespace

UpdateResult update_copy(const Change& change) {
    const auto& current = std::get<Copy>(change.current.content.operation);
    const auto& wanted = std::get<Copy>(change.wanted.operation);
    // A one-dimensional copy may change its size; of the others only the addresses may change.
    const bool shape = same_shape(current, wanted) || (one_dimensional(current) && one_dimensional(wanted));
    return shape && same_places(change) ? CU_GRAPH_EXEC_UPDATE_SUCCESS
                                        : CU_GRAPH_EXEC_UPDATE_ERROR_PARAMETERS_CHANGED;
}

CUresult set_copy(const Change& change) {
    const auto& current = std::get<Copy>(change.current.content.operation);
    const auto& wanted = std::get<Copy>(change.wanted.operation);
    const bool allowed = one_dimensional(current) && one_dimensional(wanted) && wanted.width_bytes != 0 &&
                         same_places(change) && operands_valid(change.wanted.operation);
    return allowed ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

} // namespace sim
