#include "selection.hpp"

#include "running_order.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fnmatch.h>
#include <fstream>
#include <random>
#include <stdexcept>

namespace runner {
namespace {

const char* name_of(Size size) {
    return size == Size::soak ? "soak" : size == Size::full ? "full" : "quick";
}

Size size_of(const CaseInfo& info) {
    return has_tag(info, "soak") ? Size::soak : has_tag(info, "full") ? Size::full : Size::quick;
}

bool contains(const std::vector<std::string>& values, const std::string& value) {
    return std::find(values.begin(), values.end(), value) != values.end();
}

bool glob(const std::string& pattern, const std::string& text) {
    return pattern == text || ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

using Test = std::function<bool(const CaseInfo&)>;

[[noreturn]] void refuse(const std::string& sentence) {
    throw std::invalid_argument(sentence);
}

// Every value that the user gave must select something by itself: a typo must not shrink a gate in silence.
void demand(const std::vector<CaseInfo>& cases, const std::string& what, const std::string& value, Size size,
            const Test& test) {
    std::optional<Size> smallest;
    for (const auto& info : cases)
        if (test(info))
            smallest = std::min(smallest.value_or(Size::soak), size_of(info));
    if (!smallest)
        refuse(what + " \"" + value + "\" matches no case; `vmm-cts run --list --size soak` shows them all");
    if (*smallest > size)
        refuse(what + " \"" + value + "\" matches only cases of a larger size; add --size " +
               name_of(*smallest));
}

// Stable over platforms and library versions, unlike std::shuffle.
void shuffle(std::vector<CaseInfo>& cases, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (std::size_t left = cases.size(); left > 1; --left)
        std::swap(cases[left - 1], cases[random() % left]);
}

} // namespace

bool matches(const std::string& pattern, const CaseInfo& info) {
    return glob(pattern, info.id) || (!info.variant.empty() && glob(pattern, info.id + "/" + info.variant)) ||
           glob(pattern, info.name);
}

std::vector<CaseInfo> select(const std::vector<CaseInfo>& cases, const SelectionOptions& options,
                             const std::function<std::string(const std::string& id)>& class_of) {
    const auto class_is = [&](const std::string& value) {
        return [&class_of, value](const CaseInfo& c) { return class_of(c.id) == value; };
    };
    for (const auto& pattern : options.patterns)
        demand(cases, "the id or pattern", pattern, options.size,
               [&](const auto& c) { return matches(pattern, c); });
    for (const auto& group : options.groups)
        demand(cases, "the group", group, options.size, [&](const auto& c) { return c.group == group; });
    for (const auto& tag : options.tags)
        demand(cases, "the tag", tag, options.size, [&](const auto& c) { return has_tag(c, tag); });
    for (const auto& name : options.classes)
        demand(cases, "the class", name, options.size, class_is(name));

    std::vector<CaseInfo> selected;
    for (const auto& info : cases) {
        const auto is_matched = [&](const auto& pattern) { return matches(pattern, info); };
        const bool wanted =
            size_of(info) <= options.size &&
            (options.patterns.empty() ||
             std::any_of(options.patterns.begin(), options.patterns.end(), is_matched)) &&
            (options.groups.empty() || contains(options.groups, info.group)) &&
            (options.classes.empty() || contains(options.classes, class_of(info.id))) &&
            (options.tags.empty() || std::any_of(options.tags.begin(), options.tags.end(),
                                                 [&](const auto& tag) { return has_tag(info, tag); }));
        if (wanted)
            selected.push_back(info);
    }
    if (selected.empty())
        refuse(cases.empty() ? "the test program offers no case"
                             : "no case satisfies all of the given selections together; drop one of them");
    if (options.shuffle_seed) {
        shuffle(selected, *options.shuffle_seed);
        return selected;
    }
    return in_running_order(std::move(selected));
}

std::vector<std::string> read_patterns(const std::string& file) {
    std::ifstream stream(file);
    if (!stream)
        refuse("the list of ids " + file + " cannot be read: " + std::strerror(errno));
    std::vector<std::string> patterns;
    for (std::string line; std::getline(stream, line);) {
        // Only a `#` that begins a word: a name may hold one.
        if (const auto comment = line.find('#');
            comment == 0 || (comment != std::string::npos && line[comment - 1] == ' '))
            line.erase(comment);
        line.erase(line.find_last_not_of(" \t\r") + 1);
        line.erase(0, line.find_first_not_of(" \t"));
        if (!line.empty())
            patterns.push_back(line);
    }
    if (patterns.empty())
        refuse("the list of ids " + file + " holds no id");
    return patterns;
}

} // namespace runner
