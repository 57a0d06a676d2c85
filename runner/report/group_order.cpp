#include "report/group_order.hpp"

#include "report/text.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace runner {
namespace {

constexpr std::array reading_order{
    "capability",         "reservation",  "allocation",       "mapping",   "access",      "sharing",
    "pointer_attributes", "host_memory",  "sparse",           "capture",   "instantiate", "graph_update",
    "node_update",        "graph_memory", "vmm_under_graphs", "lifecycle", "reuse",       "graph_reuse"};

auto rank(const std::string& group) {
    return std::find(reading_order.begin(), reading_order.end(), group);
}

} // namespace

bool group_before(const std::string& left, const std::string& right) {
    return std::pair(rank(left), left) < std::pair(rank(right), right);
}

std::vector<std::pair<std::string, std::vector<const CaseResult*>>>
by_group(const std::vector<CaseResult>& cases) {
    std::map<std::string, std::vector<const CaseResult*>, decltype(&group_before)> groups(&group_before);
    for (const auto& result : cases)
        groups[result.group.empty() ? "ungrouped" : clean_text(result.group)].push_back(&result);
    for (auto& [group, members] : groups)
        std::sort(members.begin(), members.end(),
                  [](const auto* a, const auto* b) { return a->name < b->name; });
    return {groups.begin(), groups.end()};
}

} // namespace runner
