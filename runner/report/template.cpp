#include "report/template.hpp"

#include "claims/embedded.hpp"
#include "report/text.hpp"

#include <stdexcept>

namespace runner {

std::string html(std::string_view text) {
    std::string out;
    for (const char c : clean_text(text)) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

std::string_view page_part(std::string_view name) {
    for (const auto& file : embedded_page_files())
        if (file.path == name)
            return file.text;
    throw std::logic_error("the page part " + std::string(name) + " was not compiled in");
}

std::string fill(std::string_view text, const std::map<std::string, std::string, std::less<>>& values) {
    std::string out;
    for (;;) {
        const auto open = text.find("{{");
        out += text.substr(0, open);
        if (open == std::string_view::npos)
            return out;
        const auto close = text.find("}}", open);
        const auto key = text.substr(open + 2, close - open - 2);
        const auto value = values.find(key);
        if (close == std::string_view::npos || value == values.end())
            throw std::logic_error("the page asks for the unknown value " + std::string(key));
        out += value->second;
        text.remove_prefix(close + 2);
    }
}

} // namespace runner
