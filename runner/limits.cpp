#include "limits.hpp"

#include <cmath>
#include <cstdlib>

namespace runner {

std::optional<Limits> parse_limits(const std::string& text) {
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    const std::string unit = end;
    if (end == text.c_str() || !std::isfinite(number) || number <= 0 || number > 1e6)
        return std::nullopt;
    if (unit == "x")
        return Limits{number, std::nullopt};
    if (unit.empty() || unit == "s")
        return Limits{1, number};
    return std::nullopt;
}

} // namespace runner
