// Text that every consumer of a report accepts.
#pragma once

#include <string>
#include <string_view>

namespace runner {

/// Valid UTF-8 without control characters other than tab and newline and without terminal escape
/// sequences; bytes that are not UTF-8 become U+FFFD. Every character of the result is legal in XML 1.0.
std::string clean_text(std::string_view text);

/// Seconds with three decimals, such as "0.003": JUnit schemas allow no more.
std::string junit_seconds(double seconds);

/// ISO 8601 without fraction and zone, such as "2026-11-22T16:40:00": some consumers refuse a Z.
std::string junit_timestamp(std::string_view iso);

/// A duration for people: "0.4 ms", "31 ms", "2.5 s", "3 min 20 s".
std::string readable_seconds(double seconds);

/// A measured value for people, in at most six significant digits.
std::string readable_number(double value);

/// A copy of at most `limit` bytes that ends at a character, with an ellipsis where something was cut off.
std::string shorten(const std::string& text, std::size_t limit);

} // namespace runner
