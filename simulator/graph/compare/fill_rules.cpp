#include "graph/compare/rules.hpp"
#include "graph/exec/instantiable.hpp"

namespace sim {

namespace {

bool one_dimensional(const Fill& fill) {
    return fill.height == 1;
}

bool same_shape(const Fill& left, const Fill& right) {
    return left.width == right.width && left.height == right.height && left.pitch == right.pitch &&
           left.element_bytes == right.element_bytes;
}

bool shape_allowed(const Fill& current, const Fill& wanted) {
    return one_dimensional(current) ? one_dimensional(wanted) : same_shape(current, wanted);
}

bool on_device(const Operand& operand) {
    return operand.device >= 0;
}

} // namespace

UpdateResult update_fill(const Change& change) {
    const auto& current = std::get<Fill>(change.current.content.operation);
    const auto& wanted = std::get<Fill>(change.wanted.operation);
    if (!shape_allowed(current, wanted)) {
        return CU_GRAPH_EXEC_UPDATE_ERROR_PARAMETERS_CHANGED;
    }
    const Operand before = change.exec.operands(change.current).target;
    const Operand now = operands_of(change.wanted.operation).target;
    if (now.kind == Operand::Kind::unmapped || !operands_valid(change.wanted.operation)) {
        return CU_GRAPH_EXEC_UPDATE_ERROR;
    }
    // The kind of memory may change, the device may not; host memory is mapped on every device.
    const bool moved = on_device(before) && on_device(now) && before.device != now.device;
    return moved ? CU_GRAPH_EXEC_UPDATE_ERROR_PARAMETERS_CHANGED : CU_GRAPH_EXEC_UPDATE_SUCCESS;
}

CUresult set_fill(const Change& change) {
    const auto& current = std::get<Fill>(change.current.content.operation);
    const auto& wanted = std::get<Fill>(change.wanted.operation);
    const bool allowed =
        shape_allowed(current, wanted) && wanted.width != 0 && wanted.height != 0 &&
        change.exec.operands(change.current).target == operands_of(change.wanted.operation).target &&
        operands_valid(change.wanted.operation);
    return allowed ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

} // namespace sim
