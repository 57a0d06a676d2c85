// Text of unknown origin, made fit for JSON, XML and terminals.
#pragma once

#include <string>
#include <string_view>

namespace runner {

/// Valid UTF-8: each byte that belongs to no character becomes U+FFFD.
std::string valid_utf8(std::string_view bytes);

/// Raw control characters (below 0x20) written as \u00XX, as JSON strings want them.
std::string escape_controls(std::string_view text);

/// Fit for a terminal: valid UTF-8, and every control character but newline and tab is shown as \xNN.
std::string printable(std::string_view bytes);

} // namespace runner
