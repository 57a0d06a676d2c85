#include "report/case_text.hpp"
#include "report/html_case.hpp"
#include "report/html_sections.hpp"
#include "report/template.hpp"

#include <array>
#include <map>

namespace runner {
namespace {

// Kept, broken, not checked: the order of the bar.
constexpr std::array display_order{
    Outcome::pass,  Outcome::known_deviation, Outcome::deviation_gone, Outcome::fail, Outcome::flaky,
    Outcome::crash, Outcome::timeout,         Outcome::error,          Outcome::skip, Outcome::not_run};
static_assert(display_order.size() == all_outcomes.size());

/// One element for each outcome that occurs. `part` is the name of a page part.
std::string for_each_outcome(const Counts& counts, const char* part) {
    std::string out;
    for (const auto outcome : display_order)
        if (counts.of(outcome) > 0)
            out += fill(page_part(part), {{"outcome", std::string(to_string(outcome))},
                                          {"number", std::to_string(counts.of(outcome))},
                                          {"word", word_for(outcome)}});
    return out;
}

std::string link_to(const CaseResult& result, const char* part) {
    return fill(page_part(part), {{"outcome", std::string(to_string(result.outcome))},
                                  {"word", word_for(result.outcome)},
                                  {"anchor", anchor_of(result)},
                                  {"id", label_of(result)},
                                  {"sentence", sentence_of(result)}});
}

Counts count_group(const std::vector<const CaseResult*>& cases) {
    Counts counts;
    counts.total = static_cast<int>(cases.size());
    for (const auto* result : cases)
        ++counts.by_outcome[result->outcome];
    return counts;
}

std::string tally(const Counts& counts) {
    std::string out;
    for (const auto outcome : display_order)
        if (const int number = counts.of(outcome); number > 0)
            out += (out.empty() ? "" : ", ") + std::to_string(number) + " " + word_for(outcome);
    return out;
}

} // namespace

std::string outcome_bar(const Counts& counts) {
    return for_each_outcome(counts, "bar.html");
}

std::string outcome_legend(const Counts& counts) {
    return for_each_outcome(counts, "legend.html");
}

std::string attention_section(const CaseGroups& groups) {
    std::string items;
    for (const auto& [name, cases] : groups)
        for (const auto* result : cases)
            if (is_bad(result->outcome))
                items += link_to(*result, "attention-item.html");
    return items.empty() ? "" : fill(page_part("attention.html"), {{"items", items}});
}

std::string group_rows(const CaseGroups& groups) {
    std::string rows;
    for (const auto& [name, cases] : groups) {
        std::string cells;
        int broken = 0;
        // The same links stand in the lists below: the cells are not a second time on the way of the
        // keyboard.
        for (const auto* result : cases) {
            cells += link_to(*result, "cell.html");
            broken += is_bad(result->outcome);
        }
        const auto counts = count_group(cases);
        rows += fill(page_part("row.html"),
                     {{"group", html(name)},
                      {"cells", cells},
                      {"kept", std::to_string(counts.of(Outcome::pass))},
                      {"listed", std::to_string(counts.of(Outcome::known_deviation))},
                      {"broken", std::to_string(broken)},
                      {"bad", broken > 0 ? " bad" : ""},
                      {"unchecked", std::to_string(counts.of(Outcome::skip) + counts.of(Outcome::not_run))}});
    }
    return rows;
}

std::string group_lists(const CaseGroups& groups) {
    std::string out;
    for (const auto& [name, cases] : groups) {
        std::string items;
        for (const auto* result : cases)
            items += case_item(*result);
        out += fill(page_part("group.html"),
                    {{"group", html(name)}, {"tally", tally(count_group(cases))}, {"cases", items}});
    }
    return out;
}

} // namespace runner
