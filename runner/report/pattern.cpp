#include "report/pattern.hpp"

#include <charconv>
#include <string>

namespace runner {
namespace {

bool matches(std::string_view pattern, std::string_view text, bool question_mark) {
    std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && (pattern[p] == text[t] || (question_mark && pattern[p] == '?'))) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

long take_part(std::string_view& version) {
    long part = 0;
    const auto end = version.find('.');
    const auto digits = version.substr(0, end);
    std::from_chars(digits.data(), digits.data() + digits.size(), part);
    version.remove_prefix(end == std::string_view::npos ? version.size() : end + 1);
    return part;
}

} // namespace

bool glob_matches(std::string_view pattern, std::string_view text) {
    return matches(pattern, text, true);
}

bool any_glob_matches(std::string_view patterns, std::string_view text) {
    for (;;) {
        const auto end = patterns.find('|');
        if (glob_matches(patterns.substr(0, end), text))
            return true;
        if (end == std::string_view::npos)
            return false;
        patterns.remove_prefix(end + 1);
    }
}

bool contains_pattern(std::string_view pattern, std::string_view text) {
    return matches("*" + std::string(pattern) + "*", text, false);
}

int compare_version(std::string_view version, std::string_view limit) {
    while (!limit.empty()) {
        const auto difference = take_part(version) - take_part(limit);
        if (difference != 0)
            return difference < 0 ? -1 : 1;
    }
    return 0;
}

} // namespace runner
