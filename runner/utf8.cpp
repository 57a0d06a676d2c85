#include "utf8.hpp"

#include <cstddef>

namespace runner {
namespace {

// Length of the well-formed character at the start of `bytes`, 0 if there is none (Unicode 15, table 3-7).
std::size_t character_length(std::string_view bytes) {
    const auto at = [&](std::size_t i) {
        return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U;
    };
    const auto first = at(0);
    if (first < 0x80)
        return 1;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4)
        return 0;
    const auto low = first == 0xE0 ? 0xA0U : first == 0xF0 ? 0x90U : 0x80U;
    const auto high = first == 0xED ? 0x9FU : first == 0xF4 ? 0x8FU : 0xBFU;
    if (at(1) < low || at(1) > high)
        return 0;
    for (std::size_t i = 2; i < length; ++i)
        if (at(i) < 0x80 || at(i) > 0xBF)
            return 0;
    return length;
}

void append_hex(std::string& result, std::string_view prefix, unsigned char byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    result += prefix;
    result += digits[byte >> 4U];
    result += digits[byte & 15U];
}

} // namespace

std::string valid_utf8(std::string_view bytes) {
    std::string result;
    result.reserve(bytes.size());
    while (!bytes.empty()) {
        const auto length = character_length(bytes);
        result += length == 0 ? std::string_view("\xEF\xBF\xBD") : bytes.substr(0, length);
        bytes.remove_prefix(length == 0 ? 1 : length);
    }
    return result;
}

std::string escape_controls(std::string_view text) {
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20)
            append_hex(result, "\\u00", byte);
        else
            result += c;
    }
    return result;
}

std::string printable(std::string_view bytes) {
    std::string result;
    for (const char c : valid_utf8(bytes)) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F)
            append_hex(result, "\\x", byte);
        else
            result += c;
    }
    return result;
}

} // namespace runner
