// Small matchers for what people write into lists.
#pragma once

#include <string_view>

namespace runner {

/// `*` stands for any text and `?` for one character; the pattern covers the whole text.
bool glob_matches(std::string_view pattern, std::string_view text);

/// Whether one of several patterns, parted by `|`, covers the whole text.
bool any_glob_matches(std::string_view patterns, std::string_view text);

/// As glob_matches, anywhere inside the text; only `*` is special.
bool contains_pattern(std::string_view pattern, std::string_view text);

/// Compares dotted versions by number, part by part, over as many parts as `limit` has, so that
/// 580.159.04 equals the limit 580. Negative, zero or positive like strcmp.
int compare_version(std::string_view version, std::string_view limit);

} // namespace runner
