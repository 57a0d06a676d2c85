#include "report/html_sections.hpp"
#include "report/template.hpp"

#include <map>
#include <utility>

namespace runner {
namespace {

bool is_attribute(const std::string& key) {
    return key.starts_with("attribute.");
}

std::string entry(const std::string& key, const std::string& value) {
    return "<div><dt>" + html(key) + "</dt><dd>" + html(value) + "</dd></div>\n";
}

} // namespace

// What identifies the machine, in the order in which one asks for it. Attributes follow in a list of their
// own.
std::string environment_entries(const RunResult& run) {
    std::string out;
    for (const auto& device : run.devices)
        out += entry("device " + std::to_string(device.ordinal),
                     text_of(device.environment, "gpu.name") + ": " + std::string(to_string(device.verdict)));
    std::map<std::string, std::string> rest;
    for (const auto& [key, value] : run.environment)
        if (!is_attribute(key))
            rest[key] = entry(key, text_of(run.environment, key));
    for (const auto* prefix : {"backend", "gpu.", "driver.", "runtime.", "toolkit.", "suite.", "host.", ""})
        for (auto& [key, text] : rest)
            if (key.starts_with(prefix))
                out += std::exchange(text, {});
    return out;
}

std::string attribute_section(const RunResult& run) {
    std::string out;
    for (const auto& [key, value] : run.environment)
        if (is_attribute(key))
            out += entry(key.substr(key.find('.') + 1), text_of(run.environment, key));
    return out.empty() ? "" : fill(page_part("attributes.html"), {{"attributes", out}});
}

std::string command_line(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) {
        const bool plain =
            word.find_first_of(" \t\n\"'\\$&|;<>()*?[]{}~#`!") == std::string::npos && !word.empty();
        out += (out.empty() ? "" : " ") + (plain ? word : "'" + word + "'");
    }
    return html(out);
}

} // namespace runner
