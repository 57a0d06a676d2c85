#include "claims/table.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <sstream>

namespace runner {
namespace {

constexpr std::array classes{"documented", "pinned", "guard"};

// A table cell must stay on its line and must not end early; <, > and * are text, not markup.
std::string cell(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '|' || c == '<' || c == '*')
            out += '\\';
        out += c == '\n' || c == '\r' ? ' ' : c;
    }
    return out;
}

std::ptrdiff_t count(const ClaimGroup& group, std::string_view claim_class) {
    return std::count_if(group.claims.begin(), group.claims.end(),
                         [&](const auto& claim) { return claim.claim_class == claim_class; });
}

void write_counts(std::ostream& out, const std::vector<const ClaimGroup*>& groups) {
    out << "| group | claims | documented | pinned | guard | dropped |\n|---|--:|--:|--:|--:|--:|\n";
    std::array<std::ptrdiff_t, 5> total{};
    for (const auto* group : groups) {
        std::array<std::ptrdiff_t, 5> row{std::ssize(group->claims), 0, 0, 0, std::ssize(group->dropped)};
        for (std::size_t i = 0; i < classes.size(); ++i)
            row[i + 1] = count(*group, classes[i]);
        out << "| [" << group->prefix << " " << cell(group->name) << "](#" << group->name << ") |";
        for (std::size_t i = 0; i < row.size(); ++i) {
            out << ' ' << row[i] << " |";
            total[i] += row[i];
        }
        out << '\n';
    }
    out << "| **all** |";
    for (const auto number : total)
        out << " **" << number << "** |";
    out << '\n';
}

void write_group(std::ostream& out, const ClaimGroup& group) {
    out << "\n## " << group.name << "\n\n" << group.title << ".\n";
    if (!group.claims.empty())
        out << "\n| id | class | priority | claim | source | needs |\n|---|---|---|---|---|---|\n";
    for (const auto& claim : group.claims) {
        auto needs = cell(claim.gate);
        if (!claim.min_driver.empty())
            needs += (needs.empty() ? "" : ", ") + ("CUDA " + cell(claim.min_driver));
        out << "| " << claim.id << " | " << claim.claim_class << " | " << claim.priority << " | "
            << cell(claim.sentence) << " | " << cell(claim.source) << " | " << needs << " |\n";
    }
}

void write_dropped(std::ostream& out, const std::vector<const ClaimGroup*>& groups) {
    out << "\n## Dropped\n\nConsidered, and left out for a reason.\n\n| id | reason |\n|---|---|\n";
    for (const auto* group : groups)
        for (const auto& dropped : group->dropped)
            out << "| " << dropped.id << " | " << cell(dropped.reason) << " |\n";
}

std::vector<const ClaimGroup*> select(const Register& claims, const std::set<std::string>& names) {
    std::vector<const ClaimGroup*> groups;
    for (const auto& group : claims.groups)
        if (names.empty() || names.contains(group.name))
            groups.push_back(&group);
    return groups;
}

} // namespace

std::string register_as_markdown(const Register& claims, const std::set<std::string>& names) {
    const auto groups = select(claims, names);
    std::ostringstream out;
    out << "# Claims\n\n"
           "<!-- Generated from tests/*/claims.json by: vmm-cts claims --format markdown --output "
           "tests/CLAIMS.md -->\n\n"
           "A *documented* claim is a promise of the CUDA documentation. A *pinned* claim is undocumented: "
           "the test\n"
           "records what it observes, and the comparison with a baseline reports a change. A *guard* follows "
           "from the\n"
           "model or from an incident. P0 is the core, P1 is wanted, P2 needs optional hardware or is an "
           "edge.\n\n";
    write_counts(out, groups);
    for (const auto* group : groups)
        write_group(out, *group);
    if (std::any_of(groups.begin(), groups.end(), [](const auto* g) { return !g->dropped.empty(); }))
        write_dropped(out, groups);
    return out.str();
}

std::string register_as_json(const Register& claims, const std::set<std::string>& names) {
    using nlohmann::ordered_json;
    ordered_json document{{"schema", 1}, {"groups", ordered_json::array()}};
    for (const auto* group : select(claims, names)) {
        ordered_json entry{{"group", group->name},
                           {"prefix", group->prefix},
                           {"title", group->title},
                           {"claims", ordered_json::array()},
                           {"dropped", ordered_json::array()}};
        for (const auto& claim : group->claims)
            entry["claims"].push_back({{"id", claim.id},
                                       {"class", claim.claim_class},
                                       {"priority", claim.priority},
                                       {"sentence", claim.sentence},
                                       {"source", claim.source},
                                       {"gate", claim.gate},
                                       {"min_driver", claim.min_driver}});
        for (const auto& dropped : group->dropped)
            entry["dropped"].push_back({{"id", dropped.id}, {"reason", dropped.reason}});
        document["groups"].push_back(std::move(entry));
    }
    return document.dump(2) + "\n";
}

} // namespace runner
