// Which cases run, and in which order.
#pragma once

#include "catalog.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace runner {

enum class Size { quick, full, soak };

struct SelectionOptions {
    std::vector<std::string> patterns; // see matches()
    std::vector<std::string> groups;
    std::vector<std::string> classes;
    std::vector<std::string> tags;
    Size size = Size::quick;
    std::optional<std::uint64_t> shuffle_seed;
};

/// True if the pattern (`*` and `?` are wildcards) is the case's id, its id/variant or its whole name.
bool matches(const std::string& pattern, const CaseInfo& info);

/// The cases that satisfy every kind of option that is given (within a kind: one of its values), in running
/// order (running_order.hpp) or shuffled. Cases tagged [full] or [soak] take part only in runs of that size
/// or a larger one.
/// @throws std::invalid_argument with one sentence that names the value which selects nothing.
std::vector<CaseInfo> select(const std::vector<CaseInfo>& cases, const SelectionOptions& options,
                             const std::function<std::string(const std::string& id)>& class_of);

/// The patterns of a file, one a line; empty lines and what follows a `#` are left out.
/// @throws std::invalid_argument naming the file if it cannot be read or holds no pattern.
std::vector<std::string> read_patterns(const std::string& file);

} // namespace runner
