#include "running_order.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace runner {
namespace {

bool has(const std::vector<std::string>& tags, const std::string& tag) {
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

void append(std::vector<CaseInfo>& target, std::vector<CaseInfo>& source) {
    target.insert(target.end(), std::make_move_iterator(source.begin()),
                  std::make_move_iterator(source.end()));
}

/// The n-th of `few` comes when its share of `many` has passed.
void interleave(std::vector<CaseInfo>& target, std::vector<CaseInfo>& many, std::vector<CaseInfo>& few) {
    size_t taken = 0;
    for (size_t i = 0; i < few.size(); ++i) {
        const size_t due = many.size() * (i + 1) / (few.size() + 1);
        while (taken < due) {
            target.push_back(std::move(many[taken++]));
        }
        target.push_back(std::move(few[i]));
    }
    while (taken < many.size()) {
        target.push_back(std::move(many[taken++]));
    }
}

} // namespace

bool needs_quiet(const std::vector<std::string>& tags) {
    return has(tags, "accounting") || has(tags, "timing");
}

std::vector<CaseInfo> in_running_order(std::vector<CaseInfo> cases) {
    std::vector<CaseInfo> undisturbed, undisturbed_with_children, ordinary, with_children;
    for (CaseInfo& info : cases) {
        const bool alone = needs_quiet(info.tags);
        const bool children = has(info.tags, "sacrifices");
        auto& part = alone ? (children ? undisturbed_with_children : undisturbed)
                           : (children ? with_children : ordinary);
        part.push_back(std::move(info));
    }
    std::vector<CaseInfo> ordered;
    ordered.reserve(cases.size());
    append(ordered, undisturbed);
    interleave(ordered, ordinary, with_children);
    append(ordered, undisturbed_with_children);
    return ordered;
}

} // namespace runner
