#include "graph/compare/operand.hpp"

#include "core/memory.hpp"

namespace sim {

namespace {

Operand::Kind kind_of(RangeKind range) {
    switch (range) {
    case RangeKind::reservation:
        return Operand::Kind::mapping;
    case RangeKind::device:
        return Operand::Kind::device_allocation;
    case RangeKind::pool:
    case RangeKind::graph:
        return Operand::Kind::pool;
    case RangeKind::managed:
        return Operand::Kind::managed;
    case RangeKind::host:
    case RangeKind::registered:
        return Operand::Kind::host;
    }
    return Operand::Kind::unmapped;
}

} // namespace

Operand operand_at(Address address) {
    const auto place = placement(address);
    if (!place) {
        return {Operand::Kind::host, -1};
    }
    // A graph allocation has its place whether or not a launch has put memory behind it yet.
    if (!place->mapped && place->kind != RangeKind::graph) {
        return {Operand::Kind::unmapped, -1};
    }
    const Operand::Kind kind = kind_of(place->kind);
    const bool device =
        place->location.type == CU_MEM_LOCATION_TYPE_DEVICE || place->kind == RangeKind::graph;
    if (kind == Operand::Kind::host || kind == Operand::Kind::managed) {
        return {kind, -1};
    }
    return {kind, device ? (place->mapped ? place->location.id : 0) : -1};
}

Operands operands_of(const Operation& operation) {
    if (const auto* copy = std::get_if<Copy>(&operation)) {
        return {operand_at(copy->source), operand_at(copy->target)};
    }
    if (const auto* fill = std::get_if<Fill>(&operation)) {
        return {{}, operand_at(fill->target)};
    }
    return {};
}

} // namespace sim
