// Where the memory of a memcpy or memset operand lives: what an executable graph may not change.
#pragma once

#include "core/operation.hpp"

namespace sim {

struct Operand {
    enum class Kind { unmapped, host, managed, device_allocation, pool, mapping };
    Kind kind = Kind::unmapped;
    int device = -1; // ordinal; -1 for host memory
    bool operator==(const Operand&) const = default;
};

/// Source and target of a copy; the source of a fill stays unmapped.
struct Operands {
    Operand source, target;
    bool operator==(const Operands&) const = default;
};

Operand operand_at(Address address);

/// Empty operands for other operations than copies and fills.
Operands operands_of(const Operation& operation);

} // namespace sim
