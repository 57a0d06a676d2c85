// The parts of report.html lie in page/ as ordinary HTML, CSS and JavaScript and are compiled in.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace runner {

/// Text as HTML content or as the value of a quoted attribute.
std::string html(std::string_view text);

/// The part page/<name>. @throws std::logic_error if it was not compiled in.
std::string_view page_part(std::string_view name);

/// Replaces each {{key}} by its value, which must be HTML already. @throws std::logic_error for a key
/// without a value.
std::string fill(std::string_view text, const std::map<std::string, std::string, std::less<>>& values);

} // namespace runner
