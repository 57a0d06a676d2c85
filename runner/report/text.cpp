#include "report/text.hpp"

#include <cmath>
#include <cstdio>

namespace runner {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// Length of the UTF-8 sequence at the start of `text`, 0 if it is none that XML allows.
std::size_t sequence_length(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (length == 0 || lead > 0xF4 || length > text.size())
        return 0;
    char32_t code = length == 1 ? lead : lead & (0xFF >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if (!is_continuation(text[i]))
            return 0;
        code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3F);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return overlong || surrogate || code > 0x10FFFF || code == 0xFFFE || code == 0xFFFF ? 0 : length;
}

// Length of a terminal escape sequence (ESC [ parameters final byte), 0 if there is none.
std::size_t escape_length(std::string_view text) {
    if (!text.starts_with("\x1b["))
        return 0;
    std::size_t i = 2;
    while (i < text.size() && text[i] >= 0x20 && text[i] < 0x40)
        ++i;
    return i < text.size() ? i + 1 : i;
}

std::string format(const char* pattern, double value) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, pattern, value);
    return buffer;
}

} // namespace

std::string clean_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        std::size_t length = escape_length(text);
        if (length == 0) {
            const auto c = static_cast<unsigned char>(text[0]);
            length = sequence_length(text);
            if (length == 0)
                out += replacement;
            else if (length > 1 || (c >= 0x20 && c != 0x7F) || c == '\n' || c == '\t')
                out += text.substr(0, length);
            length = length ? length : 1;
        }
        text.remove_prefix(length);
    }
    return out;
}

std::string junit_seconds(double seconds) {
    return format("%.3f", std::isfinite(seconds) && seconds > 0 ? seconds : 0);
}

std::string junit_timestamp(std::string_view iso) {
    return std::string(iso.substr(0, iso.find_first_of(".Z+")));
}

std::string readable_seconds(double seconds) {
    if (!std::isfinite(seconds) || seconds <= 0)
        return "0 ms";
    if (seconds < 0.01)
        return format("%.1f ms", seconds * 1e3);
    if (seconds < 1)
        return format("%.0f ms", seconds * 1e3);
    if (seconds < 60)
        return format("%.1f s", seconds);
    return format("%.0f min ", std::floor(seconds / 60)) +
           format("%.0f s", std::floor(std::fmod(seconds, 60)));
}

std::string readable_number(double value) {
    return format("%.6g", value);
}

std::string shorten(const std::string& text, std::size_t limit) {
    if (text.size() <= limit)
        return text;
    std::size_t end = limit > 3 ? limit - 3 : 0;
    while (end > 0 && is_continuation(text[end]))
        --end;
    return text.substr(0, end) + "\xE2\x80\xA6";
}

} // namespace runner
